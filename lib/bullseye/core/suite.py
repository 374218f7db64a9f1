"""The graph of jobs: its order, what is up to date and why, and running it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from graphlib import CycleError, TopologicalSorter

from pyspark import inheritable_thread_target
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.files import write_text
from bullseye.core.job import Context, External, Inputs, Job
from bullseye.core.lake import EMPTY, Lake, Stamp, Written
from bullseye.core.runlog import Entry, Output, RunLog, combine, now
from bullseye.core.standing import LakeStanding
from bullseye.errors import GraphError, QualityGateError, did_you_mean

_WRITERS = 3
"""Tables of one job that are written at once: on small tables the driver waits more than the cores work."""


def check_graph(jobs: Sequence[Job], tables: Mapping[str, Table]) -> None:
    """Every table named has a contract and at most one writer, and there is no cycle.

    Raises GraphError that lists all violations, each with the job that it stands in.
    """
    problems = []
    writer: dict[str, str] = {}
    for job in jobs:
        named = (*job.reads, *job.writes, *job.previous)
        problems += [
            f"{job.name}: no contract is named {table}{did_you_mean(table, tables)}"
            for table in named
            if table not in tables
        ]
        for table in job.writes:
            if table in writer:
                problems.append(f"{job.name}: writes {table}, which {writer[table]} writes already")
            writer[table] = job.name
    problems += [
        f"{job.name}: reads {table}, which no job writes" for job in jobs for table in job.reads if table not in writer
    ]
    if problems:
        raise GraphError("the job graph is wrong\n" + "\n".join(f"  {problem}" for problem in problems))
    in_order(jobs)


def in_order(jobs: Sequence[Job]) -> list[Job]:
    """The jobs, each after those whose tables it reads; otherwise in the order given.

    Raises GraphError that names the jobs of a cycle.
    """
    writer = {table: job.name for job in jobs for table in job.writes}
    named = {job.name: job for job in jobs}
    sorter = TopologicalSorter(
        {job.name: sorted({writer[t] for t in job.reads if t in writer}, key=list(named).index) for job in jobs}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        raise GraphError(f"the job graph has a cycle: {' -> '.join(error.args[1])}") from error
    ordered: list[Job] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=list(named).index)
        first, *ready = ready
        ordered.append(named[first])
        sorter.done(first)
    return ordered


def select(
    jobs: Sequence[Job], *, only: Sequence[str] = (), start: str | None = None, until: str | None = None
) -> list[Job]:
    """The jobs to run, in order: those named in `only`, or from `start` up to `until`.

    Raises GraphError for a name that no job has, with the nearest one.
    """
    ordered = in_order(jobs)
    names = [job.name for job in ordered]
    for name in (*only, *filter(None, (start, until))):
        if name not in names:
            raise GraphError(f"no job is named {name!r}{did_you_mean(name, names)}; jobs: {', '.join(names)}")
    first = names.index(start) if start else 0
    last = names.index(until) if until else len(names) - 1
    return [job for job in ordered[first : last + 1] if not only or job.name in only]


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


class Suite:
    """Runs jobs on one lake. Not safe for two at once on a lake: hold the lease."""

    def __init__(self, context: Context, lake: Lake, log: RunLog, *, force: bool = False) -> None:
        self._context = context
        self._lake = lake
        self._log = log
        self._force = force

    def plan(self, job: Job, externals: Mapping[str, External]) -> Plan:
        """Whether the job has to run, and why."""
        as_of = self._context.as_of if job.looks_back else None
        by_slice = [table for table in job.reads if self._context.tables[table].slice == "day"]
        common = [job.code_version(), self._context.settings.fingerprint(job.settings)]
        common += [f"{name}={found.fingerprint}" for name, found in sorted(externals.items())]
        common += [f"{table}={self._table_print(table, as_of)}" for table in job.reads if table not in by_slice]
        if job.per_day:
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
        if job.snapshots:
            inputs = self._inputs(Plan(job, as_of, runs=True, reason="", fingerprint=""), externals)
            dates = sorted(set(job.snapshots(inputs, self._context)))
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
        if gone := self._gone(job):
            return Plan(job, as_of, runs=True, reason=f"{', '.join(gone)} is missing", fingerprint=fingerprint)
        return Plan(
            job, as_of, runs=False, reason="same code, settings and inputs as its last run", fingerprint=fingerprint
        )

    def _gone(self, job: Job) -> list[str]:
        """Tables that the job has written and that are no longer there."""
        return [table for table in job.writes if self._log.slices(table) and not self._lake.exists(table)]

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
        what = "days" if job.per_day else "snapshots"
        known = self._log.slices(job.writes[0])
        fingerprint = combine(f"{slice}={mark}" for slice, mark in expected.items())
        finished = self._log.job_fingerprint(job.name, as_of) is not None
        if self._force or self._gone(job) or not (known or finished):
            return Plan(
                job,
                as_of,
                runs=True,
                reason="--force" if self._force else "never finished",
                fingerprint=fingerprint,
                slices=None,
                prints=expected,
            )
        gone = (
            {slice for slice in known if slice not in expected and known[slice].fingerprint != EMPTY}
            if job.per_day
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

    def run(self, job: Job, stage: Callable[[str], None]) -> Entry:
        """Run the job unless it is up to date, and record what it did.

        A quality gate that fails keeps its evidence (what was rejected and why) and is raised again.
        """
        started, clock, commits = now(), time.monotonic(), self._lake.commits
        externals = dict(job.external(self._context)) if job.external else {}
        plan = self.plan(job, externals)

        def entry(status: str, reason: str, outputs: tuple[Output, ...] = ()) -> Entry:
            return Entry(
                job.name,
                plan.as_of,
                status,
                reason,
                started,
                time.monotonic() - clock,
                spark_jobs=_spark_jobs(self._context, job.name),
                commits=self._lake.commits - commits,
                fingerprint=plan.fingerprint if status == "done" else None,
                outputs=outputs,
            )

        if not plan.runs:
            return entry("up to date", plan.reason)
        _name_jobs(self._context, job.name)
        try:
            outputs = tuple(self._execute(plan, externals, stage))
        except QualityGateError as error:
            for table, rows in error.evidence.items():
                self._lake.add_new(self._context.tables[table], rows, self._stamp(plan))
            self._log.record([entry("failed", _first_line(error))])
            raise
        except Exception as error:
            self._log.record([entry("failed", _first_line(error))])
            raise
        finally:
            self._context.release()
        finished = entry("done", plan.reason, outputs)
        self._log.record([finished])
        return finished

    def _execute(self, plan: Plan, externals: Mapping[str, External], stage: Callable[[str], None]) -> Iterator[Output]:
        prints = plan.prints or {}
        dates = plan.slices if plan.slices is not None else tuple(date.fromisoformat(slice) for slice in prints)
        inputs = self._inputs(plan, externals)
        context = replace(self._context, as_of=plan.as_of, slices=dates)
        context = replace(context, standing=LakeStanding(self._lake, self._log, context, now()))
        frames = plan.job.run(inputs, context)
        unknown = set(frames) - set(plan.job.writes)
        if unknown:
            raise GraphError(f"{plan.job.name} made {', '.join(sorted(unknown))} without declaring it in writes")
        names = [name for name in plan.job.writes if name in frames]
        stage(f"writing {', '.join(names)}")
        with ThreadPoolExecutor(max_workers=_WRITERS) as pool:
            write = inheritable_thread_target(self._context.spark)(self._write)
            started = [pool.submit(write, plan, self._context.tables[name], frames[name]) for name in names]
            for found in started:
                yield from found.result()
        if plan.job.files:
            stage("writing files")
            for name, text in plan.job.files(inputs, context).items():
                write_text(self._lake, name, text)

    def _inputs(self, plan: Plan, externals: Mapping[str, External]) -> Inputs:
        def reader(table: Table, *, before: bool) -> Callable[[], DataFrame]:
            def read() -> DataFrame:
                rows = self._lake.read(table)
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
        readers = {name: reader(tables[name], before=False) for name in plan.job.reads}
        readers |= {name: reader(tables[name], before=True) for name in plan.job.previous}
        readers |= {name: partial(getattr, found, "frame") for name, found in externals.items()}
        return Inputs(readers, plan.job.name)

    def _stamp(self, plan: Plan) -> Stamp:
        return Stamp(self._log.run_id, plan.job.name, plan.as_of, plan.fingerprint)

    def _write(self, plan: Plan, table: Table, rows: DataFrame) -> list[Output]:
        return list(self._outputs(plan, table, rows))

    def _outputs(self, plan: Plan, table: Table, rows: DataFrame) -> Iterator[Output]:
        stamp = self._stamp(plan)
        if table.keep_known:
            written = self._lake.add_new(table, rows, stamp)
            known = self._log.slices(table.name).get("all")
            same = plan.job.by_content and known is not None and written.rows == 0
            mark = known.fingerprint if known is not None and same else plan.fingerprint
            yield Output(table.name, "all", mark, written.rows, written.version)
        elif plan.job.by_content:
            yield from self._write_by_content(plan, table, rows)
        elif plan.prints is not None:
            written = self._lake.replace_slices(table, rows, plan.slices, stamp)
            yield from self._slice_outputs(plan, table, written)
        elif table.slice == "as_of" and plan.as_of is not None:
            written = self._lake.replace_slices(table, rows, [plan.as_of], stamp)
            yield Output(table.name, str(plan.as_of), plan.fingerprint, written.rows, written.version)
        else:
            written = self._lake.replace(table, rows, stamp)
            yield Output(table.name, "all", plan.fingerprint, written.rows, written.version)

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
        """Write only the days (or the whole table) whose rows differ from those that stand there."""
        known = (
            {} if self._force else {slice: output.fingerprint for slice, output in self._log.slices(table.name).items()}
        )
        written, slices = self._lake.replace_changed(table, rows, self._stamp(plan), known)
        for slice, (mark, count) in slices.items():
            yield Output(table.name, slice, mark, count, written.version)


def _name_jobs(context: Context, job: str) -> None:
    """Mark the Spark jobs that follow, so that the progress display and the run log can tell whose they are."""
    context.spark.sparkContext.setJobGroup(f"{context.run_id}/{job}", job)


def _spark_jobs(context: Context, job: str) -> int:
    return len(context.spark.sparkContext.statusTracker().getJobIdsForGroup(f"{context.run_id}/{job}"))


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:500]
