"""Rules and statistics of customers."""

from __future__ import annotations

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession
from tests.unit.topics.tags.conftest import AS_OF, HELD, rule, statistic

from bullseye.topics.tags.limits import Limits
from bullseye.topics.tags.settings import RuleTag, StatisticTag
from bullseye.topics.tags.states import state_tags


def held(customers: DataFrame, *tags: RuleTag | StatisticTag, limit: float | None = None) -> DataFrame:
    return state_tags(customers, tags, Limits(6, {"high": limit}, {}))


def test_a_rule_holds_where_it_is_true_and_not_where_it_is_null(spark: SparkSession, customers: DataFrame) -> None:
    expected = [(AS_OF, "c", "ruled", 1, None, None), (AS_OF, "d", "ruled", 1, None, None)]
    assert_df_equality(
        held(customers, rule("recency_days > 30")), spark.createDataFrame(expected, HELD), ignore_nullable=True
    )


def test_a_value_on_the_limit_is_not_above_it_and_equal_values_stay_together(
    spark: SparkSession, customers: DataFrame
) -> None:
    above = held(customers, statistic(above_percentile=0.5), limit=30.0)
    expected = [(AS_OF, "d", "high", 1, None, 40.0), (AS_OF, "e", "high", 1, None, 40.0)]
    assert_df_equality(above, spark.createDataFrame(expected, HELD), ignore_nullable=True)
    below = held(customers, statistic(below_deviations=1), limit=20.0)
    assert_df_equality(below, spark.createDataFrame([(AS_OF, "a", "high", 1, None, 10.0)], HELD), ignore_nullable=True)


def test_only_those_whom_a_statistic_is_about_can_have_it(spark: SparkSession, customers: DataFrame) -> None:
    found = held(customers, statistic(above_deviations=1, where="recency_days = 0"), limit=30.0)
    assert_df_equality(found, spark.createDataFrame([(AS_OF, "e", "high", 1, None, 40.0)], HELD), ignore_nullable=True)


def test_a_customer_has_every_tag_that_holds_in_the_order_of_the_catalogue(customers: DataFrame) -> None:
    found = held(customers.where("customer_id = 'd'"), rule("true"), statistic(above_percentile=0.5), limit=1.0)
    assert [row["tag"] for row in found.collect()] == ["ruled", "high"]


def test_nobody_has_a_statistic_without_a_limit_and_no_tags_give_no_rows(customers: DataFrame) -> None:
    assert held(customers, statistic(above_percentile=0.5)).count() == 0
    assert held(customers).count() == 0
