"""Literal customers and tags."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from bullseye.topics.tags.settings import PreferenceTag, RuleTag, StatisticTag

AS_OF = date(2017, 12, 31)
HELD = "as_of DATE, customer_id STRING, tag STRING, position INT, value STRING, number DOUBLE"


@pytest.fixture(scope="module")
def customers(spark: SparkSession) -> DataFrame:
    """Five buyers, of whom two spent the same, and a prospect of whom nothing is known."""
    rows = [
        (AS_OF, "a", 0, 10.0),
        (AS_OF, "b", 30, 20.0),
        (AS_OF, "c", 31, 30.0),
        (AS_OF, "d", 90, 40.0),
        (AS_OF, "e", 0, 40.0),
        (AS_OF, "p", None, None),
    ]
    return spark.createDataFrame(rows, "as_of DATE, customer_id STRING, recency_days INT, spend DOUBLE")


def rule(where: str) -> RuleTag:
    return RuleTag(name="ruled", group="lifecycle", doc="Holds by a rule", where=where)


def statistic(value: str = "spend", **rest: Any) -> StatisticTag:
    return StatisticTag(name="high", kind="statistic", group="value", doc="Higher than others", value=value, **rest)


def preference(**rest: Any) -> PreferenceTag:
    settings = {"dimension": "brand", "top": 2, "days": 30, "min_orders": 1} | rest
    return PreferenceTag(name="likes", kind="preference", group="preference", doc="What is liked", **settings)
