"""What stands in the lake, as the run log and the tables' own logs tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import DataFrame

from bullseye.core.job import Context
from bullseye.core.lake import Lake
from bullseye.core.runlog import RUN, RunLog
from bullseye.errors import BullseyeError


@dataclass(frozen=True)
class LakeStanding:
    """`bullseye.core.job.Standing` of a real lake."""

    lake: Lake
    log: RunLog
    context: Context
    started_at: datetime

    def path(self, table: str) -> str:
        return self.lake.path(table)

    def version(self, table: str) -> int:
        return self.lake.version(table)

    def at(self, table: str, version: int) -> DataFrame:
        return self.lake.read(self.context.tables[table], version=version)

    def rows(self, table: str) -> int | None:
        contract = self.context.tables[table]
        slices = self.log.slices(table)
        if contract.slice == "day":
            raise BullseyeError(
                f"{table} is a table of facts by day; only tables by as_of, or whole ones, are published"
            )
        found = slices.get(str(self.context.as_of) if contract.slice else "all")
        return None if found is None else found.rows

    def runs(self) -> DataFrame:
        return self.lake.read(RUN)
