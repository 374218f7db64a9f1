"""Runs jobs of a deployment: settings, session, lease, plan, jobs, in this order."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.cli.options import LogFormat
from bullseye.cli.progress import Report
from bullseye.core.access import keep_private, make_lake
from bullseye.core.complete_day import Day, last_complete_day
from bullseye.core.contract import Table
from bullseye.core.disk import check_writable
from bullseye.core.failure import Place, named
from bullseye.core.graph import check_graph, run_side_by_side
from bullseye.core.job import Context, Job
from bullseye.core.lake import Lake
from bullseye.core.lease import lease
from bullseye.core.parallel import in_parallel
from bullseye.core.plan import Planner
from bullseye.core.runlog import Entry, RunLog
from bullseye.core.session import start_session, wait_for_executors
from bullseye.core.suite import Suite
from bullseye.errors import BullseyeError, SettingsError, did_you_mean
from bullseye.migration.migrate import Migration, has_old_names
from bullseye.release.published import NAME as PUBLISH_RELEASE
from bullseye.release.withdraw import repeated
from bullseye.renames import RENAMES
from bullseye.settings import Settings
from bullseye.settings.deployment import Deployment
from bullseye.settings.identity import Identity
from bullseye.suite import contracts, load_settings
from bullseye.tables.silver import FACTS

_CHECKS = 3


@dataclass(frozen=True)
class Request:
    """What the command line asks for."""

    deployment: Path
    as_of: date | None = None
    lake: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    force: bool = False
    dry_run: bool = False
    parallel: int = 3
    log: LogFormat = "text"


def run_jobs(request: Request, jobs: Sequence[Job], suite: Sequence[Job]) -> list[Entry]:
    """Run `jobs`, which are some of `suite`, and return what each did.

    Raises a BullseyeError for every failure that has a name; nothing is published then.
    """
    keep_private()
    settings = load_settings(request.deployment, request.overrides)
    settings[Identity].salt()  # a missing one is told before Spark starts
    tables = contracts(settings)
    check_graph(suite, tables)
    root = settings.lake_root(request.lake)
    if not request.dry_run:
        check_writable(root)
    spark = start_session(f"bullseye {settings.name}")
    wait_for_executors(spark)
    scratch = spark.conf.get("spark.local.dir", None)
    try:
        return _run(request, jobs, suite, settings=settings, tables=tables, spark=spark, root=root)
    except BullseyeError:
        raise
    except Exception as error:
        raise named(error, Place(settings, root, scratch)) from error


def _run(
    request: Request,
    jobs: Sequence[Job],
    suite: Sequence[Job],
    *,
    settings: Settings,
    tables: Mapping[str, Table],
    spark: SparkSession,
    root: str,
) -> list[Entry]:
    report = Report(spark, log=request.log)
    problems = _mistakes(spark, settings, tables, suite)
    if problems:
        raise SettingsError(
            "expressions in the settings do not fit the tables\n" + "\n".join(f"  {p}" for p in problems)
        )
    run_id = new_run_id()
    lake = Lake(spark, root)
    context = Context(spark, settings, tables, request.as_of, run_id, root)
    if request.dry_run:
        if has_old_names(lake, RENAMES):
            report.say(
                f"{root} has the names of an earlier version: a run gives it the new ones first (bullseye migrate)"
            )
        _show_plan(context, lake, jobs, report)
        return []
    report.event("run started", run_id=run_id, deployment=settings.name, lake=root)
    entries: dict[str, Entry] = {}
    make_lake(root)
    with lease(lake, run_id), report.live(run_id):
        migrated(lake, tables, run_id, report)
        log = RunLog(lake, run_id)
        jobs = _asked(jobs, settings, tables, log)
        places = {job.name: f"[{number:>2}/{len(jobs)}]" for number, job in enumerate(jobs, start=1)}
        as_of = _AsOf(context, lake)

        def run(job: Job) -> None:
            report.started(job.name, places[job.name])
            try:
                suite_ = Suite(as_of.fill(job), lake, log, force=request.force)
                entries[job.name] = suite_.run(job, partial(report.stage, job.name))
                report.finished(entries[job.name], places[job.name])
            finally:
                report.ended(job.name)

        try:
            run_side_by_side(
                jobs,
                suite,
                run,
                at_once=request.parallel,
                cancel=spark.sparkContext.cancelAllJobs,
            )
        finally:
            log.record([entry for entry in entries.values() if entry.status == "up to date"])
    finished = [entries[job.name] for job in jobs]
    report.summary(finished)
    _report_withdrawn(finished, lake, tables, report)
    report.event("run finished", run_id=run_id, as_of=as_of.found)
    return finished


def migrated(lake: Lake, tables: Mapping[str, Table], run_id: str, report: Report) -> bool:
    """Bring a lake of an earlier version to the names of this one; returns whether it was one. The caller holds the lease.

    Raises LakeError for a lake of a later version.
    """
    is_done = Migration(lake, tables, RENAMES, run_id, report.say).run()
    if is_done:
        report.event("migrated", lake=lake.root, run_id=run_id)
    return is_done


def new_run_id() -> str:
    """A name for a run, which begins with its time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"


def _mistakes(spark: SparkSession, settings: Settings, tables: Mapping[str, Table], suite: Sequence[Job]) -> list[str]:
    """What the checks of all jobs find in the settings, side by side: a new session is slow at first."""
    checks = [partial(job.mistakes, spark, settings, tables) for job in suite if job.check]
    return [problem for problems in in_parallel(checks, at_once=_CHECKS) for problem in problems]


