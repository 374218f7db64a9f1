"""What on this machine, in the settings or in the lake would make a run fail, each with its remedy."""

from __future__ import annotations

import glob
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata, util
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bullseye.cli.damage import Damage, damaged_files, damaged_logs
from bullseye.cli.reading import Reader
from bullseye.core.disk import check_writable, existing
from bullseye.core.lease import EXPIRES, process_exists
from bullseye.errors import BullseyeError
from bullseye.migration.lake_format import old_names
from bullseye.settings import Settings
from bullseye.settings.sources import Sources
from bullseye.suite import TOPICS

State = Literal["good", "warning", "wrong"]
GIB = 1 << 30
_JAVA = ("17", "21")
_SHOWN = 5
"""Damaged files that are listed; of the others their number."""
_PUBLISH = "publish again: bullseye run --jobs publish_release --force"


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is empty where nothing is to be done."""

    what: str
    state: State
    says: str
    remedy: str = ""


def examine(load: Callable[[], Settings], lake: str | None) -> list[Finding]:
    """Look at everything; a mistake in the settings hides only what needs them."""
    findings = [*_python(), *_java(), *_packages(), *_jars(), *_memory(), *_master()]
    try:
        settings = load()
        root = settings.lake_root(lake)
    except BullseyeError as error:
        return [*findings, Finding("settings", "wrong", str(error), "correct each line that is named")]
    topics = [topic for topic in TOPICS if any(settings.get(file) for file in topic.settings)]
    counts = ", ".join(f"{topic.name} ({len(list(topic.explained(settings)))})" for topic in topics)
    says = f"{settings.folder}: entries by topic: {counts}"
    findings.append(Finding("settings", "good", says))
    return [*findings, *_sources(settings), *_lake(root)]


def _python() -> Iterator[Finding]:
    """The package itself refuses a Python that is too old; the workers may have another one."""
    yield Finding("Python", "good", f"{sys.version.split()[0]} ({sys.executable})")
    worker = os.environ.get("PYSPARK_PYTHON")
    if worker and not shutil.which(worker):
        yield Finding(
            "Python of the workers", "wrong", f"PYSPARK_PYTHON={worker} is no program", "name one, or unset it"
        )


def _java() -> Iterator[Finding]:
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    remedy = "install Java 17 or 21 (on Debian: apt-get install openjdk-17-jre-headless), or name one by JAVA_HOME"
    if not program or not shutil.which(program):
        yield Finding("Java", "wrong", f"there is none{f' in JAVA_HOME={home}' if home else ''}", remedy)
        return
    answer = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603  the user's own Java
    version = re.search(r'version "([^"]+)"', answer)
    is_supported = version is not None and version[1].partition(".")[0] in _JAVA
    says = f"{version[1] if version else answer.strip()} ({program})"
    yield Finding("Java", "good" if is_supported else "wrong", says, "" if is_supported else remedy)


def _packages() -> Iterator[Finding]:
    """Delta's Python half, its jar and Spark go together: Delta 4.4 is for Spark 4.2."""
    for name in ("pyspark", "delta-spark"):
        try:
            yield Finding(name, "good", metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "wrong", "is not installed", f"pip install {name}, or run by way of scripts/")


def _jars() -> Iterator[Finding]:
    folder, submitted = os.environ.get("BULLSEYE_JARS"), os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    jars = sorted(Path(folder).glob("delta-spark_*.jar")) if folder else []
    if jars:
        wanted = metadata.version("delta-spark")
        fits = jars[0].stem.endswith(f"-{wanted}")
        remedy = "" if fits else f"the Python package is {wanted}: put the jars of that version into {folder}"
        yield Finding("Delta's jars", "good" if fits else "wrong", f"{jars[0].name} in {folder}", remedy)
    elif "delta" in submitted:
        yield Finding("Delta's jars", "good", "named in PYSPARK_SUBMIT_ARGS")
    else:
        remedy = "start by way of scripts/, which fetches them once, or name their folder by BULLSEYE_JARS"
        yield Finding("Delta's jars", "wrong", f"there are none{f' in {folder}' if folder else ''}", remedy)


