"""The contract of a table: names, types, comments, key and slice, in one place for creation, checks, tests and docs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from bullseye.errors import ContractError, did_you_mean

if TYPE_CHECKING:  # contracts are read, and jobs are planned, without Spark
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

Slice = Literal["as_of", "day"]
_DDL_LINE = re.compile(r"^(?P<name>[a-z_][a-z0-9_]*) (?P<type>.+?)(?P<required> NOT NULL)? COMMENT '(?P<doc>.*)',?$")


@dataclass(frozen=True)
class Column:
    """One column; `doc` says meaning, unit and what NULL means, and is shown by BI tools as its comment."""

    name: str
    type: str
    doc: str
    required: bool = False

    @property
    def ddl(self) -> str:
        comment = self.doc.replace("\\", "\\\\").replace("'", "\\'")
        return f"`{self.name}` {self.type}{' NOT NULL' if self.required else ''} COMMENT '{comment}'"


@dataclass(frozen=True)
class Writing:
    """How a table is written: whole, slice by slice, or only added to.

    `slice` is the column by which it is rewritten: `as_of` (one day's state) or `day` (one day's facts). With `by_month` its
    files are kept by month. With `history` readers get all slices up to their as_of, not only that of the day.
    """

    slice: Slice | None = None
    by_month: bool = False
    history: bool = False
    is_registry: bool = False


WHOLE = Writing()
"""Rewritten as a whole."""
AS_OF = Writing("as_of")
"""A run replaces the rows of its as_of, and readers get those of theirs."""
HISTORY = Writing("as_of", history=True)
"""As AS_OF, and readers get the rows of every as_of up to theirs."""
DAYS = Writing("day")
"""A run replaces the rows of the days that are new or changed."""
MONTHS = Writing("day", by_month=True)
"""As DAYS, with files by month: for large tables."""
REGISTRY = Writing(is_registry=True)
"""Only rows whose key is not there yet are added."""


@dataclass(frozen=True)
class Table:
    """A table of the lake.

    `writing` says how it is written: WHOLE, AS_OF, HISTORY, DAYS, MONTHS or REGISTRY.
    `unique_by_construction` says that the code before the write makes the key unique, so that it is not counted again.
    A release shows a table that `is_published`; one that `is_optional` may be missing from it, because the settings decide
    whether it is made. Both follow from the topic.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    doc: str
    writing: Writing = WHOLE
    unique_by_construction: bool = False
    is_published: bool = False
    is_optional: bool = False

    @property
    def slice(self) -> Slice | None:
        """The column by which it is rewritten; None for one that is not."""
        return self.writing.slice

    @property
    def by_month(self) -> bool:
        """Whether its files are kept by month."""
        return self.writing.by_month

    @property
    def history(self) -> bool:
        """Whether readers get all slices up to their as_of."""
        return self.writing.history

    @property
    def is_registry(self) -> bool:
        """Whether rows are only added to it."""
        return self.writing.is_registry

    @property
    def layer(self) -> str:
        return self.name.partition(".")[0]

    @property
    def partitions(self) -> tuple[str, ...]:
        """Partition columns: as_of itself, the month of a fact's day, or none for a small table."""
        if self.slice == "as_of":
            return ("as_of",)
        return ("month",) if self.by_month else ()

    @cached_property
    def stored_columns(self) -> tuple[Column, ...]:
        """The columns as they lie on disk: with the month that partitions facts."""
        month = Column("month", "STRING", "month of day, as yyyy-MM; partitions the table", required=True)
        return (*self.columns, month) if self.by_month else self.columns

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def optional(self) -> tuple[str, ...]:
        """Columns that may be left out where a deployment's SQL fills the table: they are NULL then."""
        return tuple(column.name for column in self.columns if not column.required)

    @property
    def ddl(self) -> str:
        return ",\n".join(column.ddl for column in self.columns)

    def schema(self) -> StructType:
        """The Spark schema; needs a running session."""
        return parse_schema(self.ddl)

    def completed(self, rows: DataFrame) -> DataFrame:
        """The rows with NULL in every optional column that they lack."""
        from pyspark.sql import functions as F

        lacking = [c for c in self.columns if c.name in self.optional and c.name not in rows.columns]
        return rows.withColumns({c.name: F.lit(None).cast(c.type) for c in lacking}) if lacking else rows

    def mapping_differences(self, schema: StructType) -> list[str]:
        """As `schema_differences`, of rows that may lack optional columns; a misspelt one is reported with the nearest name."""
        actual = set(schema.fieldNames())
        lacking = [name for name in self.optional if name not in actual]
        declared = [column for column in self.columns if column.name not in lacking]
        lines = schema_differences(declared, schema)
        return [
            f"{line}{did_you_mean(line.split()[1], lacking)}" if line.startswith("unexpected") else line
            for line in lines
        ]

    def conform(self, rows: DataFrame, *, maker: str) -> DataFrame:
        """The rows with the contract's columns in its order.

        Raises ContractError that lists every missing, mistyped and unexpected column.
        """
        if differences := schema_differences(self.columns, rows.schema):
            listed = "\n".join(f"  {difference}" for difference in differences)
            raise ContractError(f"{self.name} breaks its contract\n{listed}\n  (made by {maker})")
        # A frame that is cached already stays the same frame.
        return rows if rows.columns == list(self.names) else rows.select(*self.names)


def parse_schema(ddl: str) -> StructType:
    """The Spark schema that SQL DDL says; needs a running session."""
    from pyspark.sql.types import StructType

    schema = StructType.fromDDL(ddl)
    if not isinstance(schema, StructType):
        raise ContractError(f"not a list of columns: {ddl}")
    return schema


def schema_differences(columns: Iterable[Column], schema: StructType) -> list[str]:
    """Every difference between declared columns and an actual schema, one line each; order and nullability are free."""
    declared = {column.name: column for column in columns}
    actual = {field.name: field.dataType.simpleString() for field in schema.fields}
    missing = [name for name in declared if name not in actual]
    unexpected = [name for name in actual if name not in declared]
    lines = [f"missing      {name} {declared[name].type}{did_you_mean(name, unexpected)}" for name in missing]
    lines += [
        f"wrong type   {name} is {actual[name].upper()}, the contract says {column.type.upper()}"
        for name, column in declared.items()
        if name in actual and same_type(column.type) != same_type(actual[name])
    ]
    lines += [f"unexpected   {name} {actual[name].upper()}" for name in unexpected]
    return lines


def same_type(name: str) -> str:
    """A type's name in the one spelling that two equal types share."""
    compact = re.sub(r"\s*([,:<>()])\s*", r"\1", name.strip().lower()).replace("integer", "int")
    return re.sub(r"([<,][a-z_][a-z0-9_]*) (?=[a-z])", r"\1:", compact)


def columns(ddl: str) -> tuple[Column, ...]:
    """Columns from DDL with one `name TYPE [NOT NULL] COMMENT 'text'` a line."""
    return tuple(_column(line.strip()) for line in ddl.strip().splitlines() if line.strip())


def _column(line: str) -> Column:
    match = _DDL_LINE.match(line)
    if not match:
        raise ContractError(f"not a column with a comment: {line}\n  write: name TYPE [NOT NULL] COMMENT 'text',")
    return Column(match["name"], match["type"].strip(), match["doc"], required=bool(match["required"]))
