"""Visitors, their screens, and what comes of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pyspark.sql import SparkSession

from bullseye.insights.traffic import traffic, visits

AS_OF = date(2024, 6, 30)
TOUCH = "touch_id STRING, party_id STRING, anonymous_id STRING, touched_at TIMESTAMP, day DATE, channel STRING, device STRING"


def touch(number, who, cookie, days_ago, channel, device="phone", hour=10):
    at = datetime(2024, 6, 30, hour, tzinfo=UTC) - timedelta(days=days_ago)
    return (str(number), who, cookie, at, at.date(), channel, device)


@pytest.fixture
def visited(spark: SparkSession):
    rows = [
        touch(1, "app:1", "c1", 20, "partner"),
        touch(2, "web:1", "c2", 10, "banner", "desktop"),
        touch(3, None, "c3", 5, "banner"),
        touch(4, None, "c3", 4, "banner", None),
        touch(5, None, None, 3, "banner"),
        touch(6, "app:2", "c4", 39, "partner"),
        touch(7, "app:2", "c4", 29, "direct"),
    ]
    same = spark.createDataFrame([("app:1", "one"), ("web:1", "one")], "party_id STRING, customer_id STRING")
    return visits(spark.createDataFrame(rows, TOUCH), same)


@pytest.fixture
def conversions(spark: SparkSession):
    at = [
        (who, f"{who}-{ago}", datetime(2024, 6, 30, 12, tzinfo=UTC) - timedelta(days=ago))
        for who, ago in (("one", 9), ("app:2", 10), ("x", 1))
    ]
    # Before the window, and long after the last touch.
    at.append(("one", "early", datetime(2024, 5, 31, 12, tzinfo=UTC)))
    rows = [(who, name, day, day.date()) for who, name, day in at]
    return spark.createDataFrame(rows, "customer_id STRING, conversion_id STRING, converted_at TIMESTAMP, day DATE")


def told(found, breakdown):
    names = (
        "channel",
        "device",
        "touches",
        "visitors",
        "customers",
        "conversions_first",
        "conversions_last",
        "conversions_any",
    )
    rows = found.where(f"breakdown = '{breakdown}'").orderBy("channel", "device").collect()
    return [tuple(row[name] for name in names) for row in rows]


def test_touches_visitors_and_conversions_are_counted_by_channel_and_device(visited, conversions) -> None:
    found = traffic(visited, conversions, as_of=AS_OF, days=30, within_days=30)
    assert told(found, "source") == [
        ("all", "all", 6, 3, 2, 3, 3, 3),
        ("all", "desktop", 1, 1, 1, 0, 1, 1),
        ("all", "none", 0, 0, 0, 1, 1, 1),
        ("all", "phone", 4, 3, 2, 2, 1, 2),
        ("all", "unknown", 1, 1, 0, 0, 0, 0),
        ("banner", "all", 4, 2, 1, 0, 1, 1),
        ("banner", "desktop", 1, 1, 1, 0, 1, 1),
        ("banner", "phone", 2, 1, 0, 0, 0, 0),
        ("banner", "unknown", 1, 1, 0, 0, 0, 0),
        ("direct", "all", 1, 1, 1, 0, 1, 1),
        ("direct", "phone", 1, 1, 1, 0, 1, 1),
        ("none", "all", 0, 0, 0, 1, 1, 1),
        ("none", "none", 0, 0, 0, 1, 1, 1),
        ("partner", "all", 1, 1, 1, 2, 0, 2),
        ("partner", "phone", 1, 1, 1, 2, 0, 2),
    ]


def test_a_customer_on_two_screens_is_one_visitor_on_both(visited) -> None:
    found = traffic(visited, None, as_of=AS_OF, days=30, within_days=1)
    assert told(found, "screens") == [
        ("all", "desktop + phone", 2, 1, 1, None, None, None),
        ("all", "phone", 1, 1, 1, None, None, None),
        ("all", "phone + unknown", 2, 1, 0, None, None, None),
    ]


def test_a_touch_that_came_too_early_has_no_part(visited, conversions) -> None:
    found = traffic(visited, conversions, as_of=AS_OF, days=30, within_days=11)
    assert [row[:1] + row[5:] for row in told(found, "source") if row[1] == "all"] == [
        ("all", 3, 3, 3),
        ("banner", 1, 1, 1),
        ("direct", 0, 0, 0),
        ("none", 2, 2, 2),
        ("partner", 0, 0, 0),
    ]
