"""The last complete day of a table of facts, from its rows per day: no clock, no Spark."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from statistics import median

WEEKS = 8
"""Weeks before a day that its rows are compared with."""
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True)
class Day:
    """The facts of one local day: how many, at least one, and the local time of the last."""

    rows: int
    last: datetime


def last_complete_day(days: Mapping[date, Day], *, complete_after: time, min_share: float) -> date:
    """The last day that is over and has enough rows; the day before the first where there is none.

    Enough: at least `min_share` of the median rows of its weekday in the eight weeks before, weeks without a row left out;
    any number where there is nothing to compare with. A day without rows has enough where that median is 0, as on the day
    of the week on which a shop is closed.

    Over: its last fact is at `complete_after` or later, a later day has enough rows, or the next day has some; days of the
    week on which the company is closed are passed over here.

    Days after a gap of more than eight weeks (see `_plausible`) may be wrong dates, and are then left out.
    """
    kept = _plausible({day: days[day].rows for day in sorted(days)}, min_share=min_share)
    ordered = list(kept)
    first, day = ordered[0], ordered[-1]
    later_has_enough = next_has_some = False
    closed: date | None = None
    while day >= first:
        rows = kept.get(day, 0)
        if not _enough(day, kept, ordered, min_share=min_share):
            next_has_some, closed = rows > 0, None
        elif later_has_enough:
            return day
        elif rows == 0:
            closed = closed or day
        elif next_has_some:
            return closed or day
        elif days[day].last >= datetime.combine(day, complete_after):
            return day
        else:
            later_has_enough = True
        day -= _DAY
    return first - _DAY


def _enough(day: date, rows: Mapping[date, int], ordered: Sequence[date], *, min_share: float) -> bool:
    """Whether the day has at least `min_share` of what its weekday usually has; `ordered` are the days with rows."""
    compared = [rows.get(before, 0) for before in islice(_weekdays(day, ordered), WEEKS)]
    usual = median(compared) if compared else 0
    # A share, because 0.55 * 100 is more than 55 in floating point.
    return usual == 0 or rows.get(day, 0) / usual >= min_share


def _weekdays(day: date, ordered: Sequence[date]) -> Iterator[date]:
    """The same day of the week in the weeks before that have rows, the newest first."""
    last_week = 0
    for index in range(bisect_left(ordered, day) - 1, -1, -1):
        week = -((ordered[index] - day).days // 7)  # 1 for the seven days before
        if week > last_week and day - week * _WEEK >= ordered[0]:
            yield day - week * _WEEK
        last_week = week


def _plausible(rows: dict[date, int], *, min_share: float) -> dict[date, int]:
    """The days without those that follow a gap of more than eight weeks and have too few rows.

    Too few: all days after the gap have less than `min_share` of the rows of any earlier eight weeks that ended in such a
    gap. So one line dated years ahead is ignored, while a shop that opens again counts after about six days of its usual
    trade, and one delivery a quarter counts at once.
    """
    stretches: list[list[date]] = []
    for day in rows:
        if stretches and day - stretches[-1][-1] <= WEEKS * _WEEK:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    while len(stretches) > 1:
        usual = max(sum(rows[day] for day in s if day > s[-1] - WEEKS * _WEEK) for s in stretches[:-1])
        if sum(rows[day] for day in stretches[-1]) / usual >= min_share:
            break
        stretches.pop()
    return {day: rows[day] for stretch in stretches for day in stretch}
