"""How numbers, dates and times are written in text files, and how Spark SQL reads each writing.

Patterns are those of Python and of RE2 (which Arrow uses) alike; they must match a whole value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal["whole", "decimal", "date", "time", "clock", "boolean"]

NULL_WORDS = ("NULL", "null", "NA", "N/A", "n/a", "NaN", "nan", "None", "none", "\\N", "-", "?", "#N/A")
"""Texts that stand for "not known" in exported files; an empty field always does."""

FITS = 0.99
"""Share of a column's values that must be written one way: a few bad rows must not make a number a text."""

_PROBE = 1000
"""Distinct values on which all writings are tried; only those that come near are tried on all values."""


@dataclass(frozen=True)
class Writing:
    """One way to write a value.

    `read` is SQL that reads it, `{text}` standing for the column; without it the cast to the column's type does.
    """

    name: str
    kind: Kind
    pattern: str
    read: str = ""
    zoned: bool = False
    """True where the value carries its zone, and is an instant."""

    @property
    def whole(self) -> str:
        """The pattern for a whole value."""
        return f"^(?:{self.pattern})$"

    def fits(self, text: str) -> bool:
        """True when a text is written so."""
        return re.match(self.whole, text) is not None


@dataclass(frozen=True)
class Guess:
    """How a column's values are written, and how many are not; `rival` is another writing that fits as well."""

    writing: Writing | None
    misfits: int = 0
    rival: Writing | None = None


_SIGN = "[+-]?"
_MONEY = "(?:[€$£]|EUR|USD|GBP|CHF)?"
_GAP = "[ \u00a0\u202f]?"
_YEAR, _SHORT_YEAR = r"(?P<year>(?:19|20)\d{2})", r"(?P<year>\d{2})"
_MONTH, _DAY = "(?P<month>0?[1-9]|1[0-2])", "(?P<day>0?[1-9]|[12][0-9]|3[01])"
_FULL_MONTH, _FULL_DAY = "(?P<month>0[1-9]|1[0-2])", "(?P<day>0[1-9]|[12][0-9]|3[01])"
_MONTH_NAME = "(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_HOUR, _REST = "(?P<hour>[01]?[0-9]|2[0-3])", "(?::[0-5][0-9])?"
_ISO_DATE = f"{_YEAR}-{_FULL_MONTH}-{_FULL_DAY}"
_ISO_TIME = r"[ T](?P<hour>[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?"

_DATES = (
    ("d.M.yyyy", f"{_DAY}[.]{_MONTH}[.]{_YEAR}"),
    ("d/M/yyyy", f"{_DAY}/{_MONTH}/{_YEAR}"),
    ("M/d/yyyy", f"{_MONTH}/{_DAY}/{_YEAR}"),
    ("d-M-yyyy", f"{_DAY}-{_MONTH}-{_YEAR}"),
    ("M-d-yyyy", f"{_MONTH}-{_DAY}-{_YEAR}"),
    ("yyyy/M/d", f"{_YEAR}/{_MONTH}/{_DAY}"),
    ("yyyy.M.d", f"{_YEAR}[.]{_MONTH}[.]{_DAY}"),
    ("yyyyMMdd", f"{_YEAR}{_FULL_MONTH}{_FULL_DAY}"),
    ("d-MMM-yyyy", f"{_DAY}-{_MONTH_NAME}-{_YEAR}"),
    ("d.M.yy", f"{_DAY}[.]{_MONTH}[.]{_SHORT_YEAR}"),
    ("d/M/yy", f"{_DAY}/{_MONTH}/{_SHORT_YEAR}"),
    ("M/d/yy", f"{_MONTH}/{_DAY}/{_SHORT_YEAR}"),
)
_TIMES = (
    (" H:mm[:ss]", f" {_HOUR}:[0-5][0-9]{_REST}"),
    ("''T''H:mm[:ss]", f"T{_HOUR}:[0-5][0-9]{_REST}"),
    (" h:mm[:ss] a", f" (?P<hour>0?[1-9]|1[0-2]):[0-5][0-9]{_REST} (?P<half>[AaPp][Mm])"),
)
_ZONE = "(?:Z|[+-][0-9]{2}:[0-9]{2}| UTC)"


