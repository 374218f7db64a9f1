"""Months as whole numbers, so that one after the other is one more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


@dataclass(frozen=True)
class Months:
    """The whole months of the data: number of the first and of the last one."""

    first: int
    last: int


def number(day: date) -> int:
    """Number of the month of a day.

    >>> number(date(2024, 2, 1)) - number(date(2023, 12, 31))
    2
    """
    return 12 * day.year + day.month - 1


def start(month: int) -> date:
    """First day of a month.

    >>> start(number(date(2024, 12, 31)))
    datetime.date(2024, 12, 1)
    """
    return date(month // 12, month % 12 + 1, 1)


def whole_months(first_day: date, as_of: date) -> Months:
    """The months that the data from first_day to as_of hold from their first to their last day; last < first for none.

    >>> whole_months(date(2024, 1, 2), date(2024, 3, 31)) == Months(number(date(2024, 2, 1)), number(date(2024, 3, 1)))
    True
    """
    first = number(first_day) + (first_day.day > 1)
    return Months(first, number(as_of + timedelta(days=1)) - 1)


def months_of_event(days: DataFrame, event: str, *, as_of: date) -> Months | None:
    """The whole months of the days up to as_of, from that of the first event on; None for less than two, and without an event.

    `event` is SQL over the days. These may go years further back: months before the first event are no evidence of a start.
    """
    happened = F.when(F.expr(event), F.col("day"))
    first = days.agg(F.min("day").alias("day"), F.min(happened).alias("event")).first()
    if first is None or first["event"] is None:
        return None
    whole = whole_months(first["day"], as_of)
    months = Months(max(whole.first, number(first["event"])), whole.last)
    return months if months.last > months.first else None


def number_of(day: Column) -> Column:
    """The number of a day's month, as a column."""
    return (12 * F.year(day) + F.month(day) - 1).cast("int")


def start_of(month: Column) -> Column:
    """The first day of a month, as a column."""
    return F.make_date(F.floor(month / 12).cast("int"), (month % 12 + 1).cast("int"), F.lit(1))
