"""What the benchmark of identities says of a map whose truth is known."""

from __future__ import annotations

from pyspark.sql import SparkSession

from benchmark.resolve import compared

TRUTH = {"core:1": "anna", "web:1": "anna", "card:1": "anna", "core:2": "ben", "web:2": "ben", "core:3": "carl"}


def test_a_map_is_compared_with_the_truth_pair_by_pair_and_customer_by_customer(spark: SparkSession) -> None:
    true = spark.createDataFrame(list(TRUTH.items()), "party_id STRING, person STRING")
    mapped = spark.createDataFrame(
        [("web:1", "core:1"), ("core:3", "core:2"), ("web:2", "core:2")], "party_id STRING, customer_id STRING"
    )
    found = compared(true, mapped)
    assert found == {
        "parties": 6,
        "persons": 3,
        "customers": 3,
        "largest_customer": 3,
        "wrong_customers": 1,
        "largest_wrong_customer": 3,
        "split_persons": 1,
        "precision": 2 / 4,
        "recall": 2 / 4,
        "f1": 4 / 8,
    }


def test_who_is_in_no_map_is_a_customer_and_no_customer_is_wrong(spark: SparkSession) -> None:
    true = spark.createDataFrame([("core:1", "anna"), ("web:1", "anna")], "party_id STRING, person STRING")
    found = compared(true, spark.createDataFrame([], "party_id STRING, customer_id STRING"))
    assert (found["precision"], found["recall"], found["f1"]) == (1.0, 0.0, 0.0)
    assert (found["customers"], found["wrong_customers"], found["split_persons"]) == (2, 0, 1)
    assert found["largest_wrong_customer"] is None
