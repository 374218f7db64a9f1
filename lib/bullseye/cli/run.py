"""Runs jobs of a deployment: settings, session, lease, plan, jobs, in this order."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from pyspark.sql import SparkSession

from bullseye.cli.options import LogFormat
from bullseye.cli.progress import Report
from bullseye.core.access import keep_private, make_lake
from bullseye.core.contract import Table
from bullseye.core.disk import check_writable
from bullseye.core.failure import Place, named
from bullseye.core.graph import check_graph
from bullseye.core.job import Context, Job
from bullseye.core.lake import Lake
from bullseye.core.lease import lease
from bullseye.core.parallel import in_parallel
from bullseye.core.plan import Planner
from bullseye.core.run import DefaultAsOf, enabled_jobs, run_all
from bullseye.core.runlog import Entry, RunLog
from bullseye.core.runner import Suite
from bullseye.core.session import start_session, wait_for_executors
from bullseye.errors import BullseyeError, SettingsError
from bullseye.migration.migrate import Migration, has_old_names
from bullseye.release.published import NAME as PUBLISH_RELEASE
from bullseye.release.withdraw import repeated
from bullseye.renames import RENAMES
from bullseye.settings import Settings
from bullseye.settings.identity import Identity
from bullseye.suite import contracts, load_settings

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
    settings[Identity].salt()  # a missing one is reported before Spark starts
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
        jobs = enabled_jobs(jobs, settings, tables, log)
        as_of = DefaultAsOf(context, lake)

        def execute(job: Job, stage: Callable[[str], None]) -> Entry:
            return Suite(as_of.fill(job), lake, log, force=request.force).run(job, stage)

        cancel = spark.sparkContext.cancelAllJobs
        try:
            run_all(jobs, suite, execute, report, at_once=request.parallel, cancel=cancel, entries=entries)
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
    jobs = enabled_jobs(jobs, context.settings, context.tables, log)
    as_of = DefaultAsOf(context, lake)
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
