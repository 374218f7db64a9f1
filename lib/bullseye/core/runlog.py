"""`ops.run`: what every job did, and the fingerprints by which a later run knows what is up to date."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.frames import table_frame
from bullseye.core.lake import Lake, Stamp
from bullseye.core.own_tables import RUN
from bullseye.core.parallel import in_parallel
from bullseye.core.tablelog import Comparison, check_log, read_commit, versions_of
from bullseye.errors import LakeError

_READERS = 8
"""Logs that are read at once: on an object store each is a wait, not work."""
UNFINISHED, CHANGED = "unfinished", "changed"
"""What begins the fingerprint of a slice that no finished run recorded: its rows are those of runs that did not finish,
or of anything else."""


def is_unknown(fingerprint: str) -> bool:
    """Whether a slice's fingerprint states that no finished run recorded its rows."""
    return fingerprint.startswith((f"{UNFINISHED}:", f"{CHANGED}:"))


@dataclass(frozen=True)
class Output:
    """One slice that a job wrote."""

    table: str
    slice: str
    fingerprint: str
    rows: int
    version: int

    @property
    def is_unknown(self) -> bool:
        """Whether no finished run recorded the rows that the slice holds now."""
        return is_unknown(self.fingerprint)


@dataclass(frozen=True)
class Entry:
    """One row of ops.run; `heads` are the hashes of the newest commits of its tables."""

    job: str
    as_of: date | None
    status: str
    reason: str
    started_at: datetime
    seconds: float
    spark_jobs: int = 0
    commits: int = 0
    fingerprint: str | None = None
    outputs: tuple[Output, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(output.rows for output in self.outputs)


class RunLog:
    """Reads and appends ops.run, and remembers the newest fingerprint of every job and slice.

    The newest is what the latest commit of ops.run states, whatever the clocks of the machines. What it states of a table
    counts only as far as the table's own log agrees; see `compare`.
    Raises LakeError when the log of ops.run itself is damaged.
    """

    def __init__(self, lake: Lake, run_id: str) -> None:
        self._lake = lake
        self.run_id = run_id
        self._jobs: dict[tuple[str, date | None], str] = {}
        self._slices: dict[str, dict[str, Output]] = {}
        self._heads: dict[str, str] = {}
        self._checked: dict[str, Comparison] = {}
        self._sequence = 0
        self._lock = threading.Lock()
        self._load()

    def _load(self) -> None:
        spark, path = self._lake.spark, self._lake.path(RUN.name)
        versions = versions_of(spark, RUN, path)
        if not versions:
            return
        read_commit(spark, RUN, path, versions[0])  # an error where it is damaged
        runs = self._lake.read(RUN)
        order = commit_order()
        heads = runs.select("sequence", F.explode_outer("heads").alias("name", "head"))
        newest = F.max_by("head", "sequence").alias("head")
        # one row a table, and one of the rows without any
        for row in heads.groupBy("name").agg(newest, F.max("sequence").alias("sequence")).collect():
            self._sequence = max(self._sequence, row["sequence"] or 0)
            if row["name"] is not None:
                self._heads[row["name"]] = row["head"]
        done = runs.where(F.col("status") == "done").withColumn("order", order)
        newest = F.max_by(F.struct("fingerprint"), F.col("order"))["fingerprint"]
        # one row a job and as_of
        for row in done.groupBy("job", "as_of").agg(newest.alias("fingerprint")).collect():
            self._jobs[row["job"], row["as_of"]] = row["fingerprint"]
        slices = done.select("order", F.inline("outputs"))
        output = F.max_by(F.struct("fingerprint", "rows", "version"), F.col("order"))
        # one row a slice of a table: days of history times tables, never customers
        for row in slices.groupBy("name", "slice").agg(output.alias("newest")).collect():
            found = row["newest"]
            self._remember(Output(row["name"], row["slice"], found["fingerprint"], found["rows"], found["version"]))

    def _remember(self, output: Output) -> None:
        self._slices.setdefault(output.table, {})[output.slice] = output

    def compare(self, tables: Iterable[Table]) -> None:
        """Hold what is known of the tables against their own logs, each once in a run.

        Where a table's newest commit that changed data is not the one that a run recorded, its slices are unknown: those
        of the as_of dates that changed, or all. `doubt` gives the reason.
        Raises LakeError for damaged logs, all of them.
        """
        with self._lock:
            unchecked = [table for table in dict.fromkeys(tables) if table.name not in self._checked]
            if not unchecked:
                return
            comparisons = in_parallel([partial(self._check, table) for table in unchecked], at_once=_READERS)
            damaged = []
            for table, comparison in zip(unchecked, comparisons, strict=True):
                if isinstance(comparison, LakeError):
                    damaged.append(str(comparison))
                else:
                    self._checked[table.name] = comparison
                    self._forget(table.name)
            if damaged:
                raise LakeError("\n".join(damaged))

    def _check(self, table: Table) -> Comparison | LakeError:
        """What the table's own log states, or how it is damaged: all damaged logs are reported together."""
        try:
            return check_log(self._lake.spark, table, self._lake.path(table.name), self._heads.get(table.name))
        except LakeError as error:
            return error

    def _forget(self, table: str) -> None:
        """Make the slices unknown that the table's log casts doubt on."""
        if (doubt := self._checked[table].doubt) is None:
            return
        mark = f"{UNFINISHED if doubt.unfinished else CHANGED}:{doubt.mark}"
        slices = self._slices.get(table, {})
        for slice in list(slices) if doubt.slices is None else doubt.slices:
            version = slices[slice].version if slice in slices else 0
            self._remember(Output(table, slice, mark, 0, version))

    def doubt(self, table: str, *, slice: str | None = None) -> str | None:
        """Why the rows of a table, or of one slice, are not those of a finished run; None where they are."""
        checked = self._checked.get(table)
        reason = checked.doubt.reason if checked and checked.doubt else None
        slices = self.slices(table)
        unknown = sorted(output.slice for output in slices.values() if output.is_unknown)
        if slice is not None:
            unknown = [name for name in unknown if name == slice]
            reason = reason if unknown else None
        if unknown and reason is None:
            reason = (
                f"the rows of {', '.join(unknown)} in {table} were changed by a commit that no finished run recorded"
            )
        return reason

    def unfinished(self, table: str) -> list[date]:
        """The as_of dates of which a table with such slices holds rows of runs that did not finish."""
        outputs = [output for output in self.slices(table).values() if output.slice != "all"]
        return [
            date.fromisoformat(output.slice) for output in outputs if output.fingerprint.startswith(f"{UNFINISHED}:")
        ]

    def unknown(self, tables: Iterable[str], *, without: Collection[tuple[str, str]]) -> tuple[Output, ...]:
        """The slices of these tables that are unknown, `without` those given as table and slice."""
        outputs = [output for table in tables for output in self.slices(table).values()]
        return tuple(output for output in outputs if output.is_unknown and (output.table, output.slice) not in without)

    def moved_heads(self, tables: Iterable[str]) -> Mapping[str, str]:
        """Newest commits of tables that only maintenance has touched since the recorded one."""
        heads = {table: self._checked[table].head for table in tables if table in self._checked}
        return {
            table: head
            for table, head in heads.items()
            if head and self._checked[table].doubt is None and table in self._heads and head != self._heads[table]
        }

    def job_fingerprint(self, job: str, as_of: date | None) -> str | None:
        """What the job's newest finished run for this as_of was made from."""
        return self._jobs.get((job, as_of))

    def slices(self, table: str) -> Mapping[str, Output]:
        """The newest output of every slice of a table, by the slice's name: a date, or `all`."""
        return self._slices.get(table, {})

    def record(self, entries: Iterable[Entry]) -> None:
        """Append rows to ops.run in one commit."""
        listed = list(entries)
        if not listed:
            return
        # Jobs run side by side, and a job that plans must see a whole entry of another or none.
        with self._lock:
            self._sequence += 1
            rows = table_frame(self._lake.spark, RUN, [self._row(entry) for entry in listed])
            self._lake.append(RUN, rows.coalesce(1), Stamp(self.run_id, "runlog"))
            for entry in listed:
                for table, head in entry.heads.items():
                    self._heads[table] = head
                    self._checked[table] = Comparison(head, None)
                if entry.status == "done":
                    self._jobs[entry.job, entry.as_of] = entry.fingerprint or ""
                    for output in entry.outputs:
                        self._remember(output)

    def _row(self, entry: Entry) -> dict[str, Any]:
        outputs = [
            {"name": o.table, "slice": o.slice, "fingerprint": o.fingerprint, "rows": o.rows, "version": o.version}
            for o in entry.outputs
        ]
        return {
            "run_id": self.run_id,
            "job": entry.job,
            "as_of": entry.as_of,
            "status": entry.status,
            "reason": entry.reason,
            "started_at": entry.started_at,
            "seconds": round(entry.seconds, 3),
            "spark_jobs": entry.spark_jobs,
            "commits": entry.commits,
            "fingerprint": entry.fingerprint,
            "outputs": outputs,
            "heads": dict(entry.heads),
            "sequence": self._sequence,
        }


def newest_run(runs: DataFrame, run_ids: Collection[str]) -> str | None:
    """The one of these runs that ops.run recorded last, by its commits; None of none.

    A run that is not in ops.run was killed, and counts as later than those that are.
    """
    recorded = (
        runs.where(F.col("run_id").isin(list(run_ids))).groupBy("run_id").agg(F.max(commit_order()).alias("order"))
    )
    orders = {row["run_id"]: (0, row["order"]["sequence"]) for row in recorded.collect()}
    return max(run_ids, key=lambda run_id: (orders.get(run_id, (1, 0)), run_id), default=None)


def commit_order() -> Column:
    """Order of the rows of ops.run: that of its commits; rows without a number are older than all others.

    Those of one commit are equal. The time of a row decides only among rows without a number.
    """
    return F.struct(
        F.coalesce("sequence", F.lit(0)).alias("sequence"),
        F.when(F.col("sequence").isNull(), F.col("started_at")).alias("started_at"),
    )


def now() -> datetime:
    """The wall clock; only the run log and the lease may look at it."""
    return datetime.now(UTC)
