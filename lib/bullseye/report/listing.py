"""Tables of the report: what a reader sees in a cell, and the plain value by which it is sorted and downloaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bullseye.report.wording import NONE, Wording, signed, words

Rows = tuple[Mapping[str, Any], ...]
"""Rows that are few enough to be held by the driver, by the names of their columns."""
Kind = Literal[
    "text", "prose", "words", "code", "whole", "decimal", "share", "money", "seconds", "day", "month", "points"
]
"""words: a name of the settings; prose: sentences; points: a difference of shares, in percentage points."""
_TEXT = frozenset({"text", "prose", "code"})
_LEFT = _TEXT | {"words", "day", "month"}


@dataclass(frozen=True)
class Field:
    """A column of a listing: its heading, the key of the row that it shows, and how.

    `bar` draws the number as a bar behind it, against the largest one or against `bar_of`; `change` writes a sign.
    """

    heading: str
    key: str
    kind: Kind = "text"
    places: int | None = None
    bar: bool = False
    bar_of: float | None = None
    change: bool = False


@dataclass(frozen=True)
class Cell:
    """What a reader sees, the plain value where that is not the same, and the length of the bar behind it, 0 to 1."""

    text: str
    plain: str | None = None
    part: float | None = None
    mark: str = ""


@dataclass(frozen=True)
class Listing:
    """A table of the report. `id` names it in links and in the name of its download."""

    id: str
    title: str
    note: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]


def listing(
    id_: str,
    title: str,
    fields: Sequence[Field],
    rows: Iterable[Mapping[str, Any]],
    wording: Wording,
    *,
    note: str = "",
) -> Listing:
    """One line a row, one cell a field. A row may say by `mark_<key>` that a cell is good or bad news."""
    listed = tuple(rows)
    largest = {
        field.key: field.bar_of or max((abs(float(row[field.key] or 0)) for row in listed), default=0.0)
        for field in fields
        if field.bar
    }
    cells = tuple(tuple(_cell(row, field, largest.get(field.key), wording) for field in fields) for row in listed)
    return Listing(id_, title, note, tuple(fields), cells)


def is_number(field: Field) -> bool:
    """Whether the column is aligned to the right and sorted by size."""
    return field.kind not in _LEFT


def _cell(row: Mapping[str, Any], field: Field, largest: float | None, wording: Wording) -> Cell:
    value = row.get(field.key)
    mark = str(row.get(f"mark_{field.key}", ""))
    text = written(value, field.kind, wording, field.places)
    if field.change:
        text = signed(text, value)
    plain = None if field.kind in _TEXT else _plain(value)
    part = None if not largest or value is None else min(abs(float(value)) / largest, 1.0)
    return Cell(text, plain if plain != text else None, part, mark)


def written(value: Any, kind: Kind, wording: Wording, places: int | None = None) -> str:
    """A value as people read it."""
    if value is None:
        return NONE
    if kind in ("decimal", "share"):
        writes: Callable[..., str] = getattr(wording, kind)
        return writes(value) if places is None else writes(value, places)
    if kind == "points":
        return f"{wording.decimal(100 * float(value), 1 if places is None else places)}\u00a0pp"
    if kind == "words":
        return words(str(value))
    return str(value) if kind in _TEXT else str(getattr(wording, kind)(value))


def _plain(value: Any) -> str:
    """The value for a machine: a point for decimals, ISO dates, nothing for NULL."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(round(value, 9))
    return value.isoformat() if isinstance(value, date) else str(value)


def remark(rows: Sequence[Mapping[str, Any]]) -> str:
    """The remark of the first row as a sentence, such as what a model leaves out; nothing where there is none."""
    text = rows[0]["remark"] if rows else None
    return f" {text[0].upper()}{text[1:]}." if text else ""
