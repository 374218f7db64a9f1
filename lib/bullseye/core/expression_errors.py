"""What a value of a row did to an expression, and where the settings have that expression; the value itself is not shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bullseye.core.causes import Cause
from bullseye.errors import ExpressionError
from bullseye.settings import Settings, Silver

_CAST = "write try_cast, which gives NULL for such a value; or declare the type in sources.yaml, so that the row is rejected and kept in ops.quarantine with that reason"
_VALUES = ("22", "23")
"""Classes of SQLSTATE: data exceptions and constraints."""
_DATA: Mapping[str, tuple[str, str]] = {
    "CAST_INVALID_INPUT": ("a value of type {sourceType} cannot be cast to {targetType}", _CAST),
    "CAST_OVERFLOW": ("a value of type {sourceType} is too large for {targetType}", _CAST),
    "NUMERIC_VALUE_OUT_OF_RANGE": (
        "a number does not fit DECIMAL({precision}, {scale})",
        "write a wider type, or try_cast",
    ),
    "ARITHMETIC_OVERFLOW": (
        "a number is too large for its type",
        "cast to BIGINT, DECIMAL or DOUBLE before it is computed",
    ),
    "BINARY_ARITHMETIC_OVERFLOW": (
        "a number is too large for its type",
        "cast to BIGINT, DECIMAL or DOUBLE before it is computed",
    ),
    "DIVIDE_BY_ZERO": ("a division by zero", "write try_divide(a, b), or a / nullif(b, 0), which give NULL"),
    "REMAINDER_BY_ZERO": ("a division by zero", "write try_mod(a, b), which gives NULL"),
    "CANNOT_PARSE_TIMESTAMP": ("a text is not a time of the format given", "write try_to_timestamp, which gives NULL"),
    "CANNOT_PARSE_DATE": ("a text is not a date of the format given", "write try_to_date, which gives NULL"),
    "INVALID_ARRAY_INDEX": ("an array has no element of that number", "write get(array, number), which gives NULL"),
    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT": (
        "an array has no element of that number",
        "write try_element_at, which gives NULL",
    ),
    "DUPLICATED_MAP_KEY": ("a map gets the same key twice", "group by the key before the map is made"),
    "SCALAR_SUBQUERY_TOO_MANY_ROWS": (
        "a sub-query gives more than one row",
        "aggregate in it, such as max(...), or join",
    ),
    "USER_RAISED_EXCEPTION": ("raise_error() was reached", "mend the row that it is for, or the condition before it"),
}
"""Spark's error classes for what a value does to an expression: facts, from parameters that hold no value, and remedy."""


def data_error(found: Sequence[Cause]) -> tuple[str, str] | None:
    """What a value did, and the remedy; None where no cause is about a value."""
    for cause in reversed(found):
        if cause.base in _DATA:
            facts, remedy = _DATA[cause.base]
            types = {name: cause.parameters.get(name, "?").strip('"') for name in re.findall(r"{(\w+)}", facts)}
            return facts.format(**types), remedy
        if cause.state[:2] in _VALUES and not cause.base.startswith("DELTA_"):
            return f"a value does not fit an expression (Spark: {cause.condition})", "mend the expression"
    return None


def expression_error(found: Sequence[Cause], settings: Settings | None) -> ExpressionError | None:
    """The error for an expression that fails on a value, with its places in the settings; None where that is not the cause."""
    if not (seen := data_error(found)):
        return None
    facts, remedy = seen
    listed = "".join(f"\n  {where}" for where in written(found, settings))
    return ExpressionError(f"{facts}{listed}\n  {remedy}")


def written(found: Sequence[Cause], settings: Settings | None) -> list[str]:
    """Where the settings have the expressions that failed, with their text; or the text alone."""
    fragments = dict.fromkeys(fragment for cause in found for fragment in cause.fragments)
    lines: list[str] = []
    for start, text in fragments:
        short = re.sub(r"\s+", " ", text)[:200]
        places = _places(start, text, settings) if settings else []
        lines += [f"{where}: {short}" for where in places] or [f"in {short}"]
    return list(dict.fromkeys(lines))


def _places(start: int, text: str, settings: Settings) -> list[str]:
    """Files and lines that have the text, at that position of the expression where some have it there."""
    exact: list[str] = []
    others: list[str] = []
    for name, sql in settings[Silver].tables.items():
        for match in re.finditer(re.escape(text), sql):
            line = sql.count("\n", 0, match.start()) + 1
            place = f"{settings.folder / 'silver' / name}.sql:{line}"
            (exact if match.start() == start else others).append(place)
    for document in settings.documents.values():
        for location, value in _texts(document.value, ()):
            if (at := value.find(text)) >= 0:
                (exact if at == start else others).append(document.place(location))
    return (exact or others)[:3]


def _texts(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text in a YAML value, with its keys."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _texts(child, (*at, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _texts(child, (*at, index))
