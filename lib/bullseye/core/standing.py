"""What stands in the lake, as the run log and the tables' own logs tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context
from bullseye.core.lake import Lake
from bullseye.core.own_tables import RUN
from bullseye.core.runlog import RunLog
from bullseye.errors import BullseyeError, LakeError


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

    def released(self, table: str, version: int, as_of: date) -> DataFrame:
        contract = self.context.tables[table]
        written = self.log.slices(table).get(str(as_of) if contract.slice else "all")
        # Opening an older version reads its log anew, several Spark jobs; what was not written since stands in the newest.
        is_unchanged = written is not None and written.version <= version
        rows = self.lake.read(contract, version=None if is_unchanged else version)
        return rows.where(F.col("as_of") == F.lit(as_of)) if contract.slice == "as_of" else rows

    def rows(self, table: str) -> int | None:
        contract = self.context.tables[table]
        slices = self.log.slices(table)
        if contract.slice == "day":
            raise BullseyeError(
                f"{table} is a table of facts by day; only tables by as_of, or whole ones, are published"
            )
        if reason := self.log.doubt(table, slice=str(self.context.given_as_of) if contract.slice else None):
            raise LakeError(f"{reason}\n  run the whole suite, or the job that writes the table first")
        found = slices.get(str(self.context.given_as_of) if contract.slice else "all")
        return None if found is None else found.rows

    def days(self, table: str) -> Mapping[str, int]:
        return {slice: output.rows for slice, output in self.log.slices(table).items()}

    def runs(self) -> DataFrame:
        return self.lake.read(RUN)
