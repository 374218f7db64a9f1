"""What was so in each month of a customer."""

from __future__ import annotations

from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from bullseye.topics.churn.months import Months, number
from bullseye.topics.churn.panel import with_states, with_sums, with_surroundings
from bullseye.topics.churn.settings import PanelState, PanelSum, Surrounding

MONTHS = Months(number(date(2024, 1, 1)), number(date(2024, 6, 1)))


@pytest.fixture
def rows(spark: SparkSession) -> DataFrame:
    found = [(who, number(date(2024, m, 1)), city) for who, city in (("a", "Rome"), ("b", None)) for m in (2, 3, 7)]
    return spark.createDataFrame(found, "customer_id STRING, month_no INT, city STRING")


def told(found, *names):
    ordered = found.orderBy("customer_id", "month_no").collect()
    return [(row["customer_id"], row["month_no"] % 12 + 1, *(row[name] for name in names)) for row in ordered]


def test_sums_are_of_their_months_and_null_where_they_begin_before_the_data(spark, rows) -> None:
    found = [
        ("a", date(2024, 1, 31), 2),
        ("a", date(2024, 1, 1), 1),
        ("a", date(2024, 2, 1), 5),
        ("a", date(2024, 6, 9), 7),
    ]
    days = spark.createDataFrame(found, "customer_id STRING, day DATE, logins INT")
    sums = (
        PanelSum(name="before", measure="logins"),
        PanelSum(name="now", measure="logins", first=0, last=0),
        PanelSum(name="two", measure="logins", first=-2, last=-1),
    )
    assert told(with_sums(rows, days, sums, MONTHS), "before", "now", "two") == [
        ("a", 2, 3.0, 5.0, None),
        ("a", 3, 5.0, 0.0, 8.0),
        ("a", 7, 7.0, 0.0, 7.0),
        ("b", 2, 0.0, 0.0, None),
        ("b", 3, 0.0, 0.0, 0.0),
        ("b", 7, 0.0, 0.0, 0.0),
    ]


def test_what_began_before_the_month_and_did_not_end_before_it_stands(spark, rows) -> None:
    held = [
        ("a", "loan", date(2024, 1, 31), date(2024, 2, 1)),
        ("a", "fund", date(2024, 2, 1), None),
        ("a", "gold", date(2023, 1, 1), date(2024, 1, 31)),
    ]
    facts = spark.createDataFrame(held, "customer_id STRING, line STRING, opened_day DATE, closed_day DATE")
    states = (PanelState(name="held", sql="count(1)"), PanelState(name="funds", sql="count_if(line = 'fund')"))
    assert told(with_states(rows, facts, states), "held", "funds") == [
        ("a", 2, 1.0, 0.0),
        ("a", 3, 1.0, 1.0),
        ("a", 7, 1.0, 1.0),
        ("b", 2, 0.0, 0.0),
        ("b", 3, 0.0, 0.0),
        ("b", 7, 0.0, 0.0),
    ]


def test_an_event_of_the_market_counts_in_its_area_in_every_month_that_it_touches(spark, rows) -> None:
    events = [
        ("1", "offer", "Rome", None, date(2024, 2, 29), date(2024, 3, 1)),
        ("2", "offer", "Oslo", None, date(2024, 1, 1), None),
        ("3", "holiday", None, None, date(2024, 7, 31), None),
        ("4", "offer", "Rome", None, date(2024, 3, 31), date(2024, 6, 30)),
    ]
    schema = "market_event_id STRING, type STRING, area STRING, actor STRING, first_day DATE, last_day DATE"
    asked = (Surrounding(name="offers", where="type = 'offer'", area="city"), Surrounding(name="any", area="city"))
    found = with_surroundings(rows, spark.createDataFrame(events, schema), asked)
    assert told(found, "offers", "any") == [
        ("a", 2, 1.0, 1.0),
        ("a", 3, 2.0, 2.0),
        ("a", 7, 0.0, 1.0),
        ("b", 2, 0.0, 0.0),
        ("b", 3, 0.0, 0.0),
        ("b", 7, 0.0, 1.0),
    ]
