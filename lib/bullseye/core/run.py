"""Running the jobs of a suite on one lake: which run, with which as_of, and who hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from pyspark.sql import functions as F

from bullseye.core.complete_day import Day, last_complete_day
from bullseye.core.contract import Table
from bullseye.core.graph import run_side_by_side
from bullseye.core.job import Context, Job
from bullseye.core.lake import Lake
from bullseye.core.runlog import Entry, RunLog
from bullseye.errors import BullseyeError, SettingsError, did_you_mean
from bullseye.settings import Deployment, Settings

Execute = Callable[[Job, Callable[[str], None]], Entry]
"""Runs one job, and passes on what it is doing."""


class Listener(Protocol):
    """Who hears of the jobs of a run. Jobs that run at the same time call it from several threads."""

    def started(self, job: str, place: str) -> None:
        """A job begins; `place` is its place among all, such as [ 2/13]."""

    def stage(self, job: str, text: str) -> None:
        """What a running job is doing."""

    def finished(self, entry: Entry, place: str) -> None:
        """A job has ended without an error."""

    def ended(self, job: str) -> None:
        """A job no longer runs, with or without an error."""


def run_all(
    jobs: Sequence[Job],
    suite: Sequence[Job],
    execute: Execute,
    listener: Listener,
    *,
    at_once: int,
    cancel: Callable[[], None],
    entries: dict[str, Entry],
) -> None:
    """Run the jobs, which are some of the suite, each as soon as the tables that it reads are made.

    Adds to `entries` what each job did, by its name, also of those that ended before another one failed.
    Errors and interruptions: see `run_when_ready`.
    """
    places = {job.name: f"[{number:>2}/{len(jobs)}]" for number, job in enumerate(jobs, start=1)}

    def run(job: Job) -> None:
        listener.started(job.name, places[job.name])
        try:
            entries[job.name] = execute(job, partial(listener.stage, job.name))
            listener.finished(entries[job.name], places[job.name])
        finally:
            listener.ended(job.name)

    run_side_by_side(jobs, suite, run, at_once=at_once, cancel=cancel)


def enabled_jobs(jobs: Sequence[Job], settings: Settings, tables: Mapping[str, Table], log: RunLog) -> Sequence[Job]:
    """The jobs that are enabled, and those whose tables still hold rows of a time when they were.

    Raises SettingsError where none is left, LakeError where the log of a table of these jobs is damaged.
    """
    log.compare(tables[name] for job in jobs for name in (*job.reads_with(settings), *job.writes, *job.previous))

    def has_rows(job: Job) -> bool:
        outputs = (output for table in job.writes for output in log.slices(table).values())
        return any(map(log.doubt, job.writes)) or any(output.rows for output in outputs)

    enabled = [job for job in jobs if job.is_enabled(settings) or has_rows(job)]
    if jobs and not enabled:
        names = ", ".join(job.name for job in jobs)
        raise SettingsError(
            f"the settings of {settings.name} ask for nothing that {names} makes"
            "\n  docs/reference/settings.md says which section asks for it"
        )
    return enabled


class DefaultAsOf:
    """Gives jobs the as_of of the run; where none was given, the last complete day, as soon as a job needs one.

    Safe for threads.
    """

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
    facts = {
        table.name: table
        for table in context.tables.values()
        if table.layer == "silver" and table.slice == "day" and "TIMESTAMP" in {column.type for column in table.columns}
    }
    if rule.table not in facts:
        hint = did_you_mean(rule.table, facts)
        raise SettingsError(
            f"{place('table')}: {rule.table} is not a table of facts with a time{hint}; choose one of {', '.join(facts)}"
        )
    times = [column.name for column in facts[rule.table].columns if column.type == "TIMESTAMP"]
    if rule.column not in times:
        raise SettingsError(f"{place('column')}: {rule.table} has no time {rule.column!r}; choose {' or '.join(times)}")
    return facts[rule.table]
