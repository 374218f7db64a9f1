"""Rows that are about to be written, held against their contract and counted in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from bullseye.core.contract import Table
from bullseye.errors import ContractError

EMPTY = "empty"
"""Content hash of a slice without rows."""


def combine(parts: Iterable[str]) -> str:
    """One fingerprint of many, in their order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Checked:
    """Rows that fit their contract: `slices` maps each slice (`all` where there is none) to content hash and row count."""

    frame: DataFrame
    slices: Mapping[str, tuple[str, int]]

    @property
    def rows(self) -> int:
        return sum(rows for _, rows in self.slices.values())

    def content(self, slices: Iterable[str]) -> str:
        """One hash of these slices, each with its own."""
        return combine(f"{slice}={self.slices[slice][0]}" for slice in sorted(slices))


@contextmanager
def checked(table: Table, rows: DataFrame, *, maker: str) -> Iterator[Checked]:
    """The rows, kept in memory or on disk while one aggregation counts them and hashes every slice.

    Raises ContractError for columns that differ, a duplicate key or a NULL where the contract has none.
    """
    kept = table.conform(rows, maker=maker)
    # A job that keeps these very rows for another use lets go of them itself.
    own = kept.storageLevel == StorageLevel.NONE
    if own:
        kept.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        profiles = _profile(table, kept)
        suspect = any(row["twice"] or row["lacking"] for row in profiles)
        if suspect and (problems := _problems(table, kept)):
            listed = "\n".join(f"  {problem}" for problem in problems)
            raise ContractError(
                f"{table.name} breaks its contract\n{listed}\n  (made by {maker}; this table was not written)"
            )
        slices = {
            str(row["slice"]) if table.slice else "all": (f"{row['hash']:x}:{row['n']}", row["n"]) for row in profiles
        }
        yield Checked(kept, slices or ({} if table.slice else {"all": (EMPTY, 0)}))
    finally:
        if own:
            kept.unpersist()


def _profile(table: Table, rows: DataFrame) -> list[Row]:
    """Per slice: rows, a hash of them that does not depend on their order, and how many may break the contract.

    Keys are compared by a 64-bit hash, so that every table is grouped by one number, with the same compiled code.
    """
    slice_ = F.col(table.slice) if table.slice else F.lit(None)
    hashed = rows.select(
        _hash(rows, table.key).alias("key"),
        _hash(rows, rows.columns).alias("hash"),
        slice_.cast("date").alias("slice"),
        _any(F.col(column.name).isNull() for column in table.columns if column.required).alias("lacking"),
    )
    each = hashed.groupBy("key").agg(
        F.count(F.lit(1)).alias("n"),
        F.bit_xor("hash").alias("hash"),
        F.max("slice").alias("slice"),
        F.count_if("lacking").alias("lacking"),
    )
    sums = each.groupBy("slice").agg(
        F.sum("n").alias("n"),
        F.bit_xor("hash").alias("hash"),
        F.count_if(F.col("n") > 1).alias("twice"),
        F.sum("lacking").alias("lacking"),
    )
    return sums.collect()  # one row a slice: days of history, never customers


def _problems(table: Table, rows: DataFrame) -> list[str]:
    """What is wrong, counted exactly."""
    required = [column.name for column in table.columns if column.required]
    nulls = rows.agg(F.lit(0).alias("_"), *(F.count_if(F.col(name).isNull()).alias(name) for name in required)).first()
    problems = [
        f"{nulls[name]} row(s) have NULL in the required column {name}" for name in required if nulls and nulls[name]
    ]
    twice = rows.groupBy(*table.key).count().where("count > 1").count()
    if twice:
        problems.append(f"{twice} key(s) ({', '.join(table.key)}) stand in more than one row")
    return problems


def _any(conditions: Iterable[Column]) -> Column:
    return reduce(Column.__or__, conditions, F.lit(False))


def _hash(rows: DataFrame, names: Iterable[str]) -> Column:
    """A 64-bit hash of the columns. By itself it passes over a NULL; what is NULL is therefore hashed too."""
    parts: list[Column] = []
    for name in names:
        column = F.col(name)
        # A map has no hash.
        value = F.to_json(column) if rows.schema[name].dataType.typeName() == "map" else column
        parts += [column.isNull(), value]
    return F.xxhash64(*parts)
