"""Orders become sets of items."""

from datetime import date

from chispa import assert_df_equality
from pyspark.sql import SparkSession

from bullseye.topics.association.baskets import order_baskets, without_rarest

SCHEMA = "order_id string, day date, items array<string>"
MONDAY, TUESDAY = date(2017, 5, 1), date(2017, 5, 2)


def test_an_item_counts_once_in_a_basket_and_an_order_over_midnight_belongs_to_its_last_day(
    spark: SparkSession,
) -> None:
    lines = spark.createDataFrame(
        [
            ("p", "1", MONDAY, "milk"),
            ("p", "1", MONDAY, "bread"),
            ("p", "1", TUESDAY, "milk"),
            ("p", "2", MONDAY, "bread"),
        ],
        "party_id string, order_id string, day date, item string",
    )
    expected = spark.createDataFrame([("1", TUESDAY, ["bread", "milk"]), ("2", MONDAY, ["bread"])], SCHEMA)
    assert_df_equality(order_baskets(lines, partitions=2), expected, ignore_row_order=True, ignore_nullable=True)


def test_short_baskets_come_first(spark: SparkSession) -> None:
    lines = spark.createDataFrame(
        [("p", order, MONDAY, item) for order, items in (("1", "abc"), ("2", "a"), ("3", "ab")) for item in items],
        "party_id string, order_id string, day date, item string",
    )
    assert [row["order_id"] for row in order_baskets(lines, partitions=1).collect()] == ["2", "3", "1"]


def test_a_long_basket_loses_its_rarest_items_and_of_equally_rare_ones_the_last_of_the_alphabet(
    spark: SparkSession,
) -> None:
    baskets = spark.createDataFrame(
        [
            ("1", MONDAY, ["apple", "bread", "milk", "zucchini"]),
            ("2", MONDAY, ["bread", "milk"]),
            ("3", TUESDAY, ["bread"]),
        ],
        SCHEMA,
    )
    expected = spark.createDataFrame(
        [("1", MONDAY, ["apple", "bread", "milk"]), ("2", MONDAY, ["bread", "milk"]), ("3", TUESDAY, ["bread"])], SCHEMA
    )
    assert_df_equality(without_rarest(baskets, max_basket=3), expected, ignore_row_order=True, ignore_nullable=True)
