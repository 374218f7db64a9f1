"""Damage to a lake on disk: commit files of the tables' logs, and the data files that a release names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from bullseye.cli.reading import Reader, Released
from bullseye.errors import LakeError

_COMMIT = re.compile(r"(\d{20})\.json")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint[^/]*\.parquet")


@dataclass(frozen=True)
class Damage:
    """A file that is not what Delta wrote; `newest` where the newest version of its table needs it too."""

    table: str
    file: Path
    what: str
    newest: bool = True

    def __str__(self) -> str:
        return f"{self.table}: {self.file} {self.what}"


def damaged_logs(root: Path) -> Iterator[Damage]:
    """Commit files of all tables that are empty, missing or not JSON, and checkpoints that cannot be opened.

    What Delta reads is looked at: the newest checkpoint and the commits after it. Delta itself passes over an empty commit
    file in silence, and the rows of that commit are gone.
    """
    for log in sorted(root.glob("*/*/_delta_log")):
        table = f"{log.parents[1].name}.{log.parent.name}"
        names = [file.name for file in log.iterdir()]
        commits = sorted(int(match[1]) for match in map(_COMMIT.fullmatch, names) if match)
        checkpoints = [(int(match[1]), match[0]) for match in map(_CHECKPOINT.fullmatch, names) if match]
        first = max((version for version, _ in checkpoints), default=-1)
        for version, name in sorted(checkpoints):
            if version == first and (what := _unreadable(log / name)):
                yield Damage(table, log / name, what)
        for version in range(first + 1, max(commits, default=first) + 1):
            file = log / f"{version:020d}.json"
            if what := _broken(file):
                yield Damage(table, file, what)
        for version in commits:
            file = log / f"{version:020d}.json"
            if version <= first and file.stat().st_size == 0:
                yield Damage(table, file, "is empty")


def damaged_files(reader: Reader, release: Released) -> Iterator[Damage]:
    """Data files of the versions of a release that are missing, have another size than the log states, or have no readable
    footer. Files on disk only.

    Raises LakeError for a table that is not at its version any more.
    """
    for table, version in release.versions.items():
        files = _files(reader, table, version)
        wrong = {name: what for name, size in files.items() if (what := _unreadable(name, size))}
        needed = _files(reader, table, None) if wrong else {}
        yield from (Damage(table, name, what, name in needed) for name, what in sorted(wrong.items()))


def _files(reader: Reader, table: str, version: int | None) -> dict[Path, int]:
    """Size by the log of every data file of a version."""
    opened = reader.open(table, version)
    try:
        actions = pa.table(opened.get_add_actions(flatten=True))
    except Exception as error:
        raise LakeError(f"the log of {table} cannot be read ({error})") from error
    folder = Path(reader.path(table))
    listed = zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True)
    return {folder / unquote(path): size for path, size in listed}


def _broken(file: Path) -> str:
    """What is wrong with a commit file; empty where nothing is."""
    try:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        actions = [json.loads(line) for line in lines]
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except ValueError:
        return "is not JSON"
    if not actions:
        return "is empty"
    return "" if all(isinstance(action, dict) for action in actions) else "is not a list of actions"


def _unreadable(file: Path, size: int | None = None) -> str:
    """What is wrong with a Parquet file, by its size and its footer; empty where nothing is."""
    try:
        actual = file.stat().st_size
        if size is not None and actual != size:
            return f"has {actual:,} bytes, its log states {size:,}"
        pq.read_metadata(file)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    except pa.ArrowException:
        return "has no readable Parquet footer"
    return ""