def _memory() -> Iterator[Finding]:
    """The heap of the driver must leave a third of the machine to what Spark and Python hold besides it."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.is_file() and (text := limit.read_text(encoding="ascii").strip()).isdecimal():
        total = min(total, int(text))
    asked = re.search(r"--driver-memory\s+(\d+)([mg])", os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    heap = int(asked[1]) * (GIB if asked[2] == "g" else 1 << 20) if asked else GIB
    says = f"heap {heap / GIB:.1f} of {total / GIB:.1f} GiB"
    if heap > total * 2 / 3:
        remedy = f"ask for less: BULLSEYE_DRIVER_MEMORY={int(total / 4 / (1 << 20))}m"
        yield Finding("memory", "wrong", says, remedy)
    elif heap < 2 * GIB:
        yield Finding("memory", "warning", says, "2 GiB are the least for a real shop: BULLSEYE_DRIVER_MEMORY=2g")
    else:
        yield Finding("memory", "good", says)


def _master() -> Iterator[Finding]:
    master = os.environ.get("SPARK_MASTER", "")
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.partition(":")
        try:
            with socket.create_connection((host, int(port or 7077)), timeout=3):
                yield Finding("cluster", "good", f"{address} answers")
        except (OSError, ValueError) as error:
            yield Finding("cluster", "wrong", f"{address}: {error}", "start the master, or mend SPARK_MASTER")


def _sources(settings: Settings) -> Iterator[Finding]:
    """Files that are missing; files in an object store are checked by the run."""
    missing, size = [], 0
    for index, source in enumerate(settings[Sources].sources):
        if "://" in source.path:
            continue
        files = _files(source.path, settings.folder)
        size += sum(file.stat().st_size for file in files)
        if not files and not source.may_be_empty:
            missing.append(f"{settings.place(Sources, 'sources', index)} ({source.name}): {source.path}")
        missing += [f"{source.name}: {file} cannot be read" for file in files if not os.access(file, os.R_OK)]
    if missing:
        yield Finding("source files", "wrong", "; ".join(missing), "mend the path, or the job that drops the file")
    else:
        yield Finding("source files", "good", f"{size / (1 << 20):,.1f} MiB")


def _files(path: str, folder: Path) -> list[Path]:
    if path.startswith("package:"):
        package, _, inner = path.removeprefix("package:").partition("/")
        spec = util.find_spec(package)
        homes = list(spec.submodule_search_locations or ()) if spec else []
        return [Path(home) / inner for home in homes if (Path(home) / inner).is_file()]
    paths = [Path(name) for name in glob.glob(str(folder / path))]  # noqa: PTH207  the path may be absolute
    return [file for entry in paths for file in (entry.rglob("*") if entry.is_dir() else [entry]) if file.is_file()]


def _lake(root: str) -> Iterator[Finding]:
    if "://" in root:
        yield Finding("lake", "good", f"{root} ({urlsplit(root).scheme}): not looked at without Spark")
        return
    place = existing(root)
    try:
        check_writable(root)
    except BullseyeError as error:
        yield Finding("lake", "wrong", str(error), "mend what is named")
        return
    free = shutil.disk_usage(place).free
    remedy = "" if free > 5 * GIB else "make room: tables keep their old versions until VACUUM"
    yield Finding("lake", "warning" if remedy else "good", f"{root}, {free / GIB:.1f} GiB free", remedy)
    yield from _contents(Reader(root))


def _contents(reader: Reader) -> Iterator[Finding]:
    """Who writes to the lake, whether its logs are whole, and whether the released versions can still be read."""
    if damage := list(damaged_logs(Path(reader.root))):
        folders = ", ".join(sorted({str(one.file.parents[1]) for one in damage}))
        remedy = (
            "rows of these commits are missing from the tables; put the files back from a backup, or remove"
            f" {folders} and run again: tables are made again, what earlier runs added to a registry or log (ops) is lost"
        )
        yield Finding("table logs", "wrong", _listed(damage), remedy)
    try:
        if reader.has_old_names():
            yield Finding("names", "warning", *_cut(old_names(reader.root)))
    except BullseyeError as error:
        yield Finding("names", "wrong", *_cut(error))
        return
    for look in (_lease, _release):
        try:
            yield from look(reader)
        except BullseyeError as error:
            yield Finding(look.__name__.strip("_"), "wrong", str(error), "mend the table logs first, as stated above")


def _cut(error: BullseyeError) -> tuple[str, str]:
    """The facts of an error, and its remedy."""
    facts, _, remedy = str(error).partition("\n")
    return facts, remedy.strip()


def _lease(reader: Reader) -> Iterator[Finding]:
    for row in reader.rows("SELECT * FROM rows WHERE NOT released", "ops.lease"):
        age = (datetime.now(UTC) - row["heartbeat_at"]).total_seconds()
        gone = row["host"] == socket.gethostname() and not process_exists(row["pid"])
        sign = f"{age:.0f} s ago" if age >= 0 else f"{-age:.0f} s in the future: the clock of its machine is ahead"
        says = f"run {row['run_id']} of {row['user']} on {row['host']} (process {row['pid']}), last sign {sign}"
        dead = gone or age > EXPIRES.total_seconds()
        remedy = (
            "the run died; the next one takes the lease over" if dead else "wait for it to end before you start one"
        )
        yield Finding("lease", "warning", says, remedy)


def _release(reader: Reader) -> Iterator[Finding]:
    """Every data file that the release names is opened: a log that can be read states nothing about them."""
    release = reader.released()
    if release is None:
        yield Finding("release", "warning", "there is none yet", "run the whole suite: bullseye run")
        return
    gone = []
    for table, version in release.versions.items():
        try:
            reader.open(table, version)
        except BullseyeError as error:
            gone.append(str(error))
    if gone:
        yield Finding("release", "wrong", "; ".join(gone), _PUBLISH)
        return
    damage = list(damaged_files(reader, release))
    if damage:
        remedy = _PUBLISH
        if needed := sorted({reader.path(one.table) for one in damage if one.newest}):
            remedy = (
                f"put the files back from a backup, or remove {', '.join(needed)} and run again: bullseye run makes and"
                " publishes these tables again"
            )
        yield Finding("release", "wrong", _listed(damage), remedy)
        return
    yield Finding("release", "good", f"{release.release_id} of {release.as_of}, {len(release.versions)} tables")


def _listed(damage: Sequence[Damage]) -> str:
    shown = "; ".join(map(str, damage[:_SHOWN]))
    return f"{shown}; and {len(damage) - _SHOWN} more files" if len(damage) > _SHOWN else shown