def _writings() -> Iterator[Writing]:
    for name, pattern in _DATES:
        yield Writing(name, "date", pattern, f"CAST(try_to_timestamp(trim({{text}}), '{name}') AS DATE)")
    yield Writing("yyyy-MM-dd", "date", _ISO_DATE)
    yield Writing("yyyy-MM-dd HH:mm:ss", "time", _ISO_DATE + _ISO_TIME)
    yield Writing("yyyy-MM-dd HH:mm:ss and zone", "time", _ISO_DATE + _ISO_TIME + _ZONE, zoned=True)
    for (date, day), (time, clock) in product(_DATES, _TIMES):
        spark = date + time.replace("''", "\\'")
        yield Writing(
            date + time.replace("''", ""), "time", day + clock, f"try_to_timestamp(trim({{text}}), '{spark}')"
        )
    yield Writing("H:mm", "clock", f"{_HOUR}:[0-5][0-9]{_REST}")
    yield Writing("whole number", "whole", f"{_SIGN}(?:0|[1-9][0-9]{{0,17}})")
    yield Writing("decimal point", "decimal", f"{_SIGN}(?:(?:0|[1-9][0-9]*)(?:[.][0-9]+)?|[.][0-9]+)")
    yield Writing("exponent", "decimal", f"{_SIGN}(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?")
    yield Writing(
        "decimal comma",
        "decimal",
        f"{_MONEY}{_GAP}{_SIGN}{_MONEY}(?:0|[1-9][0-9]*|[1-9][0-9]{{0,2}}(?:[. \u00a0\u202f'’][0-9]{{3}})+)(?:,[0-9]+)?{_GAP}{_MONEY}",
        "replace(regexp_replace({text}, '[^0-9,+-]', ''), ',', '.')",
    )
    yield Writing(
        "decimal point and signs",
        "decimal",
        f"{_MONEY}{_GAP}{_SIGN}{_MONEY}(?:0|[1-9][0-9]*|[1-9][0-9]{{0,2}}(?:[, '’][0-9]{{3}})+)?(?:[.][0-9]+)?{_GAP}{_MONEY}",
        "regexp_replace({text}, '[^0-9.+-]', '')",
    )
    yield Writing("true or false", "boolean", "(?i:true|false|yes|no|[tfyn])")


WRITINGS = tuple(_writings())
"""In the order in which they are tried: a date of eight digits would be a number too."""

BY_NAME = {writing.name: writing for writing in WRITINGS}


def guess(values: pa.Array, counts: pa.Array) -> Guess:
    """How `values` (distinct texts, not missing) are written, each standing `counts` times.

    The first writing that fits all of them; where none does, the one that fits most, if these are at least FITS. Digits
    that begin with a zero are no number: an article 00712 is not 712.
    """
    if not len(values):
        return Guess(None)
    step = max(1, len(values) // _PROBE)
    probe = values.take(pa.array(range(0, len(values), step)))
    # Of few distinct values a rare one may be a large part.
    least = 0.9 * len(probe) if step > 1 else 1
    near = [w for w in WRITINGS if _fitting(probe, pa.array([1] * len(probe)), w) >= least]
    total = pc.sum(counts).as_py()
    found = sorted(
        ((total - _fitting(values, counts, w), place, w) for place, w in enumerate(near)), key=lambda f: f[:2]
    )
    if not found or found[0][0] > (1 - FITS) * total:
        return Guess(None)
    misfits, _, best = found[0]
    rivals = (
        w for missed, _, w in found[1:] if missed == misfits and w.kind == best.kind and best.kind in ("date", "time")
    )
    return Guess(best, misfits, next(rivals, None))


def _fitting(values: pa.Array, counts: pa.Array, writing: Writing) -> int:
    fits = pc.match_substring_regex(values, writing.whole)
    return int(pc.sum(counts.filter(fits)).as_py() or 0)


def decimals(values: Sequence[str], writing: Writing) -> int:
    """The most digits that stand after the decimal sign."""
    sign = "," if writing.name == "decimal comma" else "."
    return max((sum(c.isdigit() for c in v.rpartition(sign)[2]) for v in values if sign in v), default=0)
