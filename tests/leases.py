"""Holders of leases for tests, and a table that they write."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bullseye.core import lease as module
from bullseye.core.contract import Table, columns
from bullseye.core.frames import local_frame
from bullseye.core.lake import Lake, Stamp
from bullseye.core.lease import Holder, Lease
from bullseye.core.own_tables import LEASE

NUMBERS = Table("ops.numbers", columns=columns("n INT NOT NULL COMMENT 'a number'"), key=("n",), doc="Numbers.")
ME, HERE = os.getpid(), socket.gethostname()


def holder(name: str, *, host: str = HERE, pid: int = ME) -> Holder:
    return Holder(name, host, pid, "ann")


def fenced(lake: Lake, held: Lease) -> Lake:
    """The lake as the holder's run writes it."""
    own = Lake(lake.spark, lake.root)
    own.fence = held.fence
    return own


def take_over(lake: Lake, name: str, patch: pytest.MonkeyPatch) -> Lease:
    """A lease of a run that believes the holder dead."""
    with patch.context() as patched:
        patched.setattr(module, "_is_active", lambda lake, row: False)
        return Lease(lake, holder(name))


def write(lake: Lake, *numbers: int) -> int:
    rows = local_frame(lake.spark, [(n,) for n in numbers], NUMBERS.schema())
    return lake.replace(NUMBERS, rows, Stamp("run", "count")).version


def numbers(lake: Lake) -> list[int]:
    return sorted(row["n"] for row in lake.read(NUMBERS).collect())


def run_id(lake: Lake) -> str:
    row = lake.read(LEASE).first()
    assert row is not None
    return str(row["run_id"])


def newest_commit(lake: Lake) -> Path:
    return max((Path(lake.root) / "ops" / "lease" / "_delta_log").glob("*.json"))


def set_age(lake: Lake, age: timedelta) -> None:
    """Let the newest commit be that old by the clock of the store."""
    then = (datetime.now(UTC) - age).timestamp()
    os.utime(newest_commit(lake), (then, then))


def hold(lake: Lake, *, beat_at: datetime, released: bool = False) -> None:
    """Let a run of another machine hold the lease with number 7."""
    row = [("run-9", "other-host", 4711, "ann", beat_at, released, 7)]
    lake.replace(LEASE, local_frame(lake.spark, row, LEASE.schema()), Stamp("run-9", "lease"))
