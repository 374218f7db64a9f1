"""What a file of the bank is: its columns with their types and meaning, its format, and how it is cut by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

TYPES: dict[str, Any] = {
    "text": pa.string(),
    "number": pa.int64(),
    "fraction": pa.float64(),
    "flag": pa.bool_(),
    "money": pa.decimal128(18, 2),
    "date": pa.date32(),
    # By the bank's clock, without a zone.
    "time": pa.timestamp("s"),
    "instant": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
}
Cut = Literal["list", "snapshot", "changes", "month ends", "days"]
"""One file without a date; one of the last day; the state before the last month, then what is new or changed on each day; one
file for each month end; or one a month, and one a day in the last month."""


@dataclass(frozen=True)
class Column:
    """A column of a file."""

    name: str
    type: str
    doc: str


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One kind of file: `name` is its folder and the stem of its files, such as core/transactions."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    format: Literal["csv", "parquet"] = "csv"
    cut: Cut = "snapshot"
    dirt: str = ""

    @property
    def stem(self) -> str:
        """What the names of its files begin with."""
        return self.name.rpartition("/")[2]

    def schema(self) -> Any:
        return pa.schema([(column.name, TYPES[column.type]) for column in self.columns])


def columns(text: str) -> tuple[Column, ...]:
    """Columns from lines of name, type and meaning.

    >>> columns("opened_on date first day")
    (Column(name='opened_on', type='date', doc='first day'),)
    """
    found = []
    for line in text.strip().splitlines():
        name, type_, doc = line.split(maxsplit=2)
        if type_ not in TYPES:
            raise ValueError(f"the column {name} has an unknown type: {type_}")
        found.append(Column(name, type_, doc))
    return tuple(found)
