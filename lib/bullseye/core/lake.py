"""The one place that reads and writes tables: Delta, by path, below one root.

Every write is idempotent, carries who wrote it in the commit's userMetadata, and either happens whole or not at all.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TypeVar

from delta.tables import DeltaTable
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from bullseye.core.contract import Table, same_type
from bullseye.errors import BullseyeError, ContractError

Result = TypeVar("Result")

_CONFLICTS = ("ConcurrentAppend", "ConcurrentDelete", "ConcurrentTransaction", "ConcurrentWrite", "MetadataChanged", "ProtocolChanged")
_ATTEMPTS = 4


@dataclass(frozen=True)
class Stamp:
    """Who writes, kept in the commit's userMetadata."""

    run_id: str
    job: str
    as_of: date | None = None
    fingerprint: str = ""

    def metadata(self) -> str:
        return json.dumps({"run_id": self.run_id, "job": self.job, "as_of": str(self.as_of or ""), "fingerprint": self.fingerprint})


@dataclass(frozen=True)
class Written:
    """What a write did: rows now in the slice (or added), and the table's version after it."""

    rows: int
    version: int


class Lake:
    """Delta tables below `root`, one folder each: `<root>/<layer>/<table>`."""

    def __init__(self, spark: SparkSession, root: str) -> None:
        self.spark = spark
        self.root = root.rstrip("/")
        self.commits = 0

    def path(self, table: str) -> str:
        layer, _, name = table.partition(".")
        return f"{self.root}/{layer}/{name}"

    def exists(self, table: str) -> bool:
        return DeltaTable.isDeltaTable(self.spark, self.path(table))

    def version(self, table: str) -> int:
        """The newest version of a table that exists."""
        row = DeltaTable.forPath(self.spark, self.path(table)).history(1).select("version").first()
        if row is None:
            raise BullseyeError(f"{self.path(table)} has no commits; remove the folder and run again")
        return int(row["version"])

    def read(self, table: Table, *, version: int | None = None) -> DataFrame:
        """All rows of a table, at its newest version unless one is given; an absent table has none."""
        if not self.exists(table.name):
            return self.spark.createDataFrame([], table.schema())
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        return reader.load(self.path(table.name)).select(*table.names)

    def ensure(self, table: Table) -> None:
        """Create the table, or add the columns that its contract has gained.

        Raises ContractError when a column has changed its type or a required one has gone.
        """
        if not self.exists(table.name):
            self._create(table)
            return
        actual = {field.name: field for field in self.spark.read.format("delta").load(self.path(table.name)).schema.fields}
        declared = {column.name: column for column in table.stored_columns}
        wrong = [
            f"  {name} is {field.dataType.simpleString().upper()}, the contract says {declared[name].type.upper()}"
            for name, field in actual.items()
            if name in declared and same_type(field.dataType.simpleString()) != same_type(declared[name].type)
        ]
        wrong += [f"  {name} is required and no longer written" for name, field in actual.items() if name not in declared and not field.nullable]
        if wrong:
            listed = "\n".join(wrong)
            raise ContractError(
                f"{table.name} was made under another contract\n{listed}\n"
                f"  use a new lake (--lake), or remove {self.path(table.name)} and run again"
            )
        if new := [column for column in table.stored_columns if column.name not in actual]:
            added = ", ".join(column.ddl.replace(" NOT NULL", "") for column in new)
            self.spark.sql(f"ALTER TABLE delta.`{self.path(table.name)}` ADD COLUMNS ({added})")
            self.commits += 1

    def _create(self, table: Table) -> None:
        ddl = ",\n".join(column.ddl for column in table.stored_columns)
        partitions = f" PARTITIONED BY ({', '.join(table.partitions)})" if table.partitions else ""
        comment = table.doc.replace("\\", "\\\\").replace("'", "\\'")
        self._retry(
            lambda: self.spark.sql(
                f"CREATE TABLE IF NOT EXISTS delta.`{self.path(table.name)}` (\n{ddl}\n) USING DELTA{partitions} COMMENT '{comment}'"
                " TBLPROPERTIES ('delta.enableDeletionVectors' = 'false', 'delta.checkpointPolicy' = 'classic')"
            ),
            table,
        )
        self.commits += 1

    def replace(self, table: Table, rows: DataFrame, stamp: Stamp) -> Written:
        """Replace the whole table."""
        return self._overwrite(table, rows, stamp, where=None)

    def replace_slices(self, table: Table, rows: DataFrame, slices: Sequence[date] | None, stamp: Stamp) -> Written:
        """Replace the rows of the given days or as_of dates, or of all where `slices` is None."""
        if slices is None:
            return self._overwrite(table, rows, stamp, where=None)
        listed = ", ".join(f"DATE'{day}'" for day in sorted(slices))
        where = f"{table.slice} IN ({listed})"
        if table.by_month:
            months = ", ".join(f"'{month}'" for month in sorted({f"{day:%Y-%m}" for day in slices}))
            where = f"month IN ({months}) AND {where}"
        return self._overwrite(table, rows, stamp, where=where)

    def add_new(self, table: Table, rows: DataFrame, stamp: Stamp) -> Written:
        """Add the rows whose key the table does not have yet; the others stay as they were first written."""
        self.ensure(table)
        conformed = table.conform(rows, maker=stamp.job)
        known = self.read(table).select(*table.key)
        fresh = conformed.join(known, on=list(table.key), how="left_anti").select(*table.names)
        return self._save(table, fresh, stamp, mode="append", where=None)

    def append(self, table: Table, rows: DataFrame, stamp: Stamp) -> Written:
        """Append rows of a log, whose keys (a run's id) cannot have been there before."""
        self.ensure(table)
        return self._save(table, table.conform(rows, maker=stamp.job), stamp, mode="append", where=None)

    def _overwrite(self, table: Table, rows: DataFrame, stamp: Stamp, *, where: str | None) -> Written:
        self.ensure(table)
        conformed = table.conform(rows, maker=stamp.job)
        return self._save(table, conformed, stamp, mode="overwrite", where=where)

    def _save(self, table: Table, rows: DataFrame, stamp: Stamp, *, mode: str, where: str | None) -> Written:
        with _checked(table, rows, stamp) as (checked, count):
            if mode == "append" and count == 0:
                return Written(0, self.version(table.name))
            laid_out = _by_month(checked) if table.by_month else checked

            def save() -> None:
                writer = laid_out.write.format("delta").mode(mode).option("userMetadata", stamp.metadata())
                if where:
                    writer = writer.option("replaceWhere", where)
                writer.save(self.path(table.name))

            self._retry(save, table)
        self.commits += 1
        last = DeltaTable.forPath(self.spark, self.path(table.name)).history(1).select("version", "operationMetrics").first()
        if last is None:
            raise BullseyeError(f"{table.name} shows no commit after a write")
        metrics = last["operationMetrics"] or {}
        rows_written = count if count is not None else int(metrics.get("numOutputRows", 0))
        return Written(rows_written, int(last["version"]))

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
                    raise ContractError(f"{table.name}: a row has NULL in the required column {column.strip('. ')}") from error
                raise
        raise AssertionError("unreachable: the last attempt returns or raises")


