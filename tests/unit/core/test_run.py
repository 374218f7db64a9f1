"""The loop of a run, without Spark: jobs are functions that only note that they ran."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

import pytest

from bullseye.core.job import AllTime, AsOf, Job
from bullseye.core.run import DefaultAsOf, enabled_jobs, run_all
from bullseye.core.runlog import Entry, Output, now
from bullseye.errors import BullseyeError, SettingsError


def job(name: str, *, reads: tuple[str, ...] = (), on: bool = True) -> Job:
    return Job(name, lambda inputs, context: {}, writes=(f"gold.{name}",), reads=reads, enabled=lambda settings: on)


FIRST, SECOND = job("first"), job("second", reads=("gold.first",))
THIRD, ALONE = job("third", reads=("gold.second",)), job("alone")


def entry(name: str) -> Entry:
    return Entry(name, None, "done", "it is new", now(), 0.5)


@dataclass
class Heard:
    """What a listener has heard, in its order."""

    events: list[tuple[str, ...]] = field(default_factory=list)

    def started(self, job: str, place: str) -> None:
        self.events.append(("started", job, place))

    def stage(self, job: str, text: str) -> None:
        self.events.append(("stage", job, text))

    def finished(self, entry: Entry, place: str) -> None:
        self.events.append(("finished", entry.job, place))

    def ended(self, job: str) -> None:
        self.events.append(("ended", job))


def run(
    jobs: list[Job], execute: Callable[[Job, Callable[[str], None]], Entry], *, at_once: int = 1
) -> tuple[Heard, dict[str, Entry]]:
    heard, entries = Heard(), {}
    run_all(jobs, [FIRST, SECOND, THIRD, ALONE], execute, heard, at_once=at_once, cancel=lambda: None, entries=entries)
    return heard, entries


def test_each_job_runs_once_in_its_order_and_the_listener_hears_of_it() -> None:
    def execute(job: Job, stage: Callable[[str], None]) -> Entry:
        stage("writing")
        return entry(job.name)

    heard, entries = run([FIRST, SECOND], execute)
    assert heard.events == [
        ("started", "first", "[ 1/2]"),
        ("stage", "first", "writing"),
        ("finished", "first", "[ 1/2]"),
        ("ended", "first"),
        ("started", "second", "[ 2/2]"),
        ("stage", "second", "writing"),
        ("finished", "second", "[ 2/2]"),
        ("ended", "second"),
    ]
    assert list(entries) == ["first", "second"]


def test_no_job_runs_nothing() -> None:
    heard, entries = run([], lambda job, stage: pytest.fail("a job ran"))
    assert (heard.events, entries) == ([], {})


def test_jobs_that_do_not_need_each_other_run_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=10)

    def execute(job: Job, stage: Callable[[str], None]) -> Entry:
        both.wait()  # passes only where both are running
        return entry(job.name)

    heard, entries = run([FIRST, ALONE], execute, at_once=2)
    assert set(entries) == {"first", "alone"}
    assert {event[:2] for event in heard.events} >= {("ended", "first"), ("ended", "alone")}


def test_a_job_that_fails_ends_the_run_and_what_was_done_before_is_kept() -> None:
    heard, entries = Heard(), {}

    def execute(job: Job, stage: Callable[[str], None]) -> Entry:
        if job.name == "second":
            raise BullseyeError("the disk is full")
        return entry(job.name)

    with pytest.raises(BullseyeError, match="the disk is full"):
        run_all(
            [FIRST, SECOND, THIRD],
            [FIRST, SECOND, THIRD],
            execute,
            heard,
            at_once=1,
            cancel=lambda: None,
            entries=entries,
        )
    assert list(entries) == ["first"]
    assert heard.events[-2:] == [("started", "second", "[ 2/3]"), ("ended", "second")]


@dataclass
class Log:
    """A run log in which some tables hold rows, and some are in doubt."""

    rows: dict[str, int] = field(default_factory=dict)
    doubted: tuple[str, ...] = ()

    def compare(self, tables: object) -> None:
        pass

    def slices(self, table: str) -> dict[str, Output]:
        return {"all": Output(table, "all", "f", self.rows[table], 1)} if table in self.rows else {}

    def doubt(self, table: str) -> str | None:
        return "a run died" if table in self.doubted else None


SETTINGS = SimpleNamespace(name="shop")
TABLES = dict.fromkeys(("gold.first", "gold.second", "gold.third", "gold.alone", "gold.off"))


def names_of_enabled(jobs: list[Job], log: Log) -> list[str]:
    return [one.name for one in enabled_jobs(jobs, SETTINGS, TABLES, log)]  # type: ignore[arg-type]  # stand-ins


@pytest.mark.parametrize(
    ("log", "right"),
    [
        (Log(), ["first"]),
        (Log({"gold.off": 0}), ["first"]),
        (Log({"gold.off": 3}), ["first", "off"]),
        (Log(doubted=("gold.off",)), ["first", "off"]),
    ],
)
def test_a_job_that_is_not_enabled_runs_only_to_empty_what_it_made(log: Log, right: list[str]) -> None:
    assert names_of_enabled([FIRST, job("off", on=False)], log) == right


def test_a_run_in_which_no_job_is_enabled_is_an_error_that_names_them() -> None:
    with pytest.raises(SettingsError, match="the settings of shop ask for nothing that off makes"):
        names_of_enabled([job("off", on=False)], Log())
    assert names_of_enabled([], Log()) == []


@dataclass(frozen=True)
class Day:
    """A context that only has an as_of."""

    given_as_of: date | None = None


def test_the_default_as_of_is_looked_for_once_and_only_for_a_job_that_needs_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    day = date(2025, 1, 31)
    monkeypatch.setattr("bullseye.core.run.default_as_of", lambda context, lake: asked.append(lake) or day)
    as_of = DefaultAsOf(Day(), "the lake")  # type: ignore[arg-type]  # stand-ins
    all_time = Job("ids", lambda inputs, context: {}, writes=(), kind=AllTime())
    dated = Job("tags", lambda inputs, context: {}, writes=(), kind=AsOf())
    assert (as_of.fill(all_time).given_as_of, as_of.found) == (None, None)
    assert [as_of.fill(dated).given_as_of for _ in range(2)] == [day, day]
    assert (as_of.found, asked) == (day, ["the lake"])


def test_an_as_of_that_was_given_is_kept() -> None:
    given = DefaultAsOf(Day(date(2024, 6, 30)), "the lake")  # type: ignore[arg-type]  # stand-ins
    assert given.fill(FIRST).given_as_of == given.found == date(2024, 6, 30)
