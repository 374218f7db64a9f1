"""What a table's own log states: its commit files, what each one changed, and which of them no finished run recorded."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession

from bullseye.core.contract import Table
from bullseye.core.storage import commit_file, read_text
from bullseye.errors import LakeError

_COMMIT = re.compile(r"(\d{20})\.json")


@dataclass(frozen=True)
class Commit:
    """One commit file: its version, its text, and the actions in it."""

    version: int
    text: str

    @property
    def hash(self) -> str:
        """Hash of the file, by which this commit differs from every other one of this or another table."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def actions(self) -> tuple[dict[str, Any], ...]:
        """The actions; raises ValueError for an empty file and for one that is not lines of JSON objects."""
        actions = tuple(json.loads(line) for line in self.text.splitlines() if line.strip())
        if not actions or not all(isinstance(action, dict) for action in actions):
            raise ValueError("no actions")
        return actions

    @property
    def changes(self) -> tuple[dict[str, Any], ...]:
        """Files that the commit added or removed and that change the data; compaction and VACUUM have none."""
        files = (action.get("add") or action.get("remove") for action in self.actions)
        return tuple(file for file in files if file and file.get("dataChange", True))

    @property
    def run_id(self) -> str | None:
        """The run of the suite that made the commit; None where another program did."""
        info: dict[str, Any] = next((action["commitInfo"] for action in self.actions if "commitInfo" in action), {})
        try:
            stamp = json.loads(info.get("userMetadata") or "{}")
        except ValueError:
            return None
        return stamp.get("run_id") if isinstance(stamp, dict) else None


@dataclass(frozen=True)
class Doubt:
    """Why the rows of a table are not those that `ops.run` recorded.

    `slices` are the as_of dates that changed, None for the whole table. `unfinished` states that only runs of the suite
    changed it, which did not record what they wrote. `mark` differs from that of every other doubt.
    """

    reason: str
    mark: str
    slices: frozenset[str] | None
    unfinished: bool


@dataclass(frozen=True)
class Comparison:
    """A table's log against what `ops.run` recorded: the newest commit's hash (None for no table), and the doubt if any."""

    head: str | None
    doubt: Doubt | None


def check_log(spark: SparkSession, table: Table, path: str, recorded: str | None) -> Comparison:
    """Compare the newest commit that changed data with the `recorded` one, a commit's hash; None where no run has written it.

    Commits after the recorded one that change no data (compaction, VACUUM, a new column) are passed over. Reads one file
    where the newest commit is the recorded one.
    Raises LakeError for a commit file that is empty or cannot be read.
    """
    versions = versions_of(spark, table, path)
    if not versions:
        missing = Doubt(f"{table.name} is missing", "missing", None, unfinished=False)
        return Comparison(None, missing if recorded else None)
    head, later = "", list[Commit]()
    for version in versions:
        commit = read_commit(spark, table, path, version)
        head = head or commit.hash
        if commit.hash == recorded:
            return Comparison(head, _doubt(table, head, later, lost=False))
        later.append(commit)
    return Comparison(head, _doubt(table, head, later, lost=recorded is not None))


def _doubt(table: Table, head: str, later: list[Commit], *, lost: bool) -> Doubt | None:
    """The doubt that commits after the recorded one, the newest first, cast on a table; `lost` when that one is gone."""
    changing = [commit for commit in later if commit.changes]
    if lost and not changing:
        return Doubt(f"{table.name} lacks the commit that ops.run recorded", head, None, unfinished=False)
    if not changing:
        return None
    newest = changing[0]
    maker = f"run {newest.run_id}" if newest.run_id else "no run of the suite"
    partitions = [file.get("partitionValues") or {} for commit in changing for file in commit.changes]
    by_slice = table.slice == "as_of" and not lost and all("as_of" in values for values in partitions)
    return Doubt(
        f"{table.name} was changed by its version {newest.version} ({maker}), which no finished run recorded",
        head,
        frozenset(str(values["as_of"]) for values in partitions) if by_slice else None,
        unfinished=not lost and all(commit.run_id for commit in changing),
    )


def versions_of(spark: SparkSession, table: Table, path: str) -> list[int]:
    """Versions of the table's commit files, the newest first; none where there is no table.

    Raises LakeError for a commit file that is empty.
    """
    sizes = commit_sizes(spark, path)
    if empty := sorted(version for version, size in sizes.items() if size == 0):
        raise damaged(table, path, empty[0], "is empty")
    return sorted(sizes, reverse=True)


def commit_sizes(spark: SparkSession, path: str) -> Mapping[int, int]:
    """Size in bytes of every commit file of the table at `path`, by version; empty where there is no table."""
    java: Any = spark._jvm
    folder = java.org.apache.hadoop.fs.Path(f"{path}/_delta_log")
    system = folder.getFileSystem(spark._jsc.hadoopConfiguration())
    if not system.exists(folder):
        return {}
    # Checkpoints and checksums are left out by Java, because each file that Python looks at is several calls.
    files = system.listStatus(folder, java.org.apache.hadoop.fs.GlobFilter("*.json"))
    named = {status.getPath().getName(): status for status in files}
    return {int(match[1]): named[match[0]].getLen() for match in map(_COMMIT.fullmatch, named) if match}


def read_commit(spark: SparkSession, table: Table, path: str, version: int) -> Commit:
    """A commit file.

    Raises LakeError when it cannot be read or is not what Delta writes.
    """
    try:
        commit = Commit(version, read_text(spark, commit_file(path, version)))
        assert commit.actions
    except (Py4JError, ValueError) as error:
        raise damaged(table, path, version, "cannot be read") from error
    return commit


def damaged(table: Table, path: str, version: int, what: str) -> LakeError:
    """The error for a commit file that Delta would pass over in silence."""
    if table.is_registry:
        effect = "it is a registry, so that what earlier runs added to it is lost"
    elif table.name == "ops.run":
        effect = "every job runs again then"
    elif table.slice == "as_of":
        effect = "a run makes the rows of its own as_of again, not those of other dates"
    else:
        effect = "the run makes it again"
    return LakeError(
        f"{table.name} is damaged: its commit file {version:020d}.json {what}, so that rows of the table are missing\n"
        f"  {commit_file(path, version)}\n"
        f"  put the file back from a backup; or remove the folder {path} and run again: {effect}"
    )
