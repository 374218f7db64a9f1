"""What a job is: a named function from tables to tables, and what it is given."""

from __future__ import annotations

import ast
import hashlib
import importlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from importlib import resources
from importlib.machinery import ModuleSpec, PathFinder
from typing import TYPE_CHECKING, Any, Protocol

from bullseye.core.contract import Table
from bullseye.errors import BullseyeError
from bullseye.settings import Settings
from bullseye.settings.loader import SettingsFile

if TYPE_CHECKING:  # jobs are listed and planned without Spark
    from pyspark.sql import DataFrame, SparkSession

PACKAGE = "bullseye"
_PARSING = threading.Lock()


@dataclass(frozen=True)
class External:
    """An input from outside the lake, and a fingerprint that changes when it does.

    `must_be_unchanged` raises SourceError where the input is no longer what it was when it was opened.
    """

    frame: DataFrame
    fingerprint: str
    must_be_unchanged: Callable[[], None] = lambda: None


class Standing(Protocol):
    """What stands in the lake, for the job that publishes it."""

    @property
    def started_at(self) -> datetime:
        """When the job began, UTC: for stamps, never for what rows say."""

    def path(self, table: str) -> str:
        """Folder or URI of a table."""

    def version(self, table: str) -> int:
        """Newest Delta version of a table that exists."""

    def released(self, table: str, version: int, as_of: date) -> DataFrame:
        """What a release showed of a table: the version that it pinned, and the rows of its as_of where it has slices."""

    def rows(self, table: str) -> int | None:
        """Rows of the run's as_of, or of the whole table where it has no slices; None if no job has made them."""

    def days(self, table: str) -> Mapping[str, int]:
        """Rows of every slice of a table, as it was last made; a slice that was emptied has none."""

    def runs(self) -> DataFrame:
        """`ops.run`, with everything that has finished before this job."""


@dataclass(frozen=True)
class Context:
    """What a job may know besides its inputs. `given_as_of` is None for a job that is about no one day."""

    spark: SparkSession
    settings: Settings
    tables: Mapping[str, Table]
    given_as_of: date | None
    run_id: str
    lake_root: str
    slices: tuple[date, ...] = ()
    """The as_of dates that a job of `Snapshots` has to make."""
    standing: Standing | None = None
    """What the lake holds; there while a job runs."""
    kept: list[DataFrame] = field(default_factory=list)

    def keep(self, frame: DataFrame) -> DataFrame:
        """The frame, held in memory or on disk until the job's outputs are written; for frames that are used twice."""
        from pyspark.storagelevel import StorageLevel

        persisted = frame.persist(StorageLevel.MEMORY_AND_DISK)
        self.kept.append(persisted)
        return persisted

    def empty(self, *tables: str) -> dict[str, DataFrame]:
        """No rows of each of these tables."""
        return {name: self.frame(name, []) for name in tables}

    def frame(self, table: str, rows: Sequence[Mapping[str, Any]]) -> DataFrame:
        """A frame of a few rows of a table, each a mapping from the name of every column to its value (None for NULL).

        Raises ContractError where they do not fit; see `table_frame`.
        """
        from bullseye.core.rows import table_frame

        return table_frame(self.spark, self.tables[table], rows)

    def of(self, job: Job) -> Context:
        """What this job may know: the settings that it declares, and no others."""
        return replace(self, settings=self.settings.only(job.settings, reader=job.name, texts=job.texts))

    def release(self) -> None:
        """Let go of what was kept."""
        while self.kept:
            self.kept.pop().unpersist()

    @property
    def as_of(self) -> date:
        """The as_of of the run. Raises BullseyeError where it was started without one."""
        if self.given_as_of is None:
            raise BullseyeError("this job was started without an as_of date; pass --as-of")
        return self.given_as_of


