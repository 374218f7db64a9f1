"""Profiles of segments."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from bullseye.report.wording import Wording
from bullseye.stats.difference import Moments
from bullseye.topics.segments.profile import Feature, Line, Summary, profile, summarise
from bullseye.topics.segments.report import meaning

SPEND, AGE = Feature("spend", "spend in 90 days", "spend_90d"), Feature("age", "age", "age")
ROWS = "scheme STRING, segment STRING, ordering DOUBLE, feature_spend DOUBLE, feature_age DOUBLE"


def test_segments_are_summarised_without_their_nulls(spark: SparkSession) -> None:
    rows = spark.createDataFrame(
        [("rfm", "x", 1.0, 2.0, None), ("rfm", "x", 2.0, 4.0, None), ("clusters", "0", None, 5.0, 30.0)], ROWS
    )
    assert summarise(rows, [SPEND, AGE]) == [
        Summary("clusters", "0", 1, float("-inf"), {"spend": Moments(1, 5.0, 0.0), "age": Moments(1, 30.0, 0.0)}),
        Summary("rfm", "x", 2, 1.5, {"spend": Moments(2, 3.0, 1.0), "age": Moments(0, 0.0, 0.0)}),
    ]


def test_a_line_compares_the_segment_with_all_others_and_the_most_distinctive_comes_first() -> None:
    poor = Summary("rfm", "poor", 3, 0.0, {"spend": Moments(3, 10.0, 0.0), "age": Moments(3, 40.0, 4.0)})
    rich = Summary("rfm", "rich", 2, 0.0, {"spend": Moments(2, 50.0, 9.0), "age": Moments(0, 0.0, 0.0)})
    lone = Summary("rfm", "lone", 1, 0.0, {"spend": Moments(1, 10.0, 0.0), "age": Moments(1, 44.0, 0.0)})
    # spend: two with sample variance 18 against four at 10; three at 10 against 50, 50 (sample variance 18) and 10
    others_of_poor = ((47 - 110 / 3) ** 2 + (53 - 110 / 3) ** 2 + (10 - 110 / 3) ** 2) / 2
    assert profile(rich, [poor, rich, lone], ["age", "spend"]) == [
        Line("spend", 50.0, pytest.approx(140 / 6), pytest.approx(40 / 9**0.5), 1),
        Line("age", None, 41.0, None, 2),
    ]
    assert profile(poor, [poor, rich, lone], ["age", "spend"]) == [
        Line("spend", 10.0, pytest.approx(140 / 6), pytest.approx((10 - 110 / 3) / (others_of_poor / 2) ** 0.5), 1),
        Line("age", 40.0, 41.0, None, 2),
    ]
    assert profile(lone, [poor, rich, lone], ["spend"]) == [Line("spend", 10.0, pytest.approx(140 / 6), None, 1)]


def test_equal_values_have_no_difference() -> None:
    alone = Summary("rfm", "all", 2, 0.0, {"spend": Moments(2, 10.0, 0.0)})
    assert profile(alone, [alone], ["spend"]) == [Line("spend", 10.0, 10.0, None, 1)]


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (0.9, "Spend far above average (1,234 against 0.50)."),
        (-0.6, "Spend below average (1,234 against 0.50)."),
        (0.2, "Spend slightly above average (1,234 against 0.50)."),
        (0.1, "Close to the average in everything."),
        (None, "Close to the average in everything."),
    ],
)
def test_a_difference_in_words(difference: float | None, words: str) -> None:
    assert meaning([described("spend", 1234.0, 0.5, difference)], Wording()) == words


def described(words: str, mean: float, overall: float, difference: float | None, description: str | None = None):
    return {
        "feature": "s",
        "feature_meaning": words,
        "mean": mean,
        "overall_mean": overall,
        "standardised_difference": difference,
        "description": description,
    }


def test_three_differences_are_named_after_what_the_segment_is() -> None:
    rows = [described(name, 12.34, 20.0, -1.0, "Seldom here.") for name in "abcd"]
    assert meaning(rows, Wording()) == (
        "Seldom here. A far below average (12.3 against 20.0); b far below average (12.3 against 20.0);"
        " c far below average (12.3 against 20.0)."
    )
    assert meaning(rows[:1], Wording("de")) == "Seldom here. A far below average (12,3 against 20,0)."


def test_a_row_of_an_earlier_version_has_the_name_of_its_feature_and_no_description() -> None:
    row = {**described("", 1.0, 2.0, 0.5), "feature_meaning": None, "feature": "visits"}
    assert meaning([row], Wording()) == "Visits above average (1.00 against 2.00)."
