"""Planning jobs on a lake: what is recorded of it goes into the decision, and what the job may read comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.decision import Plan, Question, decide
from bullseye.core.job import AsOf, Context, External, Inputs, Job, Snapshots
from bullseye.core.lake import Lake
from bullseye.core.runlog import RunLog


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
        context = self._context
        as_of = context.given_as_of if isinstance(job.kind, AsOf | Snapshots) else None
        reads = job.reads_with(context.settings)
        self._log.compare(context.tables[name] for name in (*reads, *job.writes, *job.previous))
        own = context.of(job)
        parts = [job.code_version(), own.settings.fingerprint()]
        parts += [f"{name}={external.fingerprint}" for name, external in sorted(externals.items())]
        question = Question(job, as_of, reads, context.tables, self._log, tuple(parts), self._force)
        question.check_inputs()
        dates: Sequence[date] = ()
        if isinstance(job.kind, Snapshots):
            inputs = self.inputs(Plan(job, as_of, runs=True, reason="", fingerprint=""), externals)
            dates = job.kind.dates(inputs, own)
        return decide(question, dates)

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
