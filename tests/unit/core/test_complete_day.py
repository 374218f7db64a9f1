"""The day that a run looks back from, found in rows per day alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import pytest

from bullseye.core.complete_day import Day, last_complete_day

MONDAY = date(2024, 1, 1)
LATE = time(23)
WEEKS = 12


def on(day: date, rows: int = 100, at: time = LATE) -> dict[date, Day]:
    return {day: Day(rows, datetime.combine(day, at))}


def trade(weeks: int = WEEKS, *, rows: int = 100, first: date = MONDAY, open_days: int = 7) -> dict[date, Day]:
    """Whole weeks of the same number of rows a day, on the first `open_days` days of the week."""
    open_on = [
        first + timedelta(days=number) for number in range(7 * weeks) if (first.weekday() + number) % 7 < open_days
    ]
    return {day: Day(rows, datetime.combine(day, LATE)) for day in open_on}


def as_of(*parts: Mapping[date, Day], min_share: float = 0.1, complete_after: time = time(22)) -> date:
    days = {day: found for part in parts for day, found in part.items()}
    return last_complete_day(days, complete_after=complete_after, min_share=min_share)


END = MONDAY + timedelta(days=7 * WEEKS - 1)
"""The last day of twelve weeks: a Sunday."""


def after(days: int) -> date:
    return END + timedelta(days=days)


def test_a_day_whose_last_fact_is_late_enough_is_complete() -> None:
    assert as_of(trade(), on(after(1), at=time(22))) == after(1)


@pytest.mark.fault(
    "the files were exported at noon: the last day is half there", right="the run is as of the day before"
)
def test_a_day_that_ends_early_is_not_complete() -> None:
    assert as_of(trade(), on(after(1), rows=60, at=time(21, 59))) == END


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            9,
            END,
            id="a few rows, one of them late",
            marks=pytest.mark.fault(
                "a delivery of a few rows of the last day, one with a wrong clock at 23:00",
                right="the run is as of the day before",
            ),
        ),
        pytest.param(10, after(1), id="a tenth of the usual rows is enough"),
    ],
)
def test_a_day_needs_a_tenth_of_the_usual_rows_of_its_weekday(rows: int, expected: date) -> None:
    assert as_of(trade(), on(after(1), rows=rows)) == expected


def test_the_share_is_compared_without_rounding() -> None:
    day = on(after(1), rows=55)
    assert as_of(trade(), day, min_share=0.55) == after(1), "0.55 * 100 is more than 55 in floating point"


def test_the_share_is_a_setting() -> None:
    assert as_of(trade(), on(after(1), rows=49), min_share=0.5) == END
    assert as_of(trade(), on(after(1), rows=50), min_share=0.5) == after(1)
    assert as_of(trade(), on(after(1), rows=1), min_share=0) == after(1)


def test_a_day_is_compared_with_its_weekday() -> None:
    quiet = {day: Day(3, found.last) for day, found in trade().items() if day.weekday() == 0}
    assert as_of(trade(), quiet, on(after(1), rows=2)) == after(1), "on Mondays there are three"
    assert as_of(trade(), quiet, on(after(1), rows=3), on(after(2), rows=2)) == after(1), "on Tuesdays a hundred"


def test_only_the_eight_weeks_before_are_compared() -> None:
    before = trade(WEEKS, rows=1000, first=MONDAY - timedelta(weeks=WEEKS))
    assert as_of(before, trade(8, first=END - timedelta(weeks=8) + timedelta(days=1)), on(after(1), rows=10)) == after(
        1
    )


def test_all_eight_weeks_are_compared() -> None:
    sale = {day: Day(1000, found.last) for day, found in trade(3, first=END - timedelta(days=20)).items()}
    assert as_of(trade(), sale, on(after(1), rows=10)) == after(1)


def test_the_days_before_the_first_are_not_compared() -> None:
    start = MONDAY + timedelta(days=1)
    days = {day: found for day, found in trade(3).items() if day >= start}
    monday = MONDAY + timedelta(weeks=2)
    until = {day: found for day, found in days.items() if day < monday}
    assert as_of(until, on(monday, rows=9)) == monday - timedelta(days=1), (
        "a hundred a week before, not fifty in the mean"
    )


def test_the_median_of_an_even_number_of_weeks_is_the_mean_of_the_middle_two() -> None:
    mondays = {MONDAY + timedelta(weeks=week): rows for week, rows in enumerate([1, 1, 1, 100, 300, 500, 500, 500])}
    days = {day: Day(rows, datetime.combine(day, LATE)) for day, rows in mondays.items()}
    last = MONDAY + timedelta(weeks=8)
    assert as_of(days, on(last, rows=20)) == last
    assert as_of(days, on(last, rows=19)) < last


def test_a_day_that_is_missing_is_not_complete() -> None:
    without_sunday = {day: found for day, found in trade().items() if day != END}
    assert as_of(without_sunday, on(after(1), at=time(9))) == after(-1)


def test_a_weekday_on_which_the_company_is_closed_is_complete_without_rows() -> None:
    assert as_of(trade(open_days=6), on(after(1), at=time(9))) == END


def test_few_rows_in_the_morning_show_that_the_day_before_is_over() -> None:
    early = {day: Day(found.rows, datetime.combine(day, time(19, 55))) for day, found in trade(open_days=6).items()}
    assert as_of(early, on(after(1), rows=3, at=time(9))) == END, "closed on Sunday, open on Monday"
    assert as_of(early) == after(-2), "no row after Saturday 19:55: Saturday may not be over"


@pytest.mark.fault(
    "one line is dated some days ahead of a day that is half there", right="the run is as of the day before that"
)
def test_a_row_dated_days_ahead_does_not_make_a_half_day_complete() -> None:
    half = on(after(1), rows=40, at=time(12))
    assert as_of(trade(), half, on(after(4), rows=1)) == END
    closed_on_thursday = {day: found for day, found in trade().items() if day.weekday() != 3}
    assert as_of(closed_on_thursday, half, on(after(5), rows=1)) == END, "Wednesday is missing, Thursday is closed"


@pytest.mark.fault("one line is dated seven weeks ahead", right="the run is as of the last day of the others")
def test_empty_weeks_are_left_out_of_the_comparison() -> None:
    assert as_of(trade(), on(after(43), rows=1)) == END


@pytest.mark.parametrize(
    ("rows", "dates"),
    [
        pytest.param(
            100,
            [date(2052, 1, 1)],
            marks=pytest.mark.fault("one line is dated 2052", right="2052 is not the date of the run"),
            id="a line of 2052",
        ),
        pytest.param(
            5,
            [date(2052, 1, 1)],
            marks=pytest.mark.fault(
                "a shop of five lines a day has one dated 2052", right="2052 is not the date of the run"
            ),
            id="a line of 2052 in a small shop",
        ),
        pytest.param(
            5,
            [date(2052, 1, 1), date(2052, 1, 2), date(2061, 1, 1), date(2090, 5, 5)],
            marks=pytest.mark.fault(
                "several lines have dates of several years to come", right="none is the date of the run"
            ),
            id="lines of several years",
        ),
    ],
)
def test_days_far_ahead_with_few_rows_are_ignored(rows: int, dates: list[date]) -> None:
    ahead = {day: Day(1, datetime.combine(day, LATE)) for day in dates}
    assert as_of(trade(rows=rows), ahead) == END
    assert as_of(trade(rows=rows), on(after(1), rows=rows, at=time(12)), ahead) == END, "the half day stays one"


@pytest.mark.fault("two lines are dated 1900", right="they do not change the date of the run")
def test_days_long_ago_change_nothing() -> None:
    assert as_of(on(date(1900, 1, 1), rows=2), trade()) == END
    assert as_of(on(date(1900, 1, 1), rows=2), on(MONDAY, at=time(9))) == MONDAY - timedelta(days=1)


@pytest.mark.fault(
    "a week of lines is dated 1900, and the only day since is half there", right="the date is computed without a hang"
)
def test_a_gap_of_a_century_is_passed_in_a_moment() -> None:
    assert as_of(trade(1, first=date(1900, 1, 1)), on(MONDAY, at=time(9))) == date(1900, 1, 7)


def test_a_shop_that_opens_again_counts_after_some_days_of_its_usual_trade() -> None:
    again = END + timedelta(days=100)
    assert as_of(trade(), trade(1, first=again)) == again + timedelta(days=6)
    assert as_of(trade(), on(again)) == END, "one day is less than a tenth of eight weeks"


def test_gaps_of_eight_weeks_are_ordinary() -> None:
    assert as_of(trade(), on(after(56))) == after(56)
    assert as_of(trade(), on(after(57))) == END


@pytest.mark.parametrize("every", [7, 30, 91], ids=["weekly", "monthly", "quarterly"])
def test_one_delivery_in_a_long_time_counts_at_once(every: int) -> None:
    days = [MONDAY + timedelta(days=every * number) for number in range(12)]
    assert as_of(*(on(day) for day in days)) == days[-1]
    assert as_of(*(on(day, at=time(0)) for day in days)) == days[-1] - timedelta(days=1), "as before: not late enough"
    assert as_of(*(on(day, at=time(0)) for day in days), complete_after=time(0)) == days[-1]


def test_a_shop_with_three_orders_a_week_gets_the_day_of_its_last_order() -> None:
    orders = [MONDAY + timedelta(days=day) for day in (0, 2, 5, 8, 9, 12, 14, 17, 18, 22, 24, 27, 29, 30, 33)]
    assert as_of(*(on(day, rows=1) for day in orders)) == orders[-1]
    assert as_of(*(on(day, rows=1, at=time(10)) for day in orders)) == orders[-1] - timedelta(days=1)


def test_first_days_have_nothing_to_be_compared_with() -> None:
    assert as_of(on(MONDAY, rows=1)) == MONDAY
    assert as_of(on(MONDAY, rows=500), on(MONDAY + timedelta(days=1), rows=1)) == MONDAY + timedelta(days=1)
    assert as_of(on(MONDAY, rows=1, at=time(9))) == MONDAY - timedelta(days=1), "nothing is complete yet"


def test_a_last_fact_after_midnight_is_after_the_end_of_its_day() -> None:
    night = {MONDAY: Day(5, datetime.combine(MONDAY + timedelta(days=1), time(1)))}
    assert as_of(night) == MONDAY


def test_the_order_of_the_days_does_not_matter() -> None:
    days = {**trade(), **on(after(1), rows=2), **on(date(2052, 1, 1), rows=1)}
    assert as_of(dict(reversed(days.items()))) == as_of(days) == END
