"""The one place that reads and writes tables: Delta, by path, below one root.

Every write is idempotent, carries who wrote it in the commit's userMetadata, and either happens whole or not at all.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import TypeVar

from delta.tables import DeltaTable
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.checked import EMPTY, Checked, checked
from bullseye.core.contract import Table, same_type
from bullseye.core.fence import Fence
from bullseye.core.frames import table_frame
from bullseye.core.tablelog import commit_sizes, read_commit
from bullseye.errors import ContractError

Result = TypeVar("Result")

_CONFLICTS = (
    "ConcurrentAppend",
    "ConcurrentDelete",
    "ConcurrentTransaction",
    "ConcurrentWrite",
    "MetadataChanged",
    "ProtocolChanged",
)
_ATTEMPTS = 4
UNKNOWN = "unknown"
"""Content hash of a slice whose rows no finished run recorded."""


@dataclass(frozen=True)
class Stamp:
    """Who writes and what, kept in the commit's userMetadata.

    `content` is a hash of the rows written, empty where they are not looked at before (keys unique by construction).
    """

    run_id: str
    job: str
    as_of: date | None = None
    fingerprint: str = ""
    content: str = ""

    def metadata(self) -> str:
        return json.dumps(
            {
                "run_id": self.run_id,
                "job": self.job,
                "as_of": str(self.as_of or ""),
                "fingerprint": self.fingerprint,
                "content": self.content,
            }
        )


@dataclass(frozen=True)
class Written:
    """What a write did: rows now in the slices (or added), and the table's version after it."""

    rows: int
    version: int


