"""Rules over rows."""

from __future__ import annotations

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.core.quality import Counts, broken_rules, count_broken


def test_a_row_tells_every_rule_that_it_breaks_and_null_counts_as_broken(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(1, 5), (-1, 5), (None, -5)], "a INT, b INT")
    rules = {"a_positive": F.expr("a > 0"), "b_positive": F.expr("b > 0")}
    found = [row["broken"] for row in rows.select(broken_rules(rules).alias("broken")).collect()]
    assert found == [[], ["a_positive"], ["a_positive", "b_positive"]]
    assert count_broken(rows, rules) == Counts(3, 0, {"a_positive": 2, "b_positive": 1})


def test_rows_beyond_the_first_of_their_key_are_duplicates_and_null_is_a_key_too(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(1, 5), (1, 5), (1, 6), (None, 1), (None, 1)], "a INT, b INT")
    rules = {"b_above_one": F.expr("b > 1")}
    assert count_broken(rows, rules, key=["a"]) == Counts(5, 3, {"b_above_one": 2})
    assert count_broken(rows, rules, key=["a", "b"]) == Counts(5, 2, {"b_above_one": 2})


def test_without_rows_nothing_is_broken(spark: SparkSession) -> None:
    rows = spark.createDataFrame([], "a INT")
    assert count_broken(rows, {"a_positive": F.expr("a > 0")}) == Counts(0, 0, {"a_positive": 0})
    assert count_broken(rows, {"a_positive": F.expr("a > 0")}, key=["a"]) == Counts(0, 0, {"a_positive": 0})


def test_without_rules_nothing_is_broken(spark: SparkSession) -> None:
    assert [row[0] for row in spark.range(2).select(broken_rules({})).collect()] == [[], []]
