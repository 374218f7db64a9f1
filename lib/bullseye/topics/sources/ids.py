"""Texts of sources in one form, so that one id is written in one way in all files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F

from bullseye.core.frames import column_named
from bullseye.settings.sources import Source

# Tab, line ends and blanks of all widths; zero-width signs and marks of direction, which come along when a text is copied.
_BLANKS = (
    "".join(
        map(chr, (*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, 0x180E, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F))
    )
    + "\u205f\u2060\u3000\ufeff"
)
_FLOATING = ("float", "double")
_LARGEST = {"float": 1 << 24, "double": 1 << 53}
"""Whole numbers from here on are not exact in a floating column: neighbours become one."""
_EXPONENT = r"^[+-]?[0-9](?:[.,][0-9]+[eE]\+?[0-9]{1,3}|[eE]\+[0-9]{1,3})$"
_PARTY = r"concat\(\s*'[^']*'\s*,\s*(?:\w+\.)?`?(?P<joined>\w+)`?\s*\)|(?:^|[\s,.])`?(?P<alone>\w+)`?\s+AS\s+party_id\b"


def normal_text(text: Column, *, case: Literal["upper", "lower"] | None = None) -> Column:
    """The text without surrounding blanks, in Unicode's composed form (NFC), in one letter case where that is stated.

    NULL where nothing is left.
    """
    # Spark has no function for the form; one of its own libraries has. Only a text with more bytes than letters needs it.
    composed = F.reflect(F.lit("com.ibm.icu.text.Normalizer"), F.lit("compose"), text, F.lit(False))
    one_form = F.when(F.octet_length(text) > F.char_length(text), composed).otherwise(text)
    normal = F.nullif(F.trim(one_form, F.lit(_BLANKS)), F.lit(""))
    return {"upper": F.upper, "lower": F.lower}[case](normal) if case else normal


def text_of(source: Source, name: str, text: Column, *, is_id: bool) -> Column:
    """A text of a source as it is used: in one form, in the letter case that the source states, an id without `.0`."""
    normal = normal_text(text, case=source.letter_case.get(name))
    return without_zero(normal) if is_id else normal


def first_rounded(names: Iterable[str]) -> Column:
    """The first of these columns of text in which the row has a rounded number, NULL where there is none."""
    return F.coalesce(F.lit(None).cast("string"), *(F.when(is_rounded(column_named(name)), name) for name in names))


def without_zero(text: Column) -> Column:
    """An id that was exported as a floating number, without its `.0`."""
    return F.when(text.endswith(".0"), F.regexp_replace(text, r"^(-?[0-9]+)\.0$", "$1")).otherwise(text)


def is_rounded(text: Column) -> Column:
    """Whether a text is a number with an exponent, as spreadsheets write long ids: its last digits are gone. 5E3 is none."""
    has_exponent = text.contains("E") | text.contains("e")
    return F.coalesce(has_exponent & text.rlike(_EXPONENT), F.lit(False))


def reads_as_text(type_: str) -> bool:
    """Whether an id column of the type can be declared as STRING: whole numbers, and floating ones that are whole."""
    whole = type_ in ("tinyint", "smallint", "int", "bigint") or re.fullmatch(r"decimal\(\d+,0\)", type_)
    return bool(whole) or type_ in _FLOATING


def number_as_text(number: Column, type_: str) -> Column:
    """A number of an id column; of a floating column without `.0`. One that is not whole, or has more digits than such a column
    keeps, is written with an exponent, so that `is_rounded` holds. NaN is NULL.
    """
    if type_ not in _FLOATING:
        return number.cast("string")
    is_exact = (number == F.floor(number)) & (F.abs(number) < _LARGEST[type_])
    whole = F.when(F.isnan(number) | is_exact, number).try_cast("decimal(38,0)").cast("string")
    return F.when(~F.isnan(number) & ~is_exact, F.format_string("%e", number.cast("double"))).otherwise(whole)


def id_columns(source: Source, mappings: Mapping[str, str]) -> set[str]:
    """Names that are ids: those of the key, and those from which the SQL of a canonical table makes a column `..._id`."""
    names = set(source.key)
    for sql in mappings.values():
        if re.search(rf"(?<!\w){re.escape(source.name)}(?!\w)", sql):
            for line in re.findall(r"([^\n,]*(?:\([^()]*\))?[^\n,]*?)\s+AS\s+`?\w*_id\b", sql, re.IGNORECASE):
                names |= set(re.findall(r"\w+", re.sub(r"'[^']*'", "", line)))
            names |= party_columns(sql)
    return names


def party_columns(sql: str) -> set[str]:
    """Names from which SQL makes party ids: `concat('card:', customer)` or `customer AS party_id`."""
    return {name for found in re.finditer(_PARTY, sql, re.IGNORECASE) for name in found.groups() if name}
