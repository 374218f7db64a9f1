"""Running jobs: their inputs are read, their outputs checked, written and recorded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from pyspark.sql import DataFrame

from bullseye.core.checked import EMPTY
from bullseye.core.contract import Table
from bullseye.core.decision import Plan
from bullseye.core.failure import Place, named
from bullseye.core.files import write_texts
from bullseye.core.job import AllTime, AsOf, ChangedDays, Context, External, Job, Registry, Snapshots, Sources
from bullseye.core.lake import UNKNOWN, Lake, Stamp, Written
from bullseye.core.parallel import in_parallel
from bullseye.core.plan import Planner
from bullseye.core.runlog import Entry, Output, RunLog, now
from bullseye.core.standing import LakeStanding
from bullseye.errors import BullseyeError, GraphError, QualityGateError

_WRITERS = 3
"""Tables of one job that are written at once: on small tables the driver waits more than the cores work."""


class Suite:
    """Runs jobs on one lake, also side by side. Not safe for two at once on a lake: hold the lease."""

    def __init__(self, context: Context, lake: Lake, log: RunLog, *, force: bool = False) -> None:
        self._context = context
        self._lake = lake
        self._log = log
        self._force = force
        self._scratch = context.spark.conf.get("spark.local.dir", None)
        self._planner = Planner(context, lake, log, force=force)

    def run(self, job: Job, stage: Callable[[str], None]) -> Entry:
        """Run the job unless it is up to date, and record what it did.

        A quality gate that fails keeps its evidence (what was rejected and why) and is raised again.
        """
        started, clock, commits = now(), time.monotonic(), self._lake.commits[job.name]
        externals = job.externals(self._context.of(job))
        plan = self._planner.plan(job, externals)

        def entry(
            status: str, reason: str, outputs: tuple[Output, ...] = (), heads: Mapping[str, str] | None = None
        ) -> Entry:
            return Entry(
                job.name,
                plan.as_of,
                status,
                reason,
                started,
                time.monotonic() - clock,
                spark_jobs=_spark_jobs(self._context, job.name),
                commits=self._lake.commits[job.name] - commits,
                fingerprint=plan.fingerprint if status == "done" else None,
                outputs=outputs,
                heads=heads or {},
            )

        if not plan.runs:
            return entry("up to date", plan.reason, heads=self._log.moved_heads(job.writes))
        _name_jobs(self._context, job.name)
        context = replace(self._context, kept=[])
        try:
            outputs, heads = self._execute(plan, externals, context, stage)
        except QualityGateError as error:
            for table, rows in error.evidence.items():
                self._lake.add_new(self._context.tables[table], rows, self._stamp(plan))
            self._log.record([entry("failed", _first_line(error))])
            raise
        except Exception as error:
            problem = named(error, self._place(job))
            self._log.record([entry("failed", _first_line(problem))])
            raise problem from error
        finally:
            context.release()
        made = {(output.table, output.slice) for output in outputs}
        # Other dates of these tables may hold rows of a run that did not finish, which the recorded commit would hide.
        finished = entry("done", plan.reason, (*outputs, *self._log.unknown(heads, without=made)), heads)
        self._log.record([finished])
        return finished

    def _place(self, job: Job) -> Place:
        return Place(self._context.settings, self._context.lake_root, self._scratch, job.name, job.writes)

    def _execute(
        self, plan: Plan, externals: Mapping[str, External], context: Context, stage: Callable[[str], None]
    ) -> tuple[tuple[Output, ...], Mapping[str, str]]:
        """Make and write the job's tables; returns the slices written and the newest commit of every table."""
        prints = plan.prints or {}
        dates = plan.slices if plan.slices is not None else tuple(date.fromisoformat(slice) for slice in prints)
        inputs = self._planner.inputs(plan, externals)
        as_of = context.given_as_of if plan.job.needs_as_of else None
        context = replace(context, given_as_of=as_of, slices=dates)
        context = replace(context, standing=LakeStanding(self._lake, self._log, context, now()))
        job = plan.job
        is_enabled = job.is_enabled(context.settings)
        context = context.of(job)
        frames = job.run(inputs, context) if is_enabled else context.empty(*job.writes)
        _must_be_unchanged(externals)
        unknown = set(frames) - set(plan.job.writes)
        if unknown:
            raise GraphError(f"{plan.job.name} made {', '.join(sorted(unknown))} without declaring it in writes")
        # What an unfinished run left in a table that these settings no longer fill is no result of theirs.
        left = [name for name in job.writes if name not in frames and self._log.doubt(name)]
        frames = {**frames, **context.empty(*left)}
        names = [name for name in plan.job.writes if name in frames]
        stage(f"writing {', '.join(names)}")
        written = in_parallel(
            [partial(self._write, plan, self._context.tables[name], frames[name]) for name in names],
            at_once=_WRITERS,
            spark=self._context.spark,
        )
        # The outputs were computed while they were written. What is wrong now is not recorded, and so is made again.
        _must_be_unchanged(externals)
        if plan.job.files:
            stage("writing files")
            write_texts(self._lake, plan.job.files(inputs, context))
        heads = {name: head for name, (_, head) in zip(names, written, strict=True)}
        return tuple(output for outputs, _ in written for output in outputs), heads

    def _stamp(self, plan: Plan) -> Stamp:
        return Stamp(self._log.run_id, plan.job.name, plan.as_of, plan.fingerprint)

    def _write(self, plan: Plan, table: Table, rows: DataFrame) -> tuple[list[Output], str]:
        outputs = list(self._outputs(plan, table, rows))
        return outputs, self._lake.head(table)

    def _outputs(self, plan: Plan, table: Table, rows: DataFrame) -> Iterator[Output]:
        """Write the rows as the table and the kind of the job require, and name what was written."""
        match plan.job.kind:
            case AllTime() | Registry() | Sources() if table.keep_known:
                yield self._add_new(plan, table, rows)
            case _ if table.keep_known:
                written = self._lake.add_new(table, rows, self._stamp(plan))
                yield Output(table.name, "all", plan.fingerprint, written.rows, written.version)
            case AllTime() | Registry() | Sources():
                yield from self._write_by_content(plan, table, rows)
            case ChangedDays() | Snapshots():
                written = self._lake.replace_slices(table, rows, plan.slices, self._stamp(plan))
                yield from self._slice_outputs(plan, table, written)
            case AsOf() if table.slice == "as_of" and plan.as_of is not None:
                written = self._lake.replace_slices(table, rows, [plan.as_of], self._stamp(plan))
                yield Output(table.name, str(plan.as_of), plan.fingerprint, written.rows, written.version)
            case AsOf():
                written = self._lake.replace(table, rows, self._stamp(plan))
                yield Output(table.name, "all", plan.fingerprint, written.rows, written.version)

    def _add_new(self, plan: Plan, table: Table, rows: DataFrame) -> Output:
        """Add to a registry, whose fingerprint stays where no row is new."""
        written = self._lake.add_new(table, rows, self._stamp(plan))
        before = self._log.slices(table.name).get("all")
        same = before is not None and not before.is_unknown and written.rows == 0
        mark = before.fingerprint if before is not None and same else plan.fingerprint
        return Output(table.name, "all", mark, written.rows, written.version)

    def _slice_outputs(self, plan: Plan, table: Table, written: Written) -> Iterator[Output]:
        """One output a slice that was made; the rows of the commit are counted once, with its first slice."""
        prints = plan.prints or {}
        made = (
            [str(day) for day in plan.slices]
            if plan.slices is not None
            else sorted({*prints, *self._log.slices(table.name)})
        )
        for index, slice in enumerate(made):
            yield Output(
                table.name, slice, prints.get(slice, EMPTY), written.rows if index == 0 else 0, written.version
            )

    def _write_by_content(self, plan: Plan, table: Table, rows: DataFrame) -> Iterator[Output]:
        """Write only the days (or the whole table) whose rows differ from those that stand there; all of them where what
        stands there is not known.
        """
        known = {slice: output.fingerprint for slice, output in self._log.slices(table.name).items()}
        if self._force or self._log.doubt(table.name):
            known = dict.fromkeys(known, UNKNOWN)
        written, slices = self._lake.replace_changed(table, rows, self._stamp(plan), known)
        for slice, (mark, count) in slices.items():
            yield Output(table.name, slice, mark, count, written.version)


def _must_be_unchanged(externals: Mapping[str, External]) -> None:
    for external in externals.values():
        external.must_be_unchanged()


def job_group(run_id: str, job: str) -> str:
    """Name of the group of all Spark jobs that a job of a run starts."""
    return f"{run_id}/{job}"


def _name_jobs(context: Context, job: str) -> None:
    """Mark the Spark jobs that follow, so that the progress display and the run log can tell whose they are, and so that
    jobs side by side share the cores (in a pool each, where spark.scheduler.mode is FAIR).
    """
    spark = context.spark.sparkContext
    spark.setJobGroup(job_group(context.run_id, job), job)
    spark.setLocalProperty("spark.scheduler.pool", job)


def _spark_jobs(context: Context, job: str) -> int:
    return len(context.spark.sparkContext.statusTracker().getJobIdsForGroup(job_group(context.run_id, job)))


def _first_line(error: BullseyeError) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:500]
