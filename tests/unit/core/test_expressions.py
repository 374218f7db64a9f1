"""SQL of the settings, against the columns it may use."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from bullseye.core.expressions import expression_problems


@pytest.mark.parametrize(
    ("sql", "options", "problem"),
    [
        ("recency_days > 3", {"boolean": True}, None),
        ("recency_day > 3", {"boolean": True}, "there is no column 'recency_day' (did you mean 'recency_days'?)"),
        ("recency_days + 3", {"boolean": True}, "must be a condition that is true or false"),
        (
            "sum(recency_days) > 3",
            {"boolean": True},
            "must be about one row, without aggregates or windows",
        ),
        (
            "rank() OVER (ORDER BY recency_days)",
            {},
            "must be about one row, without aggregates or windows",
        ),
        ("recency_days >", {}, "Syntax error at or near end of input."),
        ("sum(recency_days)", {"aggregate": True}, None),
    ],
)
def test_a_problem_names_the_place_and_the_nearest_column(
    spark: SparkSession, sql: str, options: dict[str, bool], problem: str | None
) -> None:
    rows = spark.createDataFrame([], "recency_days INT")
    found = expression_problems(rows, {"tags.yaml:3 when": sql}, **options)
    assert found == ([] if problem is None else [f"tags.yaml:3 when: {problem} (given: {sql!r})"])
