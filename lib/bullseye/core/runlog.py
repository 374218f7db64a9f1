"""`ops.run`: what every job did, and the fingerprints by which a later run knows what is up to date."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pyspark.sql import Row
from pyspark.sql import functions as F

from bullseye.core.contract import Table, columns
from bullseye.core.lake import Lake, Stamp
from bullseye.core.rows import local_frame

RUN = Table(
    "ops.run",
    columns=columns(
        """
        run_id STRING NOT NULL COMMENT 'one start of the suite or of a job',
        job STRING NOT NULL COMMENT 'name of the job',
        as_of DATE COMMENT 'date the job looked back from; NULL for jobs about facts',
        status STRING NOT NULL COMMENT 'done, up to date or failed',
        reason STRING COMMENT 'why it ran or was skipped, or the first line of the error',
        started_at TIMESTAMP NOT NULL COMMENT 'start, UTC',
        seconds DOUBLE NOT NULL COMMENT 'wall time',
        spark_jobs INT NOT NULL COMMENT 'Spark jobs that it started',
        commits INT NOT NULL COMMENT 'Delta commits that it made',
        fingerprint STRING COMMENT 'hash of code, settings and inputs; NULL unless done',
        outputs ARRAY<STRUCT<name: STRING, slice: STRING, fingerprint: STRING, rows: BIGINT, version: BIGINT>> COMMENT 'slices written, each with fingerprint, rows and table version',
        """
    ),
    key=("run_id", "job"),
    doc="One row per run and job. Readers: operations. Kept for good; the newest done row of a job tells what its slices were made from.",
    unique_by_construction=True,
)


@dataclass(frozen=True)
class Output:
    """One slice that a job wrote."""

    table: str
    slice: str
    fingerprint: str
    rows: int
    version: int


@dataclass(frozen=True)
class Entry:
    """One row of ops.run."""

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

    @property
    def rows(self) -> int:
        return sum(output.rows for output in self.outputs)


class RunLog:
    """Reads and appends ops.run, and remembers the newest fingerprint of every job and slice."""

    def __init__(self, lake: Lake, run_id: str) -> None:
        self._lake = lake
        self.run_id = run_id
        self._jobs: dict[tuple[str, date | None], str] = {}
        self._slices: dict[str, dict[str, Output]] = {}
        self._lock = threading.Lock()
        self._load()

    def _load(self) -> None:
        if not self._lake.exists(RUN.name):
            return
        done = self._lake.read(RUN).where(F.col("status") == "done")
        newest = F.max_by(F.struct("fingerprint"), F.col("started_at"))["fingerprint"]
        # one row a job and as_of
        for row in done.groupBy("job", "as_of").agg(newest.alias("fingerprint")).collect():
            self._jobs[row["job"], row["as_of"]] = row["fingerprint"]
        slices = done.select("started_at", F.inline("outputs"))
        output = F.max_by(F.struct("fingerprint", "rows", "version"), F.col("started_at"))
        # one row a slice of a table: days of history times tables, never customers
        for row in slices.groupBy("name", "slice").agg(output.alias("newest")).collect():
            found = row["newest"]
            self._remember(Output(row["name"], row["slice"], found["fingerprint"], found["rows"], found["version"]))

    def _remember(self, output: Output) -> None:
        self._slices.setdefault(output.table, {})[output.slice] = output

    def job_fingerprint(self, job: str, as_of: date | None) -> str | None:
        """What the job's newest finished run for this as_of was made from."""
        return self._jobs.get((job, as_of))

    def slices(self, table: str) -> Mapping[str, Output]:
        """The newest output of every slice of a table, by the slice's name: a date, or `all`."""
        return self._slices.get(table, {})

    def table_fingerprint(self, table: str, *, slice: str | None = None, until: date | None = None) -> str:
        """Fingerprint of one slice, or of all slices up to a day; `absent` when there is none."""
        known = self.slices(table)
        if slice is not None:
            return known[slice].fingerprint if slice in known else "absent"
        chosen = [
            f"{name}={found.fingerprint}"
            for name, found in sorted(known.items())
            if until is None or name <= str(until)
        ]
        return combine(chosen) if chosen else "absent"

    def record(self, entries: Iterable[Entry]) -> None:
        """Append rows to ops.run in one commit."""
        listed = list(entries)
        if not listed:
            return
        rows = local_frame(self._lake.spark, [self._row(entry) for entry in listed], RUN.schema())
        # Jobs run side by side, and a job that plans must see a whole entry of another or none.
        with self._lock:
            self._lake.append(RUN, rows.coalesce(1), Stamp(self.run_id, "runlog"))
            for entry in listed:
                if entry.status == "done":
                    self._jobs[entry.job, entry.as_of] = entry.fingerprint or ""
                    for output in entry.outputs:
                        self._remember(output)

    def _row(self, entry: Entry) -> Row:
        return Row(
            run_id=self.run_id,
            job=entry.job,
            as_of=entry.as_of,
            status=entry.status,
            reason=entry.reason,
            started_at=entry.started_at,
            seconds=round(entry.seconds, 3),
            spark_jobs=entry.spark_jobs,
            commits=entry.commits,
            fingerprint=entry.fingerprint,
            outputs=[
                Row(name=o.table, slice=o.slice, fingerprint=o.fingerprint, rows=o.rows, version=o.version)
                for o in entry.outputs
            ],
        )


def combine(parts: Iterable[str]) -> str:
    """One fingerprint of many, in their order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def now() -> datetime:
    """The wall clock; only the run log and the lease may look at it."""
    return datetime.now(UTC)