def _by_month(rows: DataFrame) -> DataFrame:
    """With the partition column, and each month's rows together, so that a month is one file rather than many."""
    month = F.date_format("day", "yyyy-MM")
    return rows.withColumn("month", month).repartition("month")


@contextmanager
def _checked(table: Table, rows: DataFrame, stamp: Stamp) -> Iterator[tuple[DataFrame, int | None]]:
    """The rows, kept in memory or on disk while key and required columns are counted once, and their number.

    Raises ContractError for a key that stands twice or a NULL where the contract has none, before anything is written.
    """
    if table.unique_by_construction:
        yield rows, None
        return
    kept = rows.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        required = [column.name for column in table.columns if column.required]
        nulls = [F.sum(F.col(name).isNull().cast("long")).alias(f"null_{name}") for name in required]
        grouped = kept.groupBy(*table.key).agg(F.count(F.lit(1)).alias("n"), *nulls) if table.key else kept.agg(F.count(F.lit(1)).alias("n"), *nulls)
        total = grouped.agg(
            F.coalesce(F.sum("n"), F.lit(0)).alias("n"),
            F.count_if(F.col("n") > 1).alias("twice") if table.key else F.lit(0).alias("twice"),
            *(F.coalesce(F.sum(f"null_{name}"), F.lit(0)).alias(f"null_{name}") for name in required),
        ).first()
        if total is None:
            raise BullseyeError(f"{table.name}: rows could not be counted")
        problems = [f"  {total[f'null_{name}']} row(s) have NULL in the required column {name}" for name in required if total[f"null_{name}"]]
        if total["twice"]:
            problems.append(f"  {total['twice']} key(s) ({', '.join(table.key)}) stand in more than one row")
        if problems:
            listed = "\n".join(problems)
            raise ContractError(f"{table.name} breaks its contract\n{listed}\n  (made by {stamp.job}; nothing was written)")
        yield kept, int(total["n"])
    finally:
        kept.unpersist()


def content_fingerprints(rows: DataFrame, by: str | None) -> dict[str, tuple[str, int]]:
    """Fingerprint and number of the rows of each value of `by` (of all rows, under `all`, where it is None).

    The fingerprint depends on the set of rows, not on their order: the sum of a 64-bit hash of every row.
    """
    hashed = F.xxhash64(*(_hashable(rows, name) for name in rows.columns)).cast("decimal(38,0)")
    key = F.col(by).cast("string") if by else F.lit("all")
    found = rows.groupBy(key.alias("slice")).agg(F.sum(hashed).alias("hash"), F.count(F.lit(1)).alias("rows"))
    # one row a slice: days of history, never customers
    return {row["slice"]: (f"{row['hash']}:{row['rows']}", int(row["rows"])) for row in found.collect()}


def _hashable(rows: DataFrame, name: str) -> Column:
    """NULL must change the hash, and a map has no hash of its own."""
    column = F.col(name)
    if rows.schema[name].dataType.typeName() == "map":
        column = F.to_json(column)
    return F.struct(column.isNull(), column)


def union_all(frames: Sequence[DataFrame]) -> DataFrame:
    """All rows of frames that have the same columns."""
    return reduce(DataFrame.unionByName, frames)
