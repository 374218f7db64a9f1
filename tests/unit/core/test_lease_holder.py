"""Whether a lease is held, and when its holder gives up, without Spark: the store is a stand-in with a clock of its own."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bullseye.core import lease as module
from bullseye.core.lease import EXPIRES, Holder, Lease, _is_active
from bullseye.errors import LeaseError

NOON = datetime(2025, 1, 31, 12, 0, tzinfo=UTC)
OTHER = "another-machine"
NO_PROCESS = 2**22 + 1
"""Beyond the largest id that Linux gives."""


@dataclass
class Store:
    """A store whose clock is `now`, whose last commit is of `committed`; `following` tells whether a newer one came."""

    now: datetime = NOON
    committed: datetime = NOON
    following: bool = False
    row: dict[str, Any] | None = None
    spark: None = None

    def version(self, table: str) -> int:
        return 4

    def path(self, table: str) -> str:
        return "ops/lease"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store()
    monkeypatch.setattr(module, "store_now", lambda spark, folder: made.now)
    monkeypatch.setattr(module, "modified_at", lambda spark, path: made.committed)
    monkeypatch.setattr(module, "file_exists", lambda spark, path: made.following)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    return made


def held(host: str = OTHER, pid: int = 1) -> Any:
    return {"host": host, "pid": pid, "run_id": "run-1", "user": "ann"}


@pytest.mark.parametrize(
    ("age", "active"),
    [
        (timedelta(0), True),
        (EXPIRES, True),
        (EXPIRES + timedelta(seconds=1), False),
        (timedelta(days=400), False),
    ],
)
def test_a_holder_on_another_machine_is_active_as_long_as_its_last_heartbeat_is_fresh(
    store: Store, age: timedelta, active: bool
) -> None:
    store.committed = NOON - age
    assert _is_active(store, held()) is active  # type: ignore[arg-type]  # a stand-in


def test_a_holder_of_this_machine_without_a_process_is_not_active_however_fresh(store: Store) -> None:
    here = socket.gethostname()
    assert not _is_active(store, held(here, NO_PROCESS))  # type: ignore[arg-type]
    assert _is_active(store, held(here, os.getpid()))  # type: ignore[arg-type]


@pytest.mark.parametrize("beats", [True, False])
def test_where_the_clock_of_the_store_was_put_back_the_holder_is_watched(
    store: Store, monkeypatch: pytest.MonkeyPatch, beats: bool
) -> None:
    store.committed, store.following = NOON + timedelta(days=1), beats
    clock = iter(range(0, 100_000, 60))
    monkeypatch.setattr(module.time, "monotonic", lambda: float(next(clock)))
    assert _is_active(store, held()) is beats  # type: ignore[arg-type]


@dataclass
class Written:
    """A lease that is held already: `writes` notes what it writes, `fails` makes it fail."""

    writes: list[bool] = field(default_factory=list)
    fails: Exception | None = None


def lease_of(store: Store, monkeypatch: pytest.MonkeyPatch, written: Written, *, renewed: float = 0.0) -> Lease:
    """A lease of run-1 with number 3, whose last commit is version 4."""
    made = Lease.__new__(Lease)
    made._me = Holder("run-1", "here", 1, "ann")
    made._lake, made._lock = store, threading.RLock()  # type: ignore[assignment]
    made._version, made._renewed, made._number = 4, renewed, 3

    def write(*, released: bool) -> None:
        if written.fails:
            raise written.fails
        written.writes.append(released)

    monkeypatch.setattr(made, "_write", write)
    monkeypatch.setattr(made, "_row", lambda: store.row)
    return made


def test_a_lease_that_no_other_run_touched_is_renewed_and_given_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Written()
    lease = lease_of(store, monkeypatch, written)
    lease.renew()
    lease.renew(released=True)
    assert written.writes == [False, True]


def test_a_newer_commit_of_another_run_ends_the_lease_and_names_the_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.following = True
    written = Written()
    lease = lease_of(store, monkeypatch, written)
    store.row = {"run_id": "run-2", "number": 4, "host": OTHER, "pid": 7, "user": "bob"}
    with pytest.raises(
        LeaseError, match=r"run-1 was taken over by run-2, started by bob on another-machine \(process 7\)"
    ):
        lease.renew()
    store.row = None
    with pytest.raises(LeaseError, match="run-1 was taken over by a commit that removed its row"):
        lease.check()
    assert written.writes == []


def test_a_newer_commit_with_the_row_of_this_run_is_none_of_another(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.following = True  # such as after OPTIMIZE
    store.row = {"run_id": "run-1", "number": 3}
    written = Written()
    lease_of(store, monkeypatch, written).renew()
    assert written.writes == [False]


def test_a_holder_that_could_not_renew_for_long_renews_before_it_writes_or_stops(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.time, "monotonic", lambda: EXPIRES.total_seconds() + 1)
    written = Written()
    lease_of(store, monkeypatch, written).check()
    assert written.writes == [False]
    lease_of(store, monkeypatch, written, renewed=1.0).check()
    assert written.writes == [False]  # exactly as old as it may be
    stuck = lease_of(store, monkeypatch, Written(fails=OSError("read-only file system")))
    with pytest.raises(LeaseError, match=r"could not renew its lease for .* minutes[^\n]*\n  read-only file system\n"):
        stuck.check()
