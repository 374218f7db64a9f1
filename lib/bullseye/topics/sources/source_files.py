"""The files of a source: where they are, which of them are read, and whether they are still the same."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from bullseye.core.job import Context
from bullseye.errors import SourceError, did_you_mean
from bullseye.settings.sources import Source

HALF_UPLOADED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", "~")
"""Endings that programs give a file until its upload is complete."""
DELTA_LOG = "_delta_log"
_WRITTEN_BY_SPARK = ("_SUCCESS", "_metadata", "_common_metadata", "_committed_", "_started_", DELTA_LOG)
"""Beginnings of the names of files that hold no rows."""
_GLOB = re.compile(r"(?<!\\)[*?\[{]")
_DEPTH = 20
"""Levels of folders below a source; more are a link that leads back."""


@dataclass(frozen=True)
class SourceFile:
    """One file of a source; `name` is its path below the source's folder, `modified_at` in UTC."""

    path: str
    name: str
    bytes: int
    modified_at: datetime

    @property
    def folder_values(self) -> Mapping[str, str]:
        """Values that its folders give it, such as `dt=2024-01-01` in a Hive layout."""
        return dict(part.split("=", 1) for part in self.name.split("/")[:-1] if re.fullmatch(r"[^=]+=.*", part))


@dataclass(frozen=True)
class Listing:
    """The files of a source by name, below `root`, and the names that are passed over.

    `whole` are folders in which every file is read.
    """

    root: str
    files: tuple[SourceFile, ...]
    skipped: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()

    def targets(self, files: Sequence[SourceFile]) -> list[str]:
        """Paths for Spark's reader that name exactly these files: a folder where all of its files are among them."""
        by_folder: dict[str, list[str]] = {}
        for file in files:
            by_folder.setdefault(_folder(file.path), []).append(file.path)
        counts: dict[str, int] = {}
        for file in self.files:
            counts[_folder(file.path)] = counts.get(_folder(file.path), 0) + 1
        targets_found: list[str] = []
        for folder, paths in by_folder.items():
            targets_found += [folder] if folder in self.whole and len(paths) == counts[folder] else paths
        return [re.sub(r"([\[\]{}*?\\])", r"\\\1", path) for path in targets_found]


def stage(source: Source, context: Context) -> str:
    """The path to read: as it is, below the deployment's folder where it is relative, or copied out of a package.

    `package:NAME/file` is on the driver only; it is copied to the lake's landing folder, which executors can read.
    """
    if not source.path.startswith("package:"):
        return (
            source.path
            if "://" in source.path or source.path.startswith("/")
            else str((context.settings.folder / source.path).resolve())
        )
    package, _, inner = source.path.removeprefix("package:").partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(
            f"the Python package {package} is not installed; run: pip install {package.replace('_', '-')}"
        )
    origin = Path(next(iter(spec.submodule_search_locations))) / inner
    if not origin.is_file():
        siblings = [path.name for path in origin.parent.glob("*")] if origin.parent.is_dir() else []
        raise SourceError(f"the package {package} has no file {inner}{did_you_mean(origin.name, siblings)}")
    if "://" in context.lake_root:
        return _upload(context, source, origin)
    landed = Path(context.lake_root) / "landing" / source.name / origin.name
    unchanged = (
        landed.exists()
        and landed.stat().st_size == origin.stat().st_size
        and landed.stat().st_mtime == origin.stat().st_mtime
    )
    if not unchanged:
        landed.parent.mkdir(parents=True, exist_ok=True)
        partial = landed.with_name(f".{landed.name}.partial")
        shutil.copy2(origin, partial)
        partial.replace(landed)
    return str(landed)


def _upload(context: Context, source: Source, origin: Path) -> str:
    """Copy into an object store or HDFS by Hadoop's file system, unless a file of this size is there."""
    landed = f"{context.lake_root}/landing/{source.name}/{origin.name}"
    target, system = file_system(context.spark, landed)
    if not (system.exists(target) and system.getFileStatus(target).getLen() == origin.stat().st_size):
        path = context.spark._jvm.org.apache.hadoop.fs.Path(str(origin))  # type: ignore[union-attr]  # py4j
        system.copyFromLocalFile(False, True, path, target)  # noqa: FBT003  Java takes no keywords
    return landed


