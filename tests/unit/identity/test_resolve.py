"""Who is who where one source has one id."""

from __future__ import annotations

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from bullseye.facts import with_customer
from bullseye.identity import assigned, number_customers


def customers(spark: SparkSession, *ids: str) -> DataFrame:
    return spark.createDataFrame([(id_,) for id_ in ids], "customer_id STRING")


def registry(spark: SparkSession, *rows: tuple[str, int]) -> DataFrame:
    return spark.createDataFrame(list(rows), "customer_id STRING, customer_no BIGINT")


def test_the_first_customers_are_numbered_from_one_in_the_order_of_their_ids(spark: SparkSession) -> None:
    found = number_customers(customers(spark, "c", "a", "b"), registry(spark))
    assert_df_equality(
        found, registry(spark, ("a", 1), ("b", 2), ("c", 3)), ignore_row_order=True, ignore_nullable=True
    )


def test_new_customers_get_the_next_numbers_and_known_ones_none(spark: SparkSession) -> None:
    found = number_customers(customers(spark, "a", "b", "z"), registry(spark, ("b", 7), ("y", 9)))
    assert_df_equality(found, registry(spark, ("a", 10), ("z", 11)), ignore_row_order=True, ignore_nullable=True)


def test_without_customers_nothing_is_numbered(spark: SparkSession) -> None:
    assert number_customers(customers(spark), registry(spark, ("a", 1))).count() == 0


def test_the_ledger_tells_of_every_party_once_and_always_with_the_same_id(spark: SparkSession) -> None:
    parties = spark.createDataFrame([("c1", "p1"), ("c1", "p2")], "customer_id STRING, party STRING")
    one, other = (assigned(parties, run_id=run).collect() for run in ("r1", "r2"))
    assert [
        (r["event"], r["customer_id"], r["party_id"], r["from_customer_id"], r["rule"], r["run_id"]) for r in one
    ] == [
        ("assigned", "c1", "p1", None, "own_id", "r1"),
        ("assigned", "c1", "p2", None, "own_id", "r1"),
    ]
    assert [r["event_id"] for r in one] == [r["event_id"] for r in other]


def test_facts_of_a_mapped_party_are_its_customers_and_others_their_own(spark: SparkSession) -> None:
    facts = spark.createDataFrame([("p1", 1), ("p2", 2), (None, 3)], "party_id STRING, value INT")
    mapped = spark.createDataFrame([("p2", "p1")], "party_id STRING, customer_id STRING")
    expected = spark.createDataFrame([("p1", 1), ("p1", 2), (None, 3)], "customer_id STRING, value INT")
    assert_df_equality(with_customer(facts, mapped), expected, ignore_row_order=True)
