"""What is up to date and why: every job's fingerprint against the one that its outputs were made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.checked import EMPTY, combine
from bullseye.core.contract import Table
from bullseye.core.job import AsOf, ChangedDays, Context, External, Inputs, Job, Snapshots
from bullseye.core.lake import Lake
from bullseye.core.runlog import RunLog
from bullseye.errors import LakeError


@dataclass(frozen=True)
class Plan:
    """What would happen to one job.

    Of a job that keeps many slices, `slices` are those to make (None for all) and `prints` their fingerprints.
    """

    job: Job
    as_of: date | None
    runs: bool
    reason: str
    fingerprint: str
    slices: tuple[date, ...] | None = None
    prints: Mapping[str, str] | None = None


class Planner:
    """Plans jobs on one lake, from what the run log knows and the tables' own logs confirm."""

    def __init__(self, context: Context, lake: Lake, log: RunLog, *, force: bool = False) -> None:
        self._context = context
        self._lake = lake
        self._log = log
        self._force = force

    def plan(self, job: Job, externals: Mapping[str, External]) -> Plan:
        """Whether the job has to run, and why.

        Raises LakeError for a table whose log is damaged, and for one that the job reads and that holds rows which no
        finished run recorded.
        """
        as_of = self._context.as_of if isinstance(job.kind, AsOf | Snapshots) else None
        reads = job.reads_with(self._context.settings)
        self._log.compare(self._context.tables[name] for name in (*reads, *job.writes, *job.previous))
        self._check_inputs(job, reads, as_of)
        by_slice = [table for table in reads if self._context.tables[table].slice == "day"]
        common = [job.code_version(), self._context.settings.fingerprint(job.settings)]
        common += [f"{name}={found.fingerprint}" for name, found in sorted(externals.items())]
        common += [f"{table}={self._table_print(table, as_of)}" for table in reads if table not in by_slice]
        if isinstance(job.kind, ChangedDays):
            days = sorted({day for table in by_slice for day in self._log.slices(table)})
            return self._plan_slices(
                job,
                None,
                {
                    day: self._slice_print(
                        common, {table: self._log.table_fingerprint(table, slice=day) for table in by_slice}
                    )
                    for day in days
                },
            )
        facts = {table: self._log.table_fingerprint(table, until=as_of) for table in by_slice}
        if isinstance(job.kind, Snapshots):
            inputs = self.inputs(Plan(job, as_of, runs=True, reason="", fingerprint=""), externals)
            dates = sorted(set(job.kind.dates(inputs, self._context)))
            return self._plan_slices(
                job,
                as_of,
                {
                    str(day): self._slice_print(
                        common, {table: self._log.table_fingerprint(table, until=day) for table in by_slice}
                    )
                    for day in dates
                },
            )
        fingerprint = combine([self._slice_print(common, facts), str(as_of)])
        known = self._log.job_fingerprint(job.name, as_of)
        if self._force:
            return Plan(job, as_of, runs=True, reason="--force", fingerprint=fingerprint)
        if known is None:
            return Plan(
                job,
                as_of,
                runs=True,
                reason="never finished for this as_of" if as_of else "never finished",
                fingerprint=fingerprint,
            )
        if known != fingerprint:
            return Plan(job, as_of, runs=True, reason="code, settings or inputs changed", fingerprint=fingerprint)
        if doubt := self._doubt(job.writes, as_of):
            return Plan(job, as_of, runs=True, reason=doubt, fingerprint=fingerprint)
        return Plan(
            job, as_of, runs=False, reason="same code, settings and inputs as its last run", fingerprint=fingerprint
        )

    def _doubt(self, tables: Sequence[str], as_of: date | None) -> str | None:
        """Why what these tables hold (at as_of, where they have it) does not count; None where it does."""
        for table in tables:
            by_as_of = as_of is not None and self._context.tables[table].slice == "as_of"
            if reason := self._log.doubt(table, slice=str(as_of) if by_as_of else None):
                return reason
        return None

    def _check_inputs(self, job: Job, reads: Sequence[str], as_of: date | None) -> None:
        if reason := self._doubt(reads, as_of):
            raise LakeError(
                f"{job.name} cannot use its input: {reason}\n"
                "  run the whole suite, or the job that writes the table first"
            )

    def _table_print(self, table: str, as_of: date | None) -> str:
        contract = self._context.tables[table]
        if contract.slice == "as_of" and not contract.history:
            return self._log.table_fingerprint(table, slice=str(as_of))
        return self._log.table_fingerprint(table, until=as_of if contract.slice else None)

    @staticmethod
    def _slice_print(common: Sequence[str], facts: Mapping[str, str]) -> str:
        return combine([*common, *(f"{table}={mark}" for table, mark in sorted(facts.items()))])

    def _plan_slices(self, job: Job, as_of: date | None, expected: Mapping[str, str]) -> Plan:
        """Compare the fingerprint of every slice with the one that its rows were made from."""
        by_day = isinstance(job.kind, ChangedDays)
        what = "days" if by_day else "snapshots"
        known = self._log.slices(job.writes[0])
        fingerprint = combine(f"{slice}={mark}" for slice, mark in expected.items())
        finished = self._log.job_fingerprint(job.name, as_of) is not None
        doubt = self._doubt(job.writes, None)
        if self._force or doubt or not (known or finished):
            return Plan(
                job,
                as_of,
                runs=True,
                reason="--force" if self._force else doubt or "never finished",
                fingerprint=fingerprint,
                slices=None,
                prints=expected,
            )
        gone = (
            {slice for slice in known if slice not in expected and known[slice].fingerprint != EMPTY}
            if by_day
            else set()
        )
        changed = sorted(
            {slice for slice, mark in expected.items() if slice not in known or known[slice].fingerprint != mark} | gone
        )
        if not changed:
            return Plan(
                job,
                as_of,
                runs=False,
                reason=f"all {len(expected)} {what} have the same code, settings and inputs",
                fingerprint=fingerprint,
                slices=(),
                prints=expected,
            )
        chosen = tuple(date.fromisoformat(slice) for slice in changed)
        return Plan(
            job,
            as_of,
            runs=True,
            reason=f"{len(chosen)} of {len(expected)} {what} are new or changed",
            fingerprint=fingerprint,
            slices=chosen,
            prints=expected,
        )

    def inputs(self, plan: Plan, externals: Mapping[str, External]) -> Inputs:
        """What the job may read: facts up to its as_of, its slice of the tables by as_of, its sources."""

        def reader(table: Table, *, before: bool) -> Callable[[], DataFrame]:
            def read() -> DataFrame:
                rows = self._lake.read(table)
                # Of its own as_of a job reads what this run has made; of others there may be rows of a run that died.
                if table.slice == "as_of" and (unfinished := self._log.unfinished(table.name)):
                    rows = rows.where(~F.col("as_of").isin(unfinished))
                if table.slice == "as_of" and before:
                    return rows.where(F.col("as_of") < F.lit(plan.as_of))
                if table.slice == "as_of":
                    return rows.where(
                        F.col("as_of") <= F.lit(plan.as_of) if table.history else F.col("as_of") == F.lit(plan.as_of)
                    )
                if table.slice == "day" and plan.as_of is not None:
                    return rows.where(F.col("day") <= F.lit(plan.as_of))
                if table.slice == "day" and plan.slices is not None:
                    return rows.where(F.col("day").isin(list(plan.slices)))
                return rows

            return read

        tables = self._context.tables
        reads = plan.job.reads_with(self._context.settings)
        readers = {name: reader(tables[name], before=False) for name in reads}
        readers |= {name: reader(tables[name], before=True) for name in plan.job.previous}
        readers |= {name: partial(getattr, found, "frame") for name, found in externals.items()}
        return Inputs(readers, plan.job.name)
