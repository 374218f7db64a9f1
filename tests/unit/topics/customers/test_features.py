"""What is known of a customer at a date."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import mean, stdev
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.settings.measures import Measures
from bullseye.topics.customers.windows import (
    campaign_features,
    data_starts,
    day_features,
    distinct_features,
    favourite_features,
    masked_windows,
    with_gaps,
)

MEASURES = Measures.model_validate(
    {
        "windows": [30],
        "share_window": 30,
        "measures": [
            {"name": "orders", "fact": "order_line", "sql": "count(1)", "type": "BIGINT", "doc": "baskets"},
            {"name": "spend", "fact": "order_line", "sql": "sum(amount)", "type": "DECIMAL(18,2)", "doc": "amount"},
        ],
        "dimensions": [
            {
                "name": "category",
                "fact": "order_line",
                "key": "category_2",
                "doc": "category",
                "distinct": "categories",
                "favourite": "favourite_category",
                "shares": {"tea_share": ["tea", "herbs"]},
            }
        ],
    }
)
AS_OF = date(2017, 3, 1)


def days(spark: SparkSession, *rows: tuple[str, date, int, float]) -> DataFrame:
    listed = [(customer, day, orders, Decimal(str(spend))) for customer, day, orders, spend in rows]
    return spark.createDataFrame(listed, "customer_id STRING, day DATE, orders BIGINT, spend DECIMAL(18,2)")


def items(spark: SparkSession, *rows: tuple[str, date, str, str, float]) -> DataFrame:
    listed = [(customer, day, dimension, key, Decimal(str(amount))) for customer, day, dimension, key, amount in rows]
    return spark.createDataFrame(
        listed, "customer_id STRING, day DATE, dimension STRING, key STRING, amount DECIMAL(18,2)"
    )


def spine(spark: SparkSession, *rows: tuple[str, date]) -> DataFrame:
    return spark.createDataFrame(list(rows), "customer_id STRING, as_of DATE")


def facts_of(rows: DataFrame, *names: str) -> list[dict[str, Any]]:
    return [
        row.asDict()
        for row in rows.select(*names).orderBy("customer_id", *(["as_of"] if "as_of" in names else [])).collect()
    ]


def test_a_window_holds_its_last_day_and_not_the_day_before_its_first(spark: SparkSession) -> None:
    inside, outside, after = AS_OF - timedelta(days=29), AS_OF - timedelta(days=30), AS_OF + timedelta(days=1)
    rows = days(spark, ("c", AS_OF, 1, 1), ("c", inside, 1, 2), ("c", outside, 1, 4), ("c", after, 1, 8))
    found = day_features(rows, items(spark), spine(spark, ("c", AS_OF)), MEASURES)
    assert facts_of(
        found, "customer_id", "orders_30d", "spend_30d", "spend_all", "active_days_30d", "recency_days", "tenure_days"
    ) == [
        {
            "customer_id": "c",
            "orders_30d": 2,
            "spend_30d": Decimal(3),
            "spend_all": Decimal(7),
            "active_days_30d": 2,
            "recency_days": 0,
            "tenure_days": 30,
        }
    ]


def test_gaps_run_between_active_days_and_skip_the_others(spark: SparkSession) -> None:
    rows = days(
        spark,
        ("c", date(2017, 1, 1), 1, 1),
        ("c", date(2017, 1, 3), 0, 5),
        ("c", date(2017, 1, 8), 2, 1),
        ("d", date(2017, 1, 9), 1, 1),
    )
    found = {
        (row["customer_id"], row["day"].day): row["gap_days"] for row in with_gaps(rows, active="orders").collect()
    }
    assert found == {("c", 1): None, ("c", 3): None, ("c", 8): 7, ("d", 9): None}


def test_a_customer_whose_days_all_lie_after_as_of_has_no_row(spark: SparkSession) -> None:
    rows = days(spark, ("c", AS_OF + timedelta(days=1), 1, 1))
    assert day_features(rows, items(spark), spine(spark, ("c", AS_OF)), MEASURES).count() == 0


def test_windows_are_zero_without_activity_and_null_before_the_data_begin(spark: SparkSession) -> None:
    names = [
        f"{name}_{suffix}" for name in ("active_days", "orders", "spend", "categories") for suffix in ("30d", "all")
    ]
    rows = spine(spark, ("early", date(2017, 1, 29)), ("late", date(2017, 1, 30))).select(
        "*",
        F.lit(date(2017, 1, 1)).alias("data_from_order_line"),
        *(F.lit(None).cast("bigint").alias(name) for name in names),
    )
    found = facts_of(
        masked_windows(rows, MEASURES), "customer_id", "orders_30d", "categories_30d", "orders_all", "spend_all"
    )
    assert found == [
        {"customer_id": "early", "orders_30d": None, "categories_30d": None, "orders_all": 0, "spend_all": Decimal(0)},
        {"customer_id": "late", "orders_30d": 0, "categories_30d": 0, "orders_all": 0, "spend_all": Decimal(0)},
    ]


def test_a_key_counts_in_every_window_that_holds_the_last_day_it_was_met(spark: SparkSession) -> None:
    before, old, after = date(2017, 1, 15), AS_OF - timedelta(days=30), AS_OF + timedelta(days=1)
    rows = items(
        spark,
        ("c", before, "category", "tea", 1),
        ("c", AS_OF, "category", "tea", 1),
        ("c", old, "category", "bread", 1),
        ("c", after, "category", "honey", 1),
        ("c", AS_OF, "store", "s1", 4),
    )
    found = distinct_features(rows, spine(spark, ("c", AS_OF), ("c", old)), MEASURES)
    assert facts_of(found, "customer_id", "as_of", "categories_30d", "categories_all") == [
        {"customer_id": "c", "as_of": old, "categories_30d": 2, "categories_all": 2},
        {"customer_id": "c", "as_of": AS_OF, "categories_30d": 1, "categories_all": 2},
    ]


def test_shares_and_favourites_look_back_over_the_share_window(spark: SparkSession) -> None:
    old = AS_OF - timedelta(days=30)
    bought = items(
        spark,
        ("c", old, "category", "coffee", 99),
        ("c", AS_OF, "category", "tea", 3),
        ("c", AS_OF, "category", "bread", 1),
    )
    one = spine(spark, ("c", AS_OF))
    shares = day_features(days(spark, ("c", old, 1, 99), ("c", AS_OF, 1, 4)), bought, one, MEASURES)
    assert facts_of(shares, "customer_id", "tea_share") == [{"customer_id": "c", "tea_share": 0.75}]
    assert facts_of(favourite_features(bought, one, MEASURES), "customer_id", "favourite_category") == [
        {"customer_id": "c", "favourite_category": "tea"}
    ]


def test_a_share_of_nothing_is_null_and_of_other_keys_zero(spark: SparkSession) -> None:
    bought = items(spark, ("c", AS_OF, "category", "tea", 0), ("d", AS_OF, "category", "bread", 2))
    found = day_features(
        days(spark, ("c", AS_OF, 1, 0), ("d", AS_OF, 1, 2)), bought, spine(spark, ("c", AS_OF), ("d", AS_OF)), MEASURES
    )
    assert facts_of(found, "customer_id", "tea_share") == [
        {"customer_id": "c", "tea_share": None},
        {"customer_id": "d", "tea_share": 0.0},
    ]


def test_a_tie_of_favourites_goes_to_the_first_in_the_alphabet_and_nothing_paid_is_no_favourite(
    spark: SparkSession,
) -> None:
    rows = items(
        spark,
        ("c", AS_OF, "category", "tea", 2),
        ("c", AS_OF, "category", "bread", 2),
        ("d", AS_OF, "category", "tea", 0),
    )
    found = favourite_features(rows, spine(spark, ("c", AS_OF), ("d", AS_OF)), MEASURES)
    assert facts_of(found, "customer_id", "favourite_category") == [{"customer_id": "c", "favourite_category": "bread"}]


def test_campaigns_count_once_each_and_control_groups_and_other_stages_not(spark: SparkSession) -> None:
    contacts = spark.createDataFrame(
        [("c", "A", AS_OF, "treated"), ("c", "B", AS_OF, "control"), ("c", "C", AS_OF + timedelta(days=1), "treated")],
        "customer_id STRING, campaign_id STRING, day DATE, arm STRING",
    )
    responses = spark.createDataFrame(
        [
            ("c", "A", AS_OF - timedelta(days=2), "redeemed"),
            ("c", "A", AS_OF - timedelta(days=5), "redeemed"),
            ("c", "A", AS_OF, "opened"),
        ],
        "customer_id STRING, campaign_id STRING, day DATE, stage STRING",
    )
    found = campaign_features(contacts, responses, spine(spark, ("c", AS_OF), ("d", AS_OF)), stage="redeemed")
    assert facts_of(
        found, "customer_id", "campaigns_received", "campaigns_responded", "responses", "response_recency_days"
    ) == [
        {
            "customer_id": "c",
            "campaigns_received": 1,
            "campaigns_responded": 1,
            "responses": 2,
            "response_recency_days": 2,
        }
    ]


PURCHASES = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 70), st.integers(0, 2), st.integers(-5, 50)),
    max_size=12,
    unique_by=lambda p: (p[0], p[1]),
)


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(purchases=PURCHASES)
def test_daily_features_equal_those_of_plain_python(
    spark: SparkSession, purchases: list[tuple[str, int, int, int]]
) -> None:
    first = date(2017, 1, 1)
    rows = days(spark, *((c, first + timedelta(days=day), orders, spend) for c, day, orders, spend in purchases))
    found = facts_of(
        day_features(rows, items(spark), spine(spark, ("a", AS_OF), ("b", AS_OF)), MEASURES),
        *("customer_id", "orders_30d", "spend_all", "active_days_all", "last_day", "gap_mean_days", "gap_sd_days"),
    )
    by_customer: dict[str, list[tuple[date, int, int]]] = defaultdict(list)
    for c, day, orders, spend in sorted(purchases):
        if first + timedelta(days=day) <= AS_OF:
            by_customer[c].append((first + timedelta(days=day), orders, spend))
    expected = []
    for c, bought in sorted(by_customer.items()):
        active = [day for day, orders, _ in bought if orders > 0]
        gaps = [(after - before).days for before, after in pairwise(active)]
        within = [orders for day, orders, _ in bought if day > AS_OF - timedelta(days=30)]
        expected.append(
            {
                "customer_id": c,
                "orders_30d": sum(within) if within else None,
                "spend_all": Decimal(sum(spend for _, _, spend in bought)),
                "active_days_all": len(active),
                "last_day": max(active, default=None),
                "gap_mean_days": mean(gaps) if gaps else None,
                "gap_sd_days": stdev(gaps) if len(gaps) > 1 else None,
            }
        )
    for row, wanted in zip(found, expected, strict=True):
        for name, value in wanted.items():
            assert row[name] == (pytest.approx(value) if isinstance(value, float) else value), (name, purchases)


def test_a_fact_begins_with_its_own_first_day(spark: SparkSession) -> None:
    both = {"type": "BIGINT", "sql": "count(1)", "doc": "rows"}
    measures = Measures.model_validate(
        {
            "measures": [{"name": "visits", "fact": "event", **both}, {"name": "touches", "fact": "touch", **both}],
            "active": "visits",
        }
    )
    rows = spark.createDataFrame(
        [(date(2017, 1, 1), 1, 0), (date(2017, 2, 1), 1, 2)], "day DATE, visits BIGINT, touches BIGINT"
    )
    found = data_starts(rows, measures).first()
    assert found is not None
    assert found.asDict() == {"data_from_event": date(2017, 1, 1), "data_from_touch": date(2017, 2, 1)}
