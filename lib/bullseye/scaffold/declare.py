"""How a column is declared in sources.yaml, and the SQL that makes its value of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bullseye.scaffold.names import quoted, slug
from bullseye.scaffold.survey import Column

IDS = frozenset({"customer", "order", "line", "product", "store"})
"""Roles whose values are names, also where they are written in digits: a later id may have a letter in it."""

_SHORT = 9
"""Digits that fit an INT, whatever they are."""
_EXACT = 6
"""More decimals than these are a computed number, not money."""
_NOUN = {
    "whole": "number",
    "decimal": "number",
    "date": "date",
    "time": "time",
    "boolean": "flag",
    "clock": "clock_time",
}


@dataclass(frozen=True)
class Declared:
    """A column as sources.yaml declares it: `type` is what is read, `value` SQL for what it means, of `value_type`.

    `check` is SQL that a row must fulfil where the type alone does not check it.
    """

    column: Column
    type: str
    value: str
    value_type: str
    required: bool = False
    check: str = ""

    @property
    def ddl(self) -> str:
        return f"{quoted(self.column.name)} {self.type}{' NOT NULL' if self.required else ''}"

    @property
    def rule(self) -> str:
        """Name of the rule that `check` makes."""
        return f"{slug(self.column.name)}_is_a_{_NOUN[self.column.kind or 'whole']}"

    def sql(self, alias: str = "") -> str:
        """The value, of the file called `alias`."""
        name = quoted(self.column.name)
        return self.value.replace("{text}", f"{alias}.{name}" if alias else name)


def declare(column: Column, role: str = "", *, required: bool = False, null_word: str = "") -> Declared:
    """What Spark can read by a type alone gets that type; what it cannot stays text, and is read by SQL and checked.

    A row that is not as declared is rejected with its reason, so only what is needed is declared narrowly: a column
    without a role is text as soon as one value does not fit. `null_word` is what the source reads as missing.
    """
    must = required and not column.missing
    if role in IDS:
        text = "CAST({text} AS STRING)" if column.stored not in ("", "STRING") else "nullif(trim({text}), '')"
        return Declared(column, column.stored or "STRING", text, "STRING", must)
    if column.stored == "TIMESTAMP_NTZ":
        return Declared(column, column.stored, "CAST({text} AS TIMESTAMP)", "TIMESTAMP", must)
    if column.stored not in ("", "STRING"):
        return Declared(column, column.stored, "{text}", column.stored, must)
    words = tuple(word for word in column.null_words if word != null_word)
    if column.writing is None or column.kind == "clock" or (not role and (column.misfits or column.writing.read)):
        return Declared(column, "STRING", _without(words, "nullif(trim({text}), '')"), "STRING", must)
    type_ = _value_type(column)
    if not column.writing.read and not words and not column.stored:
        return Declared(column, type_, "{text}", type_, must)
    text = _without(words, "{text}")
    value = (column.writing.read or "trim({text})").replace("{text}", text)
    if not value.startswith(("CAST(try_to", "try_to")):
        value = f"try_cast({value} AS {type_})"
    declared = Declared(column, "STRING", value, type_, must)
    given = f"nullif(trim({quoted(column.name)}), '')"
    missing = "" if must else f"{_without(words, given)} IS NULL OR "
    return Declared(column, "STRING", value, type_, must, f"{missing}{declared.sql()} IS NOT NULL")


def _without(words: tuple[str, ...], text: str) -> str:
    for word in words:
        text = f"nullif({text}, {literal(word)})"
    return text


def literal(text: str) -> str:
    """A text as SQL writes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _value_type(column: Column) -> str:
    if column.kind == "whole":
        return "INT" if column.longest <= _SHORT else "BIGINT"
    if column.kind == "decimal":
        return f"DECIMAL(18,{max(2, column.decimals)})" if column.decimals <= _EXACT else "DOUBLE"
    return _TYPES.get(column.kind or "", "STRING")


_TYPES: Mapping[str, str] = {"date": "DATE", "time": "TIMESTAMP", "boolean": "BOOLEAN"}
