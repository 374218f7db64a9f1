"""Fencing: every commit of a run carries the number of its lease, and a table refuses a number lower than it has seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import DataFrameWriter

from bullseye.core.storage import commit_file, read_text
from bullseye.errors import LeaseError

if TYPE_CHECKING:
    from bullseye.core.lake import Lake


@dataclass(frozen=True)
class Fence:
    """What the commits of one holder carry.

    `app` names the lease. `statement` returns the next number, higher than all before it and than those of every earlier
    holder. `check` raises LeaseError when another run has taken the lease over.
    """

    app: str
    statement: Callable[[], int]
    check: Callable[[], object]

    def save(self, writer: DataFrameWriter, lake: Lake, table: str) -> int:
        """Commit the write, and return the version that it made.

        Delta skips in silence a write whose number is not higher than what the table has seen.
        Raises LeaseError where that happened.
        """
        self.check()
        before, number = lake.version(table), self.statement()
        writer.option("txnAppId", self.app).option("txnVersion", number).save(lake.path(table))
        newest = lake.version(table)
        for version in range(before + 1, newest + 1):
            if number in self._numbers(read_text(lake.spark, commit_file(lake.path(table), version))):
                return version
        self.check()
        raise LeaseError(
            f"{table} refused a write of this run: it has seen a lease number higher than {number}, which no run that"
            " holds the lease has; was ops.lease put back from a copy that is older than the table?\n"
            f"  wait until no run is active, remove {lake.path('ops.lease')} and run again: numbers begin again then"
        )

    def _numbers(self, commit: str) -> list[int]:
        """Numbers that a commit carries for this lease: one, or none where another program made it."""
        actions = (json.loads(line) for line in commit.splitlines() if '"txn"' in line)
        marks = [action["txn"] for action in actions if "txn" in action]
        return [mark["version"] for mark in marks if mark["appId"] == self.app]