class Inputs(Mapping[str, "DataFrame"]):
    """The tables that a job declared, read when they are first asked for.

    A table sliced by as_of gives the slice of the run's as_of; facts give the days up to it; others the whole table.
    """

    def __init__(self, readers: Mapping[str, Callable[[], DataFrame]], job: str) -> None:
        self._readers = readers
        self._job = job
        self._read: dict[str, DataFrame] = {}

    def __getitem__(self, table: str) -> DataFrame:
        if table not in self._readers:
            raise BullseyeError(f"{self._job} reads {table} without declaring it; add it to reads or previous")
        if table not in self._read:
            self._read[table] = self._readers[table]()
        return self._read[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


Run = Callable[[Inputs, Context], "Mapping[str, DataFrame]"]


@dataclass(frozen=True)
class Texts:
    """Texts that lie beside the tables, by their path below the lake's root.

    `folders` hold nothing but these texts: a file that a job made there before and makes no longer is removed.
    `subfolders` names, for a folder, those below it that stay; others are removed.
    """

    files: Mapping[str, str]
    folders: tuple[str, ...] = ()
    subfolders: Mapping[str, Collection[str]] = field(default_factory=dict)


Files = Callable[[Inputs, Context], Texts]


def named(path: str) -> Any:
    """What is at `package.module:name`."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def lazy(path: str, *first: object) -> Callable[..., Any]:
    """The function at `package.module:name`, imported when it is called; `first` come before its other arguments.

    So the list of jobs is imported without Spark, while each job names the functions that need it.
    """

    def call(*arguments: object) -> Any:
        return named(path)(*first, *arguments)

    call.__module__, _, call.__qualname__ = path.partition(":")
    return call


@dataclass(frozen=True)
class AsOf:
    """A job about one as_of: it gets facts up to that day and the rows of that as_of, and replaces its own rows of it."""


@dataclass(frozen=True)
class AllTime:
    """A job about all facts, whatever the as_of.

    Its tables are compared by their rows: only what differs is written, and where nothing does, no later job runs.
    """


@dataclass(frozen=True)
class Registry:
    """As AllTime, for a job that also gets the as_of of the run, to write it once for each row of a registry.

    The fingerprint ignores that as_of, so that another one alone does not make the job run.
    """


@dataclass(frozen=True)
class Sources:
    """As AllTime, for a job whose inputs are outside the lake: `open` returns them by name, each with its fingerprint."""

    open: Callable[[Context], Mapping[str, External]]


@dataclass(frozen=True)
class ChangedDays:
    """A job about facts, day by day: it gets the days that are new or changed, and replaces its own rows of these days."""


@dataclass(frozen=True)
class Snapshots:
    """A job that keeps the state at many dates: `dates` names them, and only those that are new or changed are made."""

    dates: Callable[[Inputs, Context], Sequence[date]]


Kind = AsOf | AllTime | Registry | Sources | ChangedDays | Snapshots


@dataclass(frozen=True)
class Job:
    """A step of the suite.

    `reads`, `writes` and `previous` name tables; `settings` are the files of the settings that `run` and `files` read:
    reading another is an error. `texts` are those whose `doc` reaches a table or text; of the others it is empty, and a
    change of it does not make the job run.
    `previous` tables give only what stood there before as_of (a registry: what is known), so that a re-run never reads
    its own output. `kind` says what the job gets of them, and when it has to run again.
    `reads_by_settings` names those of `reads` that it reads with these settings, where that is not all of them: the others
    change nothing in its outputs, and their days are not days of the job.
    `enabled` is true for settings that enable the job. Where they do not, the job is not part of a run, except that the
    engine empties what it made when they did; `run` is called only where they do.
    `check` finds mistakes in settings that only Spark can see, before any job runs. `files` makes texts that are
    stored next to the tables; the engine calls it, and writes them, when the outputs are committed. `modules` are those
    that it loads by name: their code counts as the job's own.
    """

    name: str
    run: Run
    writes: tuple[str, ...]
    reads: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    settings: tuple[type[SettingsFile], ...] = ()
    texts: tuple[type[SettingsFile], ...] = ()
    kind: Kind = AsOf()
    reads_by_settings: Callable[[Settings], Collection[str]] | None = None
    enabled: Callable[[Settings], bool] | None = None
    check: Callable[[SparkSession, Settings, Mapping[str, Table]], list[str]] | None = None
    files: Files | None = None
    modules: tuple[str, ...] = ()
    doc: str = ""

    def is_enabled(self, settings: Settings) -> bool:
        """Whether these settings enable the job."""
        return self.enabled is None or self.enabled(settings)

    def reads_with(self, settings: Settings) -> tuple[str, ...]:
        """The tables that it reads with these settings, in the order of `reads`."""
        if self.reads_by_settings is None or not self.is_enabled(settings):
            return self.reads
        used = self.reads_by_settings(settings)
        return tuple(table for table in self.reads if table in used)

    def mistakes(self, spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
        """What its check finds, one line each; nothing where these settings do not enable the job."""
        return self.check(spark, settings, tables) if self.check and self.is_enabled(settings) else []

    @property
    def needs_as_of(self) -> bool:
        """Whether it gets the as_of of the run."""
        return isinstance(self.kind, AsOf | Snapshots | Registry)

    def externals(self, context: Context) -> Mapping[str, External]:
        """Its inputs from outside the lake, by name."""
        return dict(self.kind.open(context)) if isinstance(self.kind, Sources) else {}

    @property
    def functions(self) -> tuple[Callable[..., Any], ...]:
        """The functions that its rows and texts follow from."""
        named: list[Callable[..., Any] | None] = [self.run, self.files]
        if isinstance(self.kind, Sources):
            named.append(self.kind.open)
        if isinstance(self.kind, Snapshots):
            named.append(self.kind.dates)
        return tuple(filter(None, named))

    def code_version(self) -> str:
        """A hash of the code of every module of Bullseye that the job can reach by imports, and of its templates.

        Docstrings, comments and layout are no part of it.
        """
        digest = hashlib.sha256()
        # Parsing in two threads at once fails in Python 3.11 (its issue 106905), and jobs are planned side by side.
        with _PARSING:
            starts = {*(function.__module__ for function in self.functions), *self.modules}
            for module in sorted({name for start in starts for name in _reachable(start)}):
                digest.update(_code(module).encode())
        if self.files:
            digest.update(_templates(self.files.__module__.rpartition(".")[0]).encode())
        return digest.hexdigest()[:16]


class _Stripped(ast.NodeTransformer):
    """A tree without what does nothing when it runs: docstrings, and imports for the type checker."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        is_for_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if is_for_types else self.generic_visit(node)


@cache
def _spec(module: str) -> ModuleSpec | None:
    """Where a module is; unlike `importlib.util.find_spec`, this imports none of the packages that it is in."""
    package = module.rpartition(".")[0]
    if not package:
        return PathFinder.find_spec(module)
    parent = _spec(package)
    folders = parent.submodule_search_locations if parent else None
    return PathFinder.find_spec(module, folders) if folders else None


@cache
def _tree(module: str) -> ast.Module:
    spec = _spec(module)
    loader: Any = spec.loader if spec else None
    tree = ast.parse((loader.get_source(module) if loader else None) or "")
    _Stripped().visit(tree)
    return tree


@cache
def _code(module: str) -> str:
    return ast.dump(_tree(module))


@cache
def _templates(package: str) -> str:
    found = [file for file in resources.files(package).iterdir() if file.name.endswith(".j2")]
    return "".join(file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name))


@cache
def _imports(module: str) -> frozenset[str]:
    """The modules of the package that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(name for name in found if _spec(name))


@cache
def _reachable(start: str) -> frozenset[str]:
    """The module and all modules of the package that it imports, directly or not."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += _imports(module)
    return frozenset(seen)
