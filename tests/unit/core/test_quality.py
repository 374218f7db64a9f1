"""Rules over rows."""

from __future__ import annotations

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.core.quality import broken_rules, count_broken


def test_a_row_tells_every_rule_that_it_breaks_and_null_counts_as_broken(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(1, 5), (-1, 5), (None, -5)], "a INT, b INT")
    rules = {"a_positive": F.expr("a > 0"), "b_positive": F.expr("b > 0")}
    found = [row["broken"] for row in rows.select(broken_rules(rules).alias("broken")).collect()]
    assert found == [[], ["a_positive"], ["a_positive", "b_positive"]]
    assert count_broken(rows, rules) == (3, {"a_positive": 2, "b_positive": 1})


def test_without_rows_nothing_is_broken(spark: SparkSession) -> None:
    rows = spark.createDataFrame([], "a INT")
    assert count_broken(rows, {"a_positive": F.expr("a > 0")}) == (0, {"a_positive": 0})


def test_without_rules_nothing_is_broken(spark: SparkSession) -> None:
    assert [row[0] for row in spark.range(2).select(broken_rules({})).collect()] == [[], []]
