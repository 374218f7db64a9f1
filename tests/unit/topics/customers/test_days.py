"""Facts to daily sums."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from tests.conftest import rows_of

from bullseye.settings.measures import Measures
from bullseye.tables.silver import EVENT, ORDER_LINE, PRODUCT, TOUCH
from bullseye.topics.customers.days import by_party, party_day, party_day_item

MEASURES = Measures.model_validate(
    {
        "measures": [
            {
                "name": "orders",
                "fact": "order_line",
                "sql": "count(DISTINCT order_id)",
                "type": "BIGINT",
                "doc": "baskets",
            },
            {"name": "spend", "fact": "order_line", "sql": "sum(amount)", "type": "DECIMAL(18,2)", "doc": "amount"},
            {"name": "units", "fact": "order_line", "sql": "sum(quantity)", "type": "DECIMAL(18,3)", "doc": "units"},
            {"name": "contacts", "fact": "contact", "sql": "count(1)", "type": "BIGINT", "doc": "contacts"},
        ],
        "dimensions": [
            {"name": "store", "fact": "order_line", "key": "store_id", "doc": "store"},
            {"name": "item", "fact": "order_line", "key": "product_id", "where": "is_item", "doc": "product"},
        ],
    }
)
DAY = date(2017, 1, 2)


def line(order: str, number: int, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "party_id": "p",
        "order_id": order,
        "line_id": str(number),
        "day": DAY,
        "ordered_at": datetime(2017, 1, 2, tzinfo=UTC),
        "amount": Decimal(amount),
        **more,
    }


def lines(spark: SparkSession) -> DataFrame:
    return rows_of(
        spark,
        ORDER_LINE,
        line("o1", 1, "2.50", quantity=Decimal(2), product_id="a", store_id="s", is_item=True),
        line("o1", 2, "30.00", quantity=None, product_id="fuel", store_id="s", is_item=False),
        line("o2", 1, "-1.00", quantity=Decimal(1), product_id="a", store_id=None, is_item=True),
    )


def test_a_day_sums_all_facts_and_what_has_none_is_zero(spark: SparkSession) -> None:
    contacts = spark.createDataFrame([("p", DAY), ("q", DAY)], "party_id STRING, day DATE")
    found = (
        party_day({"order_line": lines(spark), "contact": contacts}, MEASURES.measures).orderBy("party_id").collect()
    )
    assert [tuple(row) for row in found] == [
        (DAY, "p", 2, Decimal("31.50"), Decimal("3.000"), 1),
        (DAY, "q", 0, Decimal("0.00"), Decimal("0.000"), 1),
    ]


def test_items_are_summed_per_key_orders_counted_once_and_rows_without_a_key_left_out(spark: SparkSession) -> None:
    facts = {"order_line": by_party(lines(spark), rows_of(spark, PRODUCT), MEASURES, name="order_line")}
    found = party_day_item(facts, MEASURES).orderBy("dimension", "key").collect()
    assert [tuple(row) for row in found] == [
        (DAY, "p", "item", "a", Decimal("1.50"), 2),
        (DAY, "p", "store", "s", Decimal("32.50"), 1),
    ]


def test_no_facts_make_no_days(spark: SparkSession) -> None:
    none = rows_of(spark, ORDER_LINE)
    contacts = spark.createDataFrame([], "party_id STRING, day DATE")
    assert party_day({"order_line": none, "contact": contacts}, MEASURES.measures).count() == 0


EVENTS = Measures.model_validate(
    {
        "measures": [
            {"name": "paid", "fact": "event", "sql": "-sum(value)", "type": "DECIMAL(18,2)", "doc": "amount paid"},
            {"name": "touches", "fact": "touch", "sql": "count(1)", "type": "BIGINT", "doc": "touches"},
        ],
        "active": "paid",
        "dimensions": [
            {
                "name": name,
                "fact": "event",
                "key": key,
                "where": "type = 'payment'",
                "counts": "event_id",
                "amount": amount,
                "doc": "channel",
            }
            for name, key, amount in (("channel", "channel", "1"), ("line", "category_2", "abs(value)"))
        ],
    }
)


def test_any_fact_can_be_summed_and_a_dimension_says_what_it_counts_and_adds_up(spark: SparkSession) -> None:
    at = {"happened_at": datetime(2017, 1, 2, tzinfo=UTC), "day": DAY, "party_id": "p", "type": "payment"}
    events = rows_of(
        spark,
        EVENT,
        {"event_id": "1", "channel": "app", "value": Decimal("-2.50"), "product_id": "loan", **at},
        {"event_id": "2", "channel": "app", "value": Decimal("-1.00"), **at},
        {"event_id": "3", "channel": "counter", "value": None, "product_id": "loan", **at},
        {"event_id": "4", "channel": "app", **at, "type": "login"},
    )
    touches = rows_of(
        spark,
        TOUCH,
        {"touch_id": "1", "party_id": "p", "day": DAY},
        {"touch_id": "2", "party_id": None, "day": DAY},
    )
    product = rows_of(spark, PRODUCT, {"product_id": "loan", "category_2": "loans"})
    facts = {
        "event": by_party(events, product, EVENTS, name="event"),
        "touch": by_party(touches, product, EVENTS, name="touch"),
    }
    days = [tuple(row) for row in party_day(facts, EVENTS.measures).collect()]
    assert days == [(DAY, "p", Decimal("3.50"), 1)]
    found = party_day_item(facts, EVENTS).orderBy("dimension", "key").collect()
    assert [tuple(row) for row in found] == [
        (DAY, "p", "channel", "app", Decimal("2.00"), 2),
        (DAY, "p", "channel", "counter", Decimal("1.00"), 1),
        (DAY, "p", "line", "loans", Decimal("2.50"), 2),
    ]
