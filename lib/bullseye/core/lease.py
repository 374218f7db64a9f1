"""One writer a lake: a row in Delta with a heartbeat. A second run stops at once and names the first."""

from __future__ import annotations

import getpass
import itertools
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from delta.tables import DeltaTable
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import Row

from bullseye.core.fence import Fence
from bullseye.core.frames import table_frame
from bullseye.core.lake import Lake, Stamp
from bullseye.core.own_tables import LEASE
from bullseye.core.runlog import now
from bullseye.core.storage import commit_file, file_exists, modified_at, store_now
from bullseye.errors import BullseyeError, LeaseError

HEARTBEAT = timedelta(seconds=60)
EXPIRES = timedelta(seconds=240)
STATEMENTS = 1_000_000
"""Commits that one lease has numbers for."""
_SKEW = timedelta(seconds=2)
"""How far the clocks of one store's servers may differ."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Holder:
    """Who holds a lease: run, machine, process, account."""

    run_id: str
    host: str
    pid: int
    user: str


@contextmanager
def lease(lake: Lake, run_id: str) -> Iterator[None]:
    """Hold the lake's lease for the duration of a run, and let every commit through `lake` carry its number.

    A lease is taken over when its holder has given no sign of life for four minutes, or is a process of this machine
    that no longer exists. Raises LeaseError that names the holder otherwise, and at the end of a run whose lease was taken
    over.
    """
    held = Lease(lake, Holder(run_id, socket.gethostname(), os.getpid(), getpass.getuser()))
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(HEARTBEAT.total_seconds()):
            try:
                held.renew()
            except LeaseError as error:
                _LOG.warning("the heartbeat ends: %s", error)
                return
            except (BullseyeError, Py4JError, PySparkException, OSError) as error:
                _LOG.warning("the heartbeat failed and is tried again: %s", _first_line(error))

    heart = threading.Thread(target=beat, name="lease-heartbeat", daemon=True)
    heart.start()
    lake.fence = held.fence
    failed = True
    try:
        yield
        failed = False
    finally:
        lake.fence = None
        ended.set()
        heart.join()
        _end(held, failed=failed)


def _end(held: Lease, *, failed: bool) -> None:
    try:
        held.renew(released=True)
    except LeaseError as error:
        if not failed:
            raise
        _LOG.warning("%s", error)
    except (BullseyeError, Py4JError, PySparkException, OSError) as error:
        _LOG.warning("the lease could not be given back, and ends by itself: %s", _first_line(error))


class Lease:
    """A lease that this process has acquired. Safe for threads.

    Commits to ops.lease carry the number too, so that of two runs that acquire it at once only one succeeds, and a holder
    that was taken over cannot write its heartbeat over the new holder's.
    """

    def __init__(self, lake: Lake, me: Holder) -> None:
        """Acquire the lease; raises LeaseError that names the holder where it is held."""
        self._me = me
        # The heartbeat's commits need no check of themselves.
        self._lake = Lake(lake.spark, lake.root)
        self._lock = threading.RLock()
        self._version, self._renewed = -1, 0.0
        previous = self._refuse_if_held()
        self._lake.ensure(LEASE, Stamp(me.run_id, "lease"))
        self._number = ((previous["number"] if previous else None) or 0) + 1
        first = self._number * STATEMENTS
        app = _app(self._lake)
        self._lake.fence = Fence(app, lambda: first, self._refuse_if_held)
        self._write(released=False)
        statements = itertools.count(first + 1)
        self._lake.fence = Fence(app, lambda: next(statements), lambda: None)
        self.fence = Fence(app, lambda: next(statements), self.check)

    def renew(self, *, released: bool = False) -> None:
        """Give a sign of life, or give the lease back.

        Raises LeaseError when another run has taken it over.
        """
        with self._lock:
            self._confirm()
            try:
                self._write(released=released)
            except LeaseError:
                self._confirm()
                raise

    def check(self) -> None:
        """Raises LeaseError when another run has taken the lease over, or may have because no heartbeat could be written."""
        with self._lock:
            self._confirm()
            silent = time.monotonic() - self._renewed
            if silent <= EXPIRES.total_seconds():
                return
            try:
                self.renew()
            except (Py4JError, PySparkException, OSError) as error:
                raise LeaseError(
                    f"run {self._me.run_id} could not renew its lease for {silent / 60:.0f} minutes, so that another run may"
                    f" have taken it over; it stops\n  {_first_line(error)}\n"
                    f"  make {self._lake.path(LEASE.name)} writable and run again: the run goes on where it stopped"
                ) from error

    def _confirm(self) -> None:
        """Look for a commit after the last one of this holder: a single look at the store."""
        following = commit_file(self._lake.path(LEASE.name), self._version + 1)
        if not file_exists(self._lake.spark, following):
            return
        row, newest = self._row(), self._lake.version(LEASE.name)
        if row is None or (row["run_id"], row["number"]) != (self._me.run_id, self._number):
            by = f"by {_named(_holder(row))}" if row else "by a commit that removed its row"
            raise LeaseError(
                f"the lease of run {self._me.run_id} was taken over {by}; what it has committed so far stays, and it writes"
                " no more\n  wait for the other run to end, and run again where something is missing"
            )
        # The table was compacted, or has a new column.
        self._version = newest

    def _write(self, *, released: bool) -> None:
        row = {**asdict(self._me), "heartbeat_at": now(), "released": released, "number": self._number}
        rows = table_frame(self._lake.spark, LEASE, [row])
        self._version = self._lake.replace(LEASE, rows.coalesce(1), Stamp(self._me.run_id, "lease")).version
        self._renewed = time.monotonic()

    def _row(self) -> Row | None:
        return self._lake.read(LEASE).first()

    def _refuse_if_held(self) -> Row | None:
        """The row of the holder before, None for the first one."""
        row = self._row()
        if row is None or row["released"] or not _is_active(self._lake, row):
            return row
        raise LeaseError(
            f"another run is writing to this lake: {_named(_holder(row))},"
            f" last heartbeat {row['heartbeat_at']:%Y-%m-%d %H:%M:%S} UTC\n"
            f"  wait for it to end; if it died, its lease ends by itself {EXPIRES.seconds // 60} minutes after its last"
            " heartbeat"
        )


def _is_active(lake: Lake, row: Row) -> bool:
    """Whether the holder lives: its process does on this machine, or it gave a sign of life within EXPIRES.

    Age is the time of the last commit against that of a new file, both by the clock of the store: clocks of machines may
    be wrong. Where the store's own clock was put back, the heartbeat is watched for as long as a fresh one would hold.
    """
    if row["host"] == socket.gethostname() and not process_exists(row["pid"]):
        return False
    version, folder = lake.version(LEASE.name), lake.path(LEASE.name)
    age = store_now(lake.spark, folder) - modified_at(lake.spark, commit_file(folder, version))
    if age >= -_SKEW:
        return age <= EXPIRES
    _LOG.warning(
        "the last heartbeat of run %s is %.0f s in the future: it is watched for up to %.0f s",
        *(row["run_id"], -age.total_seconds(), EXPIRES.total_seconds()),
    )
    ends = time.monotonic() + EXPIRES.total_seconds()
    while time.monotonic() < ends:
        if file_exists(lake.spark, commit_file(folder, version + 1)):
            return True
        time.sleep(min(1.0, EXPIRES.total_seconds() / 4))
    return False


def _app(lake: Lake) -> str:
    """The name of the lease in Delta's transactions: that of the table, so that one which is made again counts from 1."""
    detail = DeltaTable.forPath(lake.spark, lake.path(LEASE.name)).detail().select("id").first()
    return f"bullseye lease {detail['id'] if detail else ''}"


def _holder(row: Row) -> Holder:
    return Holder(row["run_id"], row["host"], row["pid"], row["user"])


def _named(holder: Holder) -> str:
    return f"{holder.run_id}, started by {holder.user} on {holder.host} (process {holder.pid})"


def process_exists(pid: int) -> bool:
    """Whether a process of this machine runs; true where the machine does not say."""
    return Path(f"/proc/{pid}").exists() or not Path("/proc").exists()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
