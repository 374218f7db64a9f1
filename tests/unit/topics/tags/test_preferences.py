"""Top-N preferences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession
from tests.unit.topics.tags.conftest import AS_OF, HELD, preference

from bullseye.topics.tags.preference_tags import preference_tags
from bullseye.topics.tags.settings import PreferenceTag

ITEMS = "day DATE, party_id STRING, dimension STRING, key STRING, amount DECIMAL(18,2), orders BIGINT"
FIRST_IN, LAST_OUT = date(2017, 12, 2), date(2017, 12, 1)


def items(spark: SparkSession, *rows: tuple[date, str, str, str, int, int]) -> DataFrame:
    return spark.createDataFrame([(d, p, dim, key, Decimal(a), n) for d, p, dim, key, a, n in rows], ITEMS)


def preferred(spark: SparkSession, facts: DataFrame, *tags: PreferenceTag) -> list[tuple[object, ...]]:
    no_map = spark.createDataFrame([], "party_id STRING, customer_id STRING")
    found = preference_tags(facts, no_map, tags, AS_OF)
    kept = found.select("customer_id", "tag", "position", "value", "number").orderBy("customer_id", "tag", "position")
    return [tuple(row) for row in kept.collect()]


def test_keys_stand_by_falling_amount_and_equal_ones_in_the_alphabets_order(spark: SparkSession) -> None:
    facts = items(
        spark,
        (AS_OF, "a", "brand", "z", 30, 1),
        (AS_OF, "a", "brand", "y", 30, 1),
        (AS_OF, "a", "brand", "x", 40, 1),
        (AS_OF, "a", "store", "s", 900, 1),
    )
    assert preferred(spark, facts, preference(top=2)) == [("a", "likes", 1, "x", 0.4), ("a", "likes", 2, "y", 0.3)]


def test_by_orders_counts_orders_and_each_tag_has_its_own_days(spark: SparkSession) -> None:
    facts = items(
        spark,
        (AS_OF, "a", "brand", "dear", 100, 1),
        (AS_OF, "a", "brand", "often", 1, 3),
        (LAST_OUT, "a", "brand", "old", 500, 9),
    )
    often = preference(by="orders", top=1)
    long = preference(top=1, days=31).model_copy(update={"name": "long"})
    assert preferred(spark, facts, often, long) == [
        ("a", "likes", 1, "often", 0.75),
        ("a", "long", 1, "old", pytest.approx(500 / 601)),
    ]


def test_the_window_begins_after_the_day_that_lies_its_length_back(spark: SparkSession) -> None:
    facts = items(spark, (FIRST_IN, "a", "brand", "in", 1, 1), (LAST_OUT, "a", "brand", "out", 9, 1))
    assert preferred(spark, facts, preference(days=30)) == [("a", "likes", 1, "in", 1.0)]


def test_a_key_needs_its_orders_its_share_and_a_positive_amount(spark: SparkSession) -> None:
    facts = items(
        spark,
        (AS_OF, "a", "brand", "once", 60, 1),
        (AS_OF, "a", "brand", "small", 1, 5),
        (AS_OF, "a", "brand", "returned", -50, 5),
        (AS_OF, "a", "brand", "kept", 39, 2),
        (AS_OF, "b", "brand", "returned", -1, 5),
    )
    assert preferred(spark, facts, preference(min_orders=2, min_share=0.05)) == [("a", "likes", 1, "kept", 0.39)]


def test_parties_of_one_customer_count_together(spark: SparkSession) -> None:
    facts = items(
        spark,
        (AS_OF, "a", "brand", "x", 10, 1),
        (AS_OF, "a2", "brand", "y", 6, 1),
        (FIRST_IN, "a2", "brand", "y", 9, 1),
    )
    merged = spark.createDataFrame([("a2", "a")], "party_id STRING, customer_id STRING")
    found = preference_tags(facts, merged, [preference(top=1)], AS_OF)
    expected = spark.createDataFrame([(AS_OF, "a", "likes", 1, "y", 0.6)], HELD)
    assert_df_equality(found, expected, ignore_nullable=True)