class Lake:
    """Delta tables below `root`, one folder each: `<root>/<layer>/<table>`."""

    def __init__(self, spark: SparkSession, root: str) -> None:
        self.spark = spark
        self.root = root.rstrip("/")
        self.commits: Counter[str] = Counter()
        """Commits made so far, by the job that made them."""
        self.fence: Fence | None = None
        """What every commit carries while a run holds the lease; None for a lake that is used without one."""
        self._lock = threading.Lock()

    def path(self, table: str) -> str:
        layer, _, name = table.partition(".")
        return f"{self.root}/{layer}/{name}"

    def _in_sql(self, table: Table) -> str:
        """The table as SQL names it: by its path, in which a back-tick is doubled."""
        path = self.path(table.name).replace("`", "``")
        return f"delta.`{path}`"

    def exists(self, table: str) -> bool:
        return DeltaTable.isDeltaTable(self.spark, self.path(table))

    def version(self, table: str) -> int:
        """The newest version of a table that exists: the last commit in its log."""
        return max(commit_sizes(self.spark, self.path(table)))

    def head(self, table: Table) -> str:
        """Hash of the newest commit of a table that exists."""
        return read_commit(self.spark, table, self.path(table.name), self.version(table.name)).hash

    def read(self, table: Table, *, version: int | None = None) -> DataFrame:
        """All rows of a table, at its newest version unless one is given; an absent table has none.

        A column that the version had not yet is NULL.
        """
        if not self.exists(table.name):
            return table_frame(self.spark, table, [])
        rows = self.stored(table.name, version=version)
        missing = {c.name: F.lit(None).cast(c.type) for c in table.columns if c.name not in rows.columns}
        return (rows.withColumns(missing) if missing else rows).select(*table.names)

    def stored(self, table: str, *, version: int | None = None) -> DataFrame:
        """A table that exists with the columns that are stored, whatever its contract; at its newest version unless one is
        given.
        """
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        return reader.load(self.path(table))

    def remake(self, table: Table, stamp: Stamp) -> None:
        """Make a table that exists again under its contract, without rows; its versions so far stay readable."""
        self._check_fence()
        self._create(table, stamp, statement="REPLACE TABLE")

    def ensure(self, table: Table, stamp: Stamp) -> bool:
        """Create the table, or add the columns that its contract has gained; returns whether it is a new one.

        Raises ContractError when a column has changed its type or a required one has gone.
        """
        if not self.exists(table.name):
            self._check_fence()
            self._create(table, stamp)
            return True
        actual = {
            field.name: field for field in self.spark.read.format("delta").load(self.path(table.name)).schema.fields
        }
        declared = {column.name: column for column in table.stored_columns}
        wrong = [
            f"  {name} is {field.dataType.simpleString().upper()}, the contract says {declared[name].type.upper()}"
            for name, field in actual.items()
            if name in declared and same_type(field.dataType.simpleString()) != same_type(declared[name].type)
        ]
        wrong += [
            f"  {name} is required and no longer written"
            for name, field in actual.items()
            if name not in declared and not field.nullable
        ]
        if wrong:
            listed = "\n".join(wrong)
            raise ContractError(
                f"{table.name} was made under another contract\n{listed}\n"
                f"  use a new lake (--lake), or remove {self.path(table.name)} and run again"
            )
        if new := [column for column in table.stored_columns if column.name not in actual]:
            self._check_fence()
            added = ", ".join(column.ddl.replace(" NOT NULL", "") for column in new)
            self.spark.sql(f"ALTER TABLE {self._in_sql(table)} ADD COLUMNS ({added})")
            self._count_commit(stamp.job)
        return False

    def _check_fence(self) -> None:
        """Before a commit of SQL, which cannot carry a number."""
        if self.fence:
            self.fence.check()

    def _create(self, table: Table, stamp: Stamp, *, statement: str = "CREATE TABLE IF NOT EXISTS") -> None:
        ddl = ",\n".join(column.ddl for column in table.stored_columns)
        partitions = f" PARTITIONED BY ({', '.join(table.partitions)})" if table.partitions else ""
        comment = table.doc.replace("\\", "\\\\").replace("'", "\\'")
        self._retry(
            lambda: self.spark.sql(
                f"{statement} {self._in_sql(table)} (\n{ddl}\n) USING DELTA{partitions} COMMENT '{comment}'"
                f" TBLPROPERTIES ({_properties(table)})"
            ),
            table,
        )
        self._count_commit(stamp.job)

    def replace(self, table: Table, rows: DataFrame, stamp: Stamp) -> Written:
        """Replace the whole table."""
        return self.replace_slices(table, rows, None, stamp)

    def replace_slices(self, table: Table, rows: DataFrame, slices: Sequence[date] | None, stamp: Stamp) -> Written:
        """Replace the rows of the given days or as_of dates, or of all where `slices` is None.

        Raises ContractError for rows of other days or dates; where keys are unique by construction, and rows not looked at
        before they are written, Delta raises its own error for them.
        """
        if table.unique_by_construction:
            version = self._save(
                table, table.conform(rows, maker=stamp.job), stamp, mode="overwrite", where=_where(table, slices)
            )
            return Written(self._rows_of_last_commit(table.name), version)
        with checked(table, rows, maker=stamp.job) as found:
            _check_slices(table, found, slices, maker=stamp.job)
            where = _where(table, slices)
            stamp = replace(stamp, content=found.content(found.slices))
            version = self._save(table, found.frame, stamp, mode="overwrite", where=where, within=True)
            return Written(found.rows, version)

    def replace_changed(
        self, table: Table, rows: DataFrame, stamp: Stamp, current: Mapping[str, str]
    ) -> tuple[Written, dict[str, tuple[str, int]]]:
        """Replace only the slices whose rows differ from those with the `known` content hashes; the whole table where it has
        slices that are not known.

        Returns what was written, and hash and row count of every slice as it is now; a slice that has gone is `empty`.
        """
        with checked(table, rows, maker=stamp.job) as found:
            gone = [slice for slice, mark in current.items() if slice not in found.slices and mark != EMPTY]
            changed = [slice for slice, (mark, _) in found.slices.items() if current.get(slice) != mark]
            now = {**found.slices, **dict.fromkeys(gone, (EMPTY, 0))}
            stamp = replace(stamp, content=found.content(changed))
            is_unknown = not current or UNKNOWN in current.values() or not self.exists(table.name)
            if is_unknown or (changed and len(changed) == len(found.slices)):
                return Written(found.rows, self._save(table, found.frame, stamp, mode="overwrite", where=None)), now
            if not changed and not gone:
                return Written(0, self.version(table.name)), now
            days = [date.fromisoformat(slice) for slice in (*changed, *gone)]
            part = found.frame.where(F.col(table.slice or "").isin(days))
            rows_changed = sum(now[slice][1] for slice in changed)
            return Written(
                rows_changed, self._save(table, part, stamp, mode="overwrite", where=_where(table, days))
            ), now

    def add_new(self, table: Table, rows: DataFrame, stamp: Stamp) -> Written:
        """Add the rows whose key the table does not have yet; the others stay as they were first written."""
        self.ensure(table, stamp)
        keys = self.read(table).select(*table.key)
        fresh = table.conform(rows, maker=stamp.job).join(keys, on=list(table.key), how="left_anti")
        with checked(table, fresh, maker=stamp.job) as found:
            if found.rows == 0:
                return Written(0, self.version(table.name))
            stamp = replace(stamp, content=found.content(found.slices))
            return Written(found.rows, self._save(table, found.frame, stamp, mode="append", where=None))

    def append(self, table: Table, rows: DataFrame, stamp: Stamp) -> int:
        """Append rows of a log, whose keys (a run's id) cannot have been there before; returns the version."""
        return self._save(table, table.conform(rows, maker=stamp.job), stamp, mode="append", where=None)

    def _save(
        self, table: Table, rows: DataFrame, stamp: Stamp, *, mode: str, where: str | None, within: bool = False
    ) -> int:
        """Write the rows, in place of those that fit `where`; `within` says that they are known to fit it themselves."""
        if self.ensure(table, stamp) and (where is None or within):
            # Before it replaces something, also in a new table, Delta computes the state of the current table: a Spark job.
            mode, where = "append", None
        laid_out = _by_month(rows) if table.by_month else rows

        def save() -> int:
            writer = laid_out.write.format("delta").mode(mode).option("userMetadata", stamp.metadata())
            if where:
                writer = writer.option("replaceWhere", where)
            if self.fence:
                return self.fence.save(writer, self, table.name)
            writer.save(self.path(table.name))
            return self.version(table.name)

        version = self._retry(save, table)
        self._count_commit(stamp.job)
        return version

    def _rows_of_last_commit(self, table: str) -> int:
        """Rows that the newest commit of the table wrote, by its own metrics."""
        last = DeltaTable.forPath(self.spark, self.path(table)).history(1).select("operationMetrics").first()
        return int((last["operationMetrics"] or {}).get("numOutputRows", 0)) if last else 0

    def _count_commit(self, job: str) -> None:
        with self._lock:
            self.commits[job] += 1

    def _retry(self, action: Callable[[], Result], table: Table) -> Result:
        """Run a write again when another writer's commit came between, a bounded number of times."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return action()
            except (Py4JJavaError, PySparkException) as error:
                text = str(error)
                if attempt < _ATTEMPTS and any(conflict in text for conflict in _CONFLICTS):
                    time.sleep(0.5 * attempt)
                    continue
                if "DELTA_NOT_NULL_CONSTRAINT_VIOLATED" in text:
                    column = text.partition("NOT NULL constraint violated for column: ")[2].partition("\n")[0]
                    raise ContractError(
                        f"{table.name}: a row has NULL in the required column {column.strip('. ')}"
                    ) from error
                raise
        raise AssertionError("unreachable: the last attempt returns or raises")


def _properties(table: Table) -> str:
    """Delta's properties of a new table, as SQL."""
    properties = {"delta.enableDeletionVectors": "false", "delta.checkpointPolicy": "classic"}
    if table.by_month:
        # A file holds a month of all customers' rows: only the bounds of its days ever spare a reader the file, and those
        # of all other columns are a fifth of the cost of a write.
        properties["delta.dataSkippingStatsColumns"] = "day"
    return ", ".join(f"'{name}' = '{value}'" for name, value in properties.items())