def list_files(spark: SparkSession, source: Source, path: str) -> Listing:
    """The files at a path: a file, a folder with all folders below it, or a glob. Of a Delta table, its newest commit.

    Raises SourceError where nothing can be read, for a Delta table that is declared as files, and for a link that leads
    back to itself.
    """
    target, system = file_system(spark, path)
    matches = list(system.globStatus(target) or [])
    if source.format == "delta":
        return _delta_listing(system, target, matches, path)
    walk = _Walk(system)
    for match in matches:
        if match.isDirectory():
            walk.folder(match.getPath(), 1)
        else:
            walk.file(match)
    root = _root(system, target, matches)
    files = [
        SourceFile(s.getPath().toString(), s.getPath().toString().removeprefix(f"{root}/"), s.getLen(), _time(s))
        for s in walk.found
    ]
    skipped = tuple(sorted(name.removeprefix(f"{root}/") for name in walk.skipped))
    if not files:
        reason = f"; passed over: {', '.join(skipped[:5])}" if skipped else ""
        raise SourceError(f"{path} matches no file; check the path, or the job that drops the file{reason}")
    return Listing(root, tuple(sorted(files, key=lambda file: file.name)), skipped, frozenset(walk.whole))


class _Walk:
    """What is in a folder and the folders below it."""

    def __init__(self, system: Any) -> None:
        self._system = system
        self.found: list[Any] = []
        self.skipped: list[str] = []
        self.whole: list[str] = []

    def folder(self, path: Any, depth: int) -> None:
        if depth > _DEPTH:
            raise SourceError(f"{path.toString()} is below {_DEPTH} folders; remove the link that leads back to itself")
        statuses = sorted(self._system.listStatus(path), key=lambda status: status.getPath().getName())
        if any(status.getPath().getName() == DELTA_LOG for status in statuses):
            raise SourceError(
                f"{path.toString()} is a Delta table, whose folder also holds removed rows; write format: delta"
            )
        taken = [self.file(status) for status in statuses if not status.isDirectory()]
        below = [status for status in statuses if status.isDirectory()]
        for status in below:
            name = status.getPath().getName()
            if not name.startswith(("_", ".")):
                self.folder(status.getPath(), depth + 1)
            elif not name.startswith(_WRITTEN_BY_SPARK):
                self.skipped.append(f"{status.getPath().toString()}/")
        if all(taken) and not below:
            self.whole.append(path.toString())

    def file(self, status: Any) -> bool:
        """Take the file, unless it is not complete or not one of rows; returns whether Spark may see its folder as a whole."""
        name = status.getPath().getName()
        hidden = name.startswith(("_", "."))
        if hidden and (name.startswith(_WRITTEN_BY_SPARK) or name.endswith(".crc")):
            return True
        if hidden or name.lower().endswith(HALF_UPLOADED):
            self.skipped.append(status.getPath().toString())
            return bool(hidden)
        self.found.append(status)
        return True


def _delta_listing(system: Any, target: Any, matches: Sequence[Any], path: str) -> Listing:
    """The newest commit of a Delta table: the version that the whole run reads."""
    for match in matches:
        log = match.getPath().suffix(f"/{DELTA_LOG}")
        if system.exists(log):
            commits = [s for s in system.listStatus(log) if re.fullmatch(r"\d{20}\.json", s.getPath().getName())]
            if commits:
                newest = max(commits, key=lambda status: status.getPath().getName())
                name = f"{DELTA_LOG}/{newest.getPath().getName()}"
                file = SourceFile(newest.getPath().toString(), name, newest.getLen(), _time(newest))
                return Listing(match.getPath().toString(), (file,))
    problem = "is no Delta table; check the path, or the format" if matches else "matches no file; check the path"
    raise SourceError(f"{path} {problem}")


def _root(system: Any, target: Any, matches: Sequence[Any]) -> str:
    """The folder below which the names of the files are unique: the path itself, or the part before a glob's first sign."""
    folder = system.makeQualified(target)
    if not (len(matches) == 1 and matches[0].isDirectory() and not _GLOB.search(folder.toString())):
        folder = folder.getParent()
    while folder.getParent() is not None and _GLOB.search(folder.toString()):
        folder = folder.getParent()
    # A sign behind a backslash means itself.
    return re.sub(r"\\(.)", r"\1", str(folder.toString())).rstrip("/")


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _time(status: Any) -> datetime:
    return datetime.fromtimestamp(status.getModificationTime() / 1000, tz=UTC)


def file_system(spark: SparkSession, path: str) -> tuple[Any, Any]:
    """The path and its file system, as objects of the JVM."""
    target = spark._jvm.org.apache.hadoop.fs.Path(path)  # type: ignore[union-attr]  # py4j
    return target, target.getFileSystem(spark._jsc.hadoopConfiguration())


def must_be_unchanged(spark: SparkSession, source: Source, path: str, before: Listing) -> None:
    """Raises SourceError where a file of the source is not what it was when the run began: rows of both would be mixed."""
    try:
        after = list_files(spark, source, path)
    except SourceError:
        after = Listing(before.root, ())
    if before.files == after.files:
        return
    changed = sorted(file.name for file in set(before.files) ^ set(after.files))
    raise SourceError(
        f"source {source.name}: {changed[0]} changed while it was read, so that its rows may be of two deliveries;"
        " run again when the delivery is complete"
    )
