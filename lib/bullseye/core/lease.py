"""One writer a lake: a row in Delta with a heartbeat. A second run stops at once and names the first."""

from __future__ import annotations

import getpass
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Row

from bullseye.core.contract import Table, columns
from bullseye.core.lake import Lake, Stamp
from bullseye.core.rows import local_frame
from bullseye.core.runlog import now
from bullseye.errors import LeaseError

LEASE = Table(
    "ops.lease",
    columns=columns(
        """
        run_id STRING NOT NULL COMMENT 'run that holds or held the lease',
        host STRING NOT NULL COMMENT 'machine of its driver',
        pid INT NOT NULL COMMENT 'process of its driver',
        user STRING NOT NULL COMMENT 'account that started it',
        heartbeat_at TIMESTAMP NOT NULL COMMENT 'last sign of life, UTC',
        released BOOLEAN NOT NULL COMMENT 'true when the run has ended',
        """
    ),
    key=(),
    doc="One row: the run that may write to this lake. Readers: every run at its start.",
    unique_by_construction=True,
)
HEARTBEAT = timedelta(seconds=60)
EXPIRES = timedelta(seconds=240)


@dataclass(frozen=True)
class Holder:
    """Who holds a lease: run, machine, process, account."""

    run_id: str
    host: str
    pid: int
    user: str


@contextmanager
def lease(lake: Lake, run_id: str) -> Iterator[None]:
    """Hold the lake's lease for the duration of a run.

    A lease is taken over when its holder has given no sign of life for four minutes, or is a process of this machine
    that no longer exists. Raises LeaseError that names the holder otherwise.
    """
    me = Holder(run_id, socket.gethostname(), os.getpid(), getpass.getuser())
    _acquire(lake, me)
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(HEARTBEAT.total_seconds()):
            _write(lake, me, released=False)

    heart = threading.Thread(target=beat, name="lease-heartbeat", daemon=True)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join()
        _write(lake, me, released=True)


def _acquire(lake: Lake, me: Holder) -> None:
    if found := _held(lake):
        raise _refusal(*found)
    try:
        _write(lake, me, released=False)
    except (Py4JJavaError, PySparkException) as error:
        if found := _held(lake):
            raise _refusal(*found) from error
        raise
    row = lake.read(LEASE).first()
    if row is not None and row["run_id"] != me.run_id:
        raise _refusal(_holder(row), row["heartbeat_at"])


def _held(lake: Lake) -> tuple[Holder, datetime] | None:
    row = lake.read(LEASE).first() if lake.exists(LEASE.name) else None
    if row is None or row["released"]:
        return None
    beat_at = row["heartbeat_at"].replace(tzinfo=row["heartbeat_at"].tzinfo or UTC)
    here = row["host"] == socket.gethostname()
    if now() - beat_at > EXPIRES or (here and not _alive(row["pid"])):
        return None
    return _holder(row), beat_at


def _holder(row: Row) -> Holder:
    return Holder(row["run_id"], row["host"], row["pid"], row["user"])


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() or not Path("/proc").exists()


def _refusal(holder: Holder, heartbeat_at: datetime) -> LeaseError:
    return LeaseError(
        f"another run is writing to this lake: {holder.run_id}, started by {holder.user} on {holder.host}"
        f" (process {holder.pid}), last heartbeat {heartbeat_at:%Y-%m-%d %H:%M:%S} UTC\n"
        f"  wait for it to end; if it died, its lease ends by itself {EXPIRES.seconds // 60} minutes after that heartbeat"
    )


def _write(lake: Lake, me: Holder, *, released: bool) -> None:
    row = Row(run_id=me.run_id, host=me.host, pid=me.pid, user=me.user, heartbeat_at=now(), released=released)
    rows = local_frame(lake.spark, [row], LEASE.schema())
    lake.replace(LEASE, rows.coalesce(1), Stamp(me.run_id, "lease"))
