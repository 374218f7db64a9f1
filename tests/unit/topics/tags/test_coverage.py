"""How many customers have a tag."""

from __future__ import annotations

from chispa import assert_df_equality
from pyspark.sql import SparkSession
from tests.unit.topics.tags.conftest import AS_OF, HELD, preference, rule, statistic

from bullseye.topics.tags.coverage import coverage
from bullseye.topics.tags.limits import Limits

COVERED = "as_of DATE, tag STRING, customers BIGINT, share DOUBLE, unknown BIGINT, threshold DOUBLE"


def test_a_customer_counts_once_a_tag_and_a_tag_that_nobody_has_is_there(spark: SparkSession) -> None:
    tags = [preference(), statistic(above_percentile=0.5), rule("false")]
    held = spark.createDataFrame(
        [
            (AS_OF, "a", "likes", 1, "x", 0.6),
            (AS_OF, "a", "likes", 2, "y", 0.4),
            (AS_OF, "b", "likes", 1, "x", 1.0),
            (AS_OF, "a", "high", 1, None, 40.0),
        ],
        HELD,
    )
    expected = [
        (AS_OF, "high", 1, 0.25, 2, 30.0),
        (AS_OF, "likes", 2, 0.5, None, None),
        (AS_OF, "ruled", 0, 0.0, 3, None),
    ]
    found = coverage(held, tags, Limits(4, {"high": 30.0}, {"high": 2, "ruled": 3}), AS_OF)
    assert_df_equality(found, spark.createDataFrame(expected, COVERED), ignore_row_order=True, ignore_nullable=True)


def test_without_customers_every_share_is_zero(spark: SparkSession) -> None:
    found = coverage(spark.createDataFrame([], HELD), [rule("true")], Limits(0, {}, {"ruled": 0}), AS_OF)
    assert_df_equality(found, spark.createDataFrame([(AS_OF, "ruled", 0, 0.0, 0, None)], COVERED), ignore_nullable=True)