def _check_slices(table: Table, rows: Checked, slices: Sequence[date] | None, *, maker: str) -> None:
    """Raise ContractError for rows of other slices than these."""
    if slices is None:
        return
    if others := sorted(set(rows.slices) - {str(day) for day in slices}):
        raise ContractError(
            f"{table.name}: rows of {', '.join(others)}, which the run was not to make\n"
            f"  (made by {maker}; this table was not written)"
        )


def _where(table: Table, slices: Sequence[date] | None) -> str | None:
    """The predicate of the slices, with the months that hold them where the table is partitioned by month."""
    if slices is None:
        return None
    listed = ", ".join(f"DATE'{day}'" for day in sorted(slices))
    where = f"{table.slice} IN ({listed})"
    if not table.by_month:
        return where
    months = ", ".join(f"'{month}'" for month in sorted({f"{day:%Y-%m}" for day in slices}))
    return f"month IN ({months}) AND {where}"


def _by_month(rows: DataFrame) -> DataFrame:
    """With the partition column, and each month's rows together, so that a month is one file rather than many."""
    return rows.withColumn("month", F.date_format("day", "yyyy-MM")).repartition("month")


def union_all(frames: Sequence[DataFrame]) -> DataFrame:
    """All rows of frames that have the same columns."""
    return reduce(DataFrame.unionByName, frames)