def _asked(jobs: Sequence[Job], settings: Settings, tables: Mapping[str, Table], log: RunLog) -> Sequence[Job]:
    """The jobs whose tables the settings ask for, and those whose tables still hold what settings asked for before.

    Raises SettingsError where none is left, LakeError where the log of a table of these jobs is damaged.
    """
    log.compare(tables[name] for job in jobs for name in (*job.reads_with(settings), *job.writes, *job.previous))

    def answered(job: Job) -> bool:
        outputs = (output for table in job.writes for output in log.slices(table).values())
        return any(map(log.doubt, job.writes)) or any(output.rows for output in outputs)

    enabled = [job for job in jobs if job.is_enabled(settings) or answered(job)]
    if jobs and not enabled:
        names = ", ".join(job.name for job in jobs)
        raise SettingsError(
            f"the settings of {settings.name} ask for nothing that {names} makes"
            "\n  docs/reference/settings.md says which section asks for it"
        )
    return enabled


class _AsOf:
    """Fills in the default as_of, as soon as a job needs one."""

    def __init__(self, context: Context, lake: Lake) -> None:
        self._context = context
        self._lake = lake
        self._lock = threading.Lock()

    @property
    def found(self) -> date | None:
        """The as_of of the run; None as long as no job has needed one."""
        return self._context.given_as_of

    def fill(self, job: Job) -> Context:
        """The context for a job."""
        with self._lock:
            if job.needs_as_of and self._context.given_as_of is None:
                self._context = replace(self._context, given_as_of=default_as_of(self._context, self._lake))
            return self._context


def default_as_of(context: Context, lake: Lake) -> date:
    """The last complete day of the table that `as_of` of deployment.yaml names; see `last_complete_day`.

    Rows are counted by day in one pass over two columns; one row a day of the data comes to the driver.
    Raises BullseyeError when there are no facts, SettingsError for a table or column that has no times.
    """
    rule, zone = context.settings[Deployment].as_of, ZoneInfo(context.settings[Deployment].local_zone)
    table = _dated_table(context)
    by_day = lake.read(table).groupBy("day")
    rows = by_day.agg(F.count(F.lit(1)).alias("rows"), F.unix_micros(F.max(rule.column)).alias("last")).collect()
    days = {
        row["day"]: Day(row["rows"], datetime.fromtimestamp(row["last"] / 1e6, tz=zone).replace(tzinfo=None))
        for row in rows
        if row["last"] is not None
    }
    if not days:
        raise BullseyeError(
            f"{rule.table} has no rows, so that there is no last complete day; run ingest_sources first, or pass --as-of"
        )
    return last_complete_day(days, complete_after=rule.complete_after, min_share=rule.min_share)


def _dated_table(context: Context) -> Table:
    """The table of the as_of rule."""
    rule, place = context.settings[Deployment].as_of, partial(context.settings.place, Deployment, "as_of")
    facts = {table.name: table for table in FACTS if "TIMESTAMP" in {column.type for column in table.columns}}
    if rule.table not in facts:
        hint = did_you_mean(rule.table, facts)
        raise SettingsError(
            f"{place('table')}: {rule.table} is not a table of facts with a time{hint}; choose one of {', '.join(facts)}"
        )
    times = [column.name for column in facts[rule.table].columns if column.type == "TIMESTAMP"]
    if rule.column not in times:
        raise SettingsError(f"{place('column')}: {rule.table} has no time {rule.column!r}; choose {' or '.join(times)}")
    return facts[rule.table]


def _report_withdrawn(entries: Sequence[Entry], lake: Lake, tables: Mapping[str, Table], report: Report) -> None:
    """State that nothing was published because the same content was withdrawn."""
    for entry in entries:
        if entry.job != PUBLISH_RELEASE or entry.status != "up to date" or entry.as_of is None:
            continue
        if release_id := repeated(lake, tables, entry.as_of):
            report.event("not published", release_id=release_id, as_of=entry.as_of)
            report.say(
                f"nothing was published: release {release_id} of {entry.as_of} was withdrawn, and nothing has changed since;"
                " to publish the same again: bullseye run --jobs publish_release --force"
            )


def _show_plan(context: Context, lake: Lake, jobs: Sequence[Job], report: Report) -> None:
    """Print the order, and for each job whether it would run and why; a job after one that runs is not looked at."""
    log = RunLog(lake, context.run_id)
    jobs = _asked(jobs, context.settings, context.tables, log)
    as_of = _AsOf(context, lake)
    changed: dict[str, str] = {}
    for number, job in enumerate(jobs, start=1):
        upstream = sorted({changed[table] for table in job.reads if table in changed})
        if upstream:
            runs, reason = True, f"after {', '.join(upstream)}"
        else:
            filled = as_of.fill(job)
            plan = Planner(filled, lake, log).plan(job, job.externals(filled))
            runs, reason = plan.runs, plan.reason
        if runs:
            changed |= dict.fromkeys(job.writes, job.name)
        report.event("planned", job=job.name, runs=runs, reason=reason)
        report.say(f"[{number:>2}/{len(jobs)}] {job.name:<26} {'would run' if runs else 'up to date'}: {reason}")
