"""Visitors, their screens, and what comes of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pyspark.sql import SparkSession

from bullseye.settings import Settings
from bullseye.suite import contracts
from bullseye.topics.traffic.settings import TrafficSettings
from bullseye.topics.traffic.traffic import followed, traffic, visits
from bullseye.topics.traffic.traffic_tables import check_traffic

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


def traffic_of(visited, conversions, *, as_of, days, within_days):
    known = followed(visited, conversions, as_of=as_of, within_days=within_days)
    return traffic(known, conversions, as_of=as_of, days=days, within_days=within_days)


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
    found = traffic_of(visited, conversions, as_of=AS_OF, days=30, within_days=30)
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


def rates(found, breakdown):
    rows = found.where(f"breakdown = '{breakdown}'").orderBy("channel", "device").collect()
    return {
        (row["channel"], row["device"]): (row["customers"], row["converted"], row["conversion_rate"])
        for row in rows
        if breakdown == "screens" or row["device"] in ("all", "none")
    }


def test_the_rate_is_of_the_customers_who_came_within_the_window_and_converted_after_it(visited, conversions) -> None:
    found = traffic_of(visited, conversions, as_of=AS_OF, days=30, within_days=30).cache()
    assert rates(found, "source") == {
        ("all", "all"): (2, 2, 1.0),
        ("all", "none"): (0, 0, None),
        ("banner", "all"): (1, 1, 1.0),
        ("direct", "all"): (1, 1, 1.0),
        ("none", "all"): (0, 0, None),
        ("none", "none"): (0, 0, None),
        ("partner", "all"): (1, 1, 1.0),
    }
    # The partner's touch came 11 days and two hours before; those of the anonymous are nobody's.
    found = traffic_of(visited, conversions, as_of=AS_OF, days=30, within_days=11).cache()
    assert rates(found, "source") == {
        ("all", "all"): (2, 1, 0.5),
        ("all", "none"): (0, 0, None),
        ("banner", "all"): (1, 1, 1.0),
        ("direct", "all"): (1, 0, 0.0),
        ("none", "all"): (0, 0, None),
        ("none", "none"): (0, 0, None),
        ("partner", "all"): (1, 0, 0.0),
    }
    assert rates(found, "screens") == {
        ("all", "desktop + phone"): (1, 1, 1.0),
        ("all", "phone"): (1, 0, 0.0),
        ("all", "phone + unknown"): (0, 0, None),
    }


def test_conversions_of_touches_before_the_window_and_after_as_of_raise_no_rate(visited, conversions) -> None:
    # Only one touches within 12 days; app:2 converts after a touch of before, x without any.
    found = traffic_of(visited, conversions, as_of=AS_OF, days=12, within_days=30).cache()
    assert told(found, "source")[0] == ("all", "all", 4, 2, 1, 3, 3, 3)
    assert rates(found, "source")["all", "all"] == (1, 1, 1.0)
    # Within two days nobody came: there is no rate, though there is a conversion.
    found = traffic_of(visited, conversions, as_of=AS_OF, days=2, within_days=30).cache()
    assert rates(found, "source")["all", "all"] == (0, 0, None)
    assert told(found, "source")[0][5:] == (1, 1, 1)
    # Ten days before as_of, one had not yet converted.
    earlier = traffic_of(visited, conversions, as_of=AS_OF - timedelta(days=10), days=20, within_days=30)
    assert rates(earlier, "source")["all", "all"] == (2, 1, 0.5)


def test_without_conversions_there_is_no_rate(visited) -> None:
    found = traffic_of(visited, None, as_of=AS_OF, days=30, within_days=1)
    assert {row[1:] for row in rates(found, "source").values()} == {(None, None)}


def test_a_customer_on_two_screens_is_one_visitor_on_both(visited) -> None:
    found = traffic_of(visited, None, as_of=AS_OF, days=30, within_days=1)
    assert told(found, "screens") == [
        ("all", "desktop + phone", 2, 1, 1, None, None, None),
        ("all", "phone", 1, 1, 1, None, None, None),
        ("all", "phone + unknown", 2, 1, 0, None, None, None),
    ]


def test_a_touch_that_came_too_early_has_no_part(visited, conversions) -> None:
    found = traffic_of(visited, conversions, as_of=AS_OF, days=30, within_days=11)
    assert [row[:1] + row[5:] for row in told(found, "source") if row[1] == "all"] == [
        ("all", 3, 3, 3),
        ("banner", 1, 1, 1),
        ("direct", 0, 0, 0),
        ("none", 2, 2, 2),
        ("partner", 0, 0, 0),
    ]


def test_mistakes_are_told_with_their_place(spark: SparkSession, retail: Settings) -> None:
    def problems(**asked: object) -> list[str]:
        asking = retail.replacing(TrafficSettings.model_validate(asked))
        found = check_traffic(spark, asking, contracts(asking))
        return [one.split(" (given")[0].split(" ", 1)[1] for one in found]

    conversion = {"fact": "order_line", "time": "ordered_at", "id": "order_id", "doc": "orders"}
    figure = {"name": "spend", "sql": "avg(spend_all)", "doc": "mean spend"}
    assert problems(traffic={"conversion": conversion}, places={"figures": [figure]}) == []
    assert problems(traffic={"conversion": {**conversion, "fact": "order_lines"}}) == [
        "fact: 'order_lines' cannot tell conversions (did you mean 'order_line'?); known: event, order_line, response"
    ]
    assert problems(
        traffic={"conversion": {**conversion, "where": "amount", "time": "orderd_at", "id": "order_no"}}
    ) == [
        "where: must be a condition that is true or false",
        "time: there is no column 'orderd_at' (did you mean 'ordered_at'?)",
        "id: there is no column 'order_no' (did you mean 'order_id'?)",
    ]
    wrong = {
        "where": "spend_al > 0",
        "groups": ["regoin"],
        "distance": {"sql": "km", "bands": [2]},
        "figures": [figure, {**figure, "name": "two", "sql": "spend_all"}],
    }
    assert problems(places=wrong) == [
        "0: there is no column of gold.customer 'regoin'",
        "where: there is no column 'spend_al' (did you mean 'spend_all'?)",
        "sql: there is no column 'km'",
        "sql: The query does not include a GROUP BY clause. Add GROUP BY or turn it into the window functions using OVER clauses.",
    ]
