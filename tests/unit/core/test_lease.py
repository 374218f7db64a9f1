"""Who may write to a lake: one holder at a time, whatever clocks, disks and dead runs do."""

from __future__ import annotations

import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import Row, SparkSession
from tests.leases import NUMBERS, fenced, hold, holder, numbers, run_id, set_age, take_over, write

from bullseye.core import lease as module
from bullseye.core.job import Texts
from bullseye.core.lake import Lake
from bullseye.core.lease import STATEMENTS, Lease, lease
from bullseye.core.own_tables import LEASE
from bullseye.core.text_files import write_texts
from bullseye.errors import LeaseError


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    return Lake(spark, str(tmp_path / "lake"))


def test_leases_are_numbered_and_the_number_outlives_its_row(lake: Lake) -> None:
    hold(lake, beat_at=datetime.now(UTC), released=True)
    with lease(lake, "run"):
        commit = (Path(lake.path(NUMBERS.name)) / "_delta_log" / f"{write(lake, 2):020d}.json").read_text()
    assert re.search(rf'"txn":{{"appId":"bullseye lease [0-9a-f-]+","version":{8 * STATEMENTS + 1},', commit)
    assert [tuple(row) for row in lake.read(LEASE).select("number", "released").collect()] == [(8, True)]
    assert write(lake, 3) == 2  # without a lease, as tools do


@pytest.mark.fault(
    "a holder that another run took over goes on writing",
    right="it stops before its next commit and names the other run",
)
def test_a_holder_that_was_taken_over_stops_before_its_next_commit(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Lease(lake, holder("first"))
    write(fenced(lake, first), 1)
    second = take_over(lake, "second", monkeypatch)
    with pytest.raises(LeaseError, match=r"the lease of run first was taken over by second, started by ann"):
        write(fenced(lake, first), 2)
    with pytest.raises(LeaseError, match="taken over by second"):
        write_texts(fenced(lake, first), Texts({"views/spark.sql": "old"}))
    assert not (Path(lake.root) / "views").exists()
    with pytest.raises(LeaseError, match="taken over by second"):
        first.renew()
    assert (numbers(lake), run_id(lake)) == ([1], "second")
    write(fenced(lake, second), 3)
    assert numbers(lake) == [3]


@pytest.mark.fault(
    "a holder sleeps between its check and its commit, and is taken over meanwhile",
    right="the table refuses the commit, and the write is an error",
)
def test_a_commit_with_a_lower_number_is_refused(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Lease(lake, holder("first"))
    write(fenced(lake, first), 1)
    second = take_over(lake, "second", monkeypatch)
    write(fenced(lake, second), 2)
    number = first.fence.statement()

    def slept() -> int:
        # The version before the write is known by then.
        write(fenced(lake, second), 3)
        return number

    asleep = fenced(lake, first)
    object.__setattr__(first.fence, "statement", slept)
    checks = iter([int, first.check, first.check])

    def check() -> None:
        next(checks)()

    object.__setattr__(first.fence, "check", check)
    with pytest.raises(LeaseError, match="taken over by second"):
        write(asleep, 4)
    assert numbers(lake) == [3]


@pytest.mark.fault("two runs take a free lease at the same moment", right="one has it, the other is refused")
def test_of_two_runs_at_once_one_has_the_lease(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    both, looked = threading.Barrier(2), Lease._refuse_if_held
    local = threading.local()

    def look(self: Lease) -> Row | None:
        row = looked(self)
        local.looks = getattr(local, "looks", 0) + 1
        # The second look is the last before the commit.
        if local.looks <= 2:
            both.wait(timeout=60)
        return row

    monkeypatch.setattr(Lease, "_refuse_if_held", look)

    def acquire(name: str) -> str:
        try:
            Lease(Lake(lake.spark, lake.root), holder(name))
        except LeaseError as error:
            return str(error)
        return name

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(acquire, ["a", "b"]))
    winner = next(name for name in ("a", "b") if name in outcomes)
    assert run_id(lake) == winner
    assert [text.startswith(f"another run is writing to this lake: {winner}, ") for text in outcomes].count(True) == 1
    assert lake.read(LEASE).count() == 1


@pytest.mark.fault("a heartbeat meets an I/O error", right="it is reported, tried again, and the run keeps its lease")
def test_the_heartbeat_goes_on_after_an_error(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written, failures = Lease._write, iter([OSError("the disk is away")])
    beats = threading.Event()

    def fail_once(self: Lease, *, released: bool) -> None:
        if threading.current_thread().name == "lease-heartbeat":
            if error := next(failures, None):
                raise error
            beats.set()
        written(self, released=released)

    monkeypatch.setattr(module, "HEARTBEAT", timedelta(seconds=0.05))
    monkeypatch.setattr(Lease, "_write", fail_once)
    with caplog.at_level(logging.WARNING), lease(lake, "run"):
        assert beats.wait(timeout=60)
        assert write(lake, 1) == 1
    assert "the heartbeat failed and is tried again: the disk is away" in caplog.text


@pytest.mark.fault(
    "no heartbeat could be written for four minutes", right="the run stops before its next commit, for another may run"
)
def test_a_holder_whose_heartbeat_is_overdue_renews_it_or_stops(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Lease(lake, holder("run"))
    monkeypatch.setattr(module, "EXPIRES", timedelta(0))
    version = lake.version(LEASE.name)
    write(fenced(lake, held), 1)
    assert lake.version(LEASE.name) > version

    def fail(self: Lease, *, released: bool) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr(Lease, "_write", fail)
    with pytest.raises(
        LeaseError, match=r"run run could not renew its lease[^\n]*\n  the disk is away\n  make .*writable"
    ):
        write(fenced(lake, held), 2)
    assert numbers(lake) == [1]


@pytest.mark.fault("the clock of the machine that died was a day ahead", right="its lease ends after four minutes")
def test_the_clock_of_the_holder_does_not_matter(lake: Lake) -> None:
    hold(lake, beat_at=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(LeaseError, match="another run is writing to this lake: run-9"):
        Lease(lake, holder("me"))
    set_age(lake, timedelta(minutes=5))
    Lease(lake, holder("me"))
    assert [tuple(row) for row in lake.read(LEASE).select("run_id", "number").collect()] == [("me", 8)]


@pytest.mark.fault(
    "the clock of the store was put back, and the holder is dead",
    right="its lease ends after as long as a fresh heartbeat would hold",
)
def test_a_heartbeat_in_the_future_of_the_store_is_watched(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(lake, beat_at=datetime.now(UTC))
    set_age(lake, timedelta(hours=-2))
    monkeypatch.setattr(module, "EXPIRES", timedelta(seconds=0.2))
    Lease(lake, holder("me"))
    assert run_id(lake) == "me"
