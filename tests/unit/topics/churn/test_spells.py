"""Months in a row, and the months in which somebody could leave."""

from __future__ import annotations

from datetime import date

import pytest
from pyspark.sql import SparkSession

from bullseye.topics.churn.months import Months, months_of_event, number, start
from bullseye.topics.churn.spells import months_at_risk, spells, with_start

MONTHS = Months(number(date(2024, 1, 1)), number(date(2024, 6, 1)))
FOUND = "customer_id STRING, spell INT, entered INT, last INT, left INT"


def month(number_):
    return None if number_ is None else start(number_).month


def days(spark, **paid):
    """Payments on the tenth of months of 2024, by customer."""
    rows = [(who, date(2024, m, 10)) for who, months in paid.items() for m in months]
    return spark.createDataFrame(rows, "customer_id STRING, day DATE")


def told(found):
    rows = found.orderBy("customer_id", "spell").collect()
    return [(r["customer_id"], r["spell"], month(r["entered"]), month(r["last"]), month(r["left"])) for r in rows]


def test_a_spell_ends_with_the_first_month_without_the_event(spark: SparkSession) -> None:
    found = spells(days(spark, stays=[4, 5, 6, 6], leaves=[2, 3], back=[1, 2, 5, 6], once=[6]), MONTHS, grace=0)
    assert told(found) == [
        ("back", 1, 1, 2, 3),
        ("back", 2, 5, 6, None),
        ("leaves", 1, 2, 3, 4),
        ("once", 1, 6, 6, None),
        ("stays", 1, 4, 6, None),
    ]


def test_a_gap_within_the_grace_ends_nothing_and_an_exit_is_certain_only_after_it(spark: SparkSession) -> None:
    found = spells(days(spark, gap=[1, 3, 6], late=[3, 4, 5], left=[3, 4], out=[1, 2, 5]), MONTHS, grace=1)
    assert told(found) == [
        ("gap", 1, 1, 3, 4),
        ("gap", 2, 6, 6, None),
        ("late", 1, 3, 5, None),
        ("left", 1, 3, 4, 5),
        ("out", 1, 1, 2, 3),
        ("out", 2, 5, 5, None),
    ]


def test_months_that_the_data_do_not_hold_wholly_play_no_part(spark: SparkSession) -> None:
    rows = [("a", date(2023, 12, 31)), ("a", date(2024, 1, 1)), ("a", date(2024, 7, 1))]
    found = spells(spark.createDataFrame(rows, "customer_id STRING, day DATE"), MONTHS, grace=0)
    assert told(found) == [("a", 1, 1, 1, 2)]


def test_who_was_there_before_the_data_begins_where_something_else_says_so(spark: SparkSession) -> None:
    first, later = MONTHS.first, MONTHS.first + 2
    rows = [("known", 1, first, later, None), ("late", 1, later, later, None), ("odd", 1, first, later, None)]
    rows.append(("unknown", 1, first, later, None))
    known = [("known", date(2023, 6, 30)), ("late", date(2020, 1, 1)), ("odd", date(2024, 2, 1))]
    found = with_start(
        spark.createDataFrame(rows, FOUND),
        spark.createDataFrame(known, "customer_id STRING, started_on DATE"),
        MONTHS,
    )
    starts = {row["customer_id"]: row["start"] for row in found.collect()}
    assert starts == {"known": number(date(2023, 6, 1)), "late": later, "odd": None, "unknown": None}
    nobody = with_start(spark.createDataFrame(rows, FOUND), None, MONTHS).collect()
    assert {row["customer_id"]: row["start"] for row in nobody} == {
        "known": None,
        "late": later,
        "odd": None,
        "unknown": None,
    }


@pytest.mark.parametrize("grace", [0, 1])
def test_everybody_is_at_risk_from_the_month_after_the_first_one_up_to_the_exit(
    spark: SparkSession, grace: int
) -> None:
    paid = days(spark, leaves=[2, 3], once=[6], pending=[4, 5])
    found = with_start(spells(paid, MONTHS, grace=grace), None, MONTHS)
    rows = months_at_risk(found, MONTHS).orderBy("customer_id", "month_no").collect()
    expected = [
        ("leaves", 3, 1, 0),
        ("leaves", 4, 2, 1),
        ("once", 7, 1, None),
        ("pending", 5, 1, 0),
        # Without grace the missing sixth month is an exit; with it nobody knows yet.
        ("pending", 6, 2, 1) if grace == 0 else ("pending", 7, 3, None),
    ]
    assert [(r["customer_id"], month(r["month_no"]), r["months_since_start"], r["left"]) for r in rows] == expected
    assert [row["months_seen"] for row in rows] == [row["months_since_start"] for row in rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(date(2024, 1, 1), 1)], (1, 6)),
        ([(date(2024, 1, 2), 1)], (2, 6)),
        # other days show that the month of the first event is whole; years before it are not the question's
        ([(date(2024, 1, 1), None), (date(2024, 3, 9), 1), (date(2024, 3, 8), 0)], (3, 6)),
        ([(date(2015, 5, 1), 0), (date(2024, 1, 31), 1)], (1, 6)),
        ([(date(2024, 5, 31), 1), (date(2024, 5, 1), 0)], (5, 6)),
        ([(date(2024, 5, 31), 1)], None),
        ([(date(2024, 1, 1), 0)], None),
        ([], None),
    ],
)
def test_the_months_of_an_event_begin_with_the_first_one(spark: SparkSession, rows, expected) -> None:
    found = months_of_event(spark.createDataFrame(rows, "day DATE, wages INT"), "wages > 0", as_of=date(2024, 6, 30))
    assert (found and (month(found.first), month(found.last))) == expected
