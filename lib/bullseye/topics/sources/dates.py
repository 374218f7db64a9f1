"""Dates that cannot be: rows later than their delivery, and a few rows long before all others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import parse_schema
from bullseye.core.quality import Counts, count_broken
from bullseye.settings.sources import Source
from bullseye.tables import silver
from bullseye.topics.sources.read import FILE, MODIFIED_AT

LATE = "later than its delivery"
EARLY = "before the begin"
TOLERANCE = timedelta(days=1)
"""How much later than its delivery a row may be: clocks differ, and a text without a zone is read as UTC."""
GAPS = ((3653, 10), (366, 1))
"""A gap of more than so many days separates history from errors where fewer than so many of 1,000 rows are before it."""
PLANNED = (silver.CONTACT.name,)
"""Facts that may lie ahead: contacts of a campaign that is planned."""
DATED = tuple(table.name for table in silver.FACTS if table.name not in PLANNED)
_MOST = 0.5
"""A file with a larger share of late rows has a modification time that does not state when it was delivered."""


def date_of(source: Source, mappings: Mapping[str, str]) -> str | None:
    """The SQL of a source's date; None where it has none.

    Without a setting it is the one column of type DATE or TIMESTAMP that the SQL of a dated fact takes from the source
    (`FROM source`); of several, the one that is NOT NULL.
    """
    if source.date is not None:
        return None if source.date == "none" else source.date
    texts = [sql for name, sql in mappings.items() if f"silver.{name}" in DATED and _reads(sql, source.name)]
    fields = [
        field
        for field in parse_schema(source.columns).fields
        if field.dataType.typeName() in ("date", "timestamp") and any(_has_word(sql, field.name) for sql in texts)
    ]
    required = [field for field in fields if not field.nullable]
    chosen = next((some for some in (fields, required) if len(some) == 1), [])
    return f"`{chosen[0].name.replace('`', '``')}`" if chosen else None


def _has_word(sql: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", sql, re.IGNORECASE) is not None


def _reads(sql: str, source: str) -> bool:
    return re.search(rf"\bFROM\s+`?{re.escape(source)}\b", sql, re.IGNORECASE) is not None


def delivered_by(started_at: datetime | None, moments: Mapping[str, datetime]) -> Column:
    """When the row's file was delivered: as `moments` states by name, else its modification time, at most the run's start.

    NULL where neither is known.
    """
    column = F.least(MODIFIED_AT, F.lit(started_at).cast("timestamp"))
    for moment in sorted(set(moments.values())):
        files = [file for file, other in moments.items() if other == moment]
        column = F.when(F.col(FILE).isin(files), F.lit(moment).cast("timestamp")).otherwise(column)
    return column


def not_late(when: Column, delivery: Column) -> Column:
    """Whether a date is at most a day later than its delivery; true where either is NULL."""
    latest = delivery + F.make_dt_interval(days=F.lit(TOLERANCE.days))
    return F.coalesce(when.cast("timestamp") <= latest, F.lit(True))


def not_early(when: Column, begin: date) -> Column:
    """Whether a date is on the first day or later; true for NULL."""
    return F.coalesce(when.cast("date") >= _literal(begin), F.lit(True))


def _literal(day: date) -> Column:
    # Python and Java do not agree how a year before 1000 is written.
    return F.lit(day.isoformat()).cast("date")


def day_of(when: Column, is_in_time: Column) -> Column:
    """The day of a row, for counts by day; NULL without a date and for a late row. Python knows no day before year 1."""
    day = when.cast("date")
    return F.when(day.isNotNull() & is_in_time, F.greatest(day, _literal(date.min)))


def undated_facts(sources: Sequence[Source], mappings: Mapping[str, str]) -> list[str]:
    """Dated canonical tables whose SQL names no source that has a date."""
    dated = [source.name for source in sources if date_of(source, mappings) is not None]
    tables = [name for name in mappings if f"silver.{name}" in DATED]
    return [f"silver.{name}" for name in tables if not any(_has_word(mappings[name], source) for source in dated)]


def undated_files(rows: DataFrame, when: Column, delivery: Column) -> list[str]:
    """Files of which most dated rows are later than the file: their modification time was reset by a copy or an archive."""
    late = ~not_late(when, delivery)
    each = rows.where(when.isNotNull()).groupBy(FILE).agg(F.avg(late.cast("double")).alias("late"))
    return sorted(row[FILE] for row in each.where(F.col("late") > _MOST).collect() if row[FILE])


def begin_of(days: Mapping[date, int]) -> date | None:
    """The first day after the last gap that has too few rows before it to be history; None where there is no such gap.

    A gap of more than 366 days counts where fewer than 0.1 % of the rows are before it, one of more than ten years
    (3,653 days) where fewer than 1 % are.

    >>> begin_of({date(1900, 1, 1): 2, date(2024, 1, 3): 1992})
    datetime.date(2024, 1, 3)
    >>> begin_of({date(2022, 1, 1): 1, date(2024, 1, 3): 999}) is None
    True
    """
    ordered, total, before = sorted(days), sum(days.values()), 0
    begin = None
    for earlier, later in pairwise(ordered):
        before += days[earlier]
        gap = (later - earlier).days
        if any(gap > length and 1000 * before < share * total for length, share in GAPS):
            begin = later
    return begin


def rows_before(days: Mapping[date, int], begin: date) -> int:
    """Rows of the days before the begin."""
    return sum(rows for day, rows in days.items() if day < begin)


def count_dated(
    source: Source,
    rows: DataFrame,
    sql: str | None,
    must: Mapping[str, Column],
    may: Mapping[str, Column],
    *,
    started_at: datetime | None,
    stated: Mapping[str, datetime],
) -> tuple[dict[str, Column], Counts, Mapping[str, datetime]]:
    """The rules that a row must meet, with those on its date; all counts; and when files were delivered, by name, where that
    is not their modification time.

    Rows are counted again only where a file's modification time turns out to be no statement.
    """
    moments = dict(stated)
    if sql is None:
        return dict(must), count_broken(rows, {**must, **may}, key=source.key), moments
    when = F.expr(sql)

    def counted() -> tuple[dict[str, Column], Counts]:
        in_time = not_late(when, delivered_by(started_at, moments))
        rules = {**must, LATE: in_time} | ({EARLY: not_early(when, source.begin)} if source.begin else {})
        return rules, count_broken(rows, {**rules, **may}, key=source.key, day=day_of(when, in_time))

    rules, counts = counted()
    if counts.broken[LATE] and started_at and (files := undated_files(rows, when, delivered_by(started_at, moments))):
        moments |= dict.fromkeys(files, started_at)
        rules, counts = counted()
    begin = None if source.begin else begin_of(counts.days)
    if begin:
        rules[EARLY] = not_early(when, begin)
        counts = replace(counts, broken={**counts.broken, EARLY: rows_before(counts.days, begin)})
    return rules, counts, moments
