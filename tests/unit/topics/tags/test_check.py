"""Mistakes in tags.yaml that only the tables show."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from tests.shop import Shop

from bullseye.settings import Settings
from bullseye.suite import contracts, load_settings
from bullseye.topics.tags.check import check_tags
from bullseye.topics.tags.settings import Tags

HEAD = "tags:\n  - {name: fine, group: value, doc: A fine tag here, where: recency_days > 3}\n"


def found(spark: SparkSession, shop: Shop, tag: str) -> list[str]:
    (shop.conf / "tags.yaml").write_text(f"{HEAD}  - {{name: other, group: value, doc: Another tag, {tag}}}\n")
    settings = load_settings(shop.conf)
    problems = check_tags(spark, settings, contracts(settings))
    return [problem.replace(f"{shop.conf}/", "") for problem in problems]


@pytest.mark.parametrize(
    ("tag", "problem"),
    [
        (
            "where: recency_day > 3",
            (
                "tags.yaml:3 tags.1.where: there is no column 'recency_day' (did you mean 'recency_days'?)"
                " (given: 'recency_day > 3')"
            ),
        ),
        (
            "where: recency_days + 3",
            "tags.yaml:3 tags.1.where: must be a condition that is true or false (given: 'recency_days + 3')",
        ),
        (
            "where: sum(recency_days) > 3",
            (
                "tags.yaml:3 tags.1.where: must be about one row, without aggregates or windows"
                " (given: 'sum(recency_days) > 3')"
            ),
        ),
        (
            "kind: statistic, value: region, above_percentile: 0.9",
            "tags.yaml:3 tags.1.value: must be a number, and is STRING (given: 'region')",
        ),
        (
            "kind: statistic, value: spend_9d, above_percentile: 0.9",
            "tags.yaml:3 tags.1.value: there is no column 'spend_9d' (did you mean 'spend_90d'?) (given: 'spend_9d')",
        ),
        (
            "kind: preference, dimension: categori",
            (
                "tags.yaml:3 tags.1.dimension: measures.yaml has no dimension 'categori' (did you mean 'category'?);"
                " it has category, weekday"
            ),
        ),
    ],
)
def test_a_mistake_names_its_place_and_the_nearest_right_name(
    spark: SparkSession, shop: Shop, tag: str, problem: str
) -> None:
    assert found(spark, shop, tag) == [problem]


def test_the_tags_of_the_demo_fit_its_tables(spark: SparkSession, retail: Settings) -> None:
    assert check_tags(spark, retail, contracts(retail)) == []


def test_the_demo_has_at_least_forty_tags_of_all_kinds_and_groups(retail: Settings) -> None:
    tags = retail[Tags].tags
    assert len(tags) >= 40
    assert {tag.kind for tag in tags} == {"rule", "statistic", "preference"}
    groups = {"value", "lifecycle", "preference", "price", "time", "place", "channel", "campaign"}
    assert groups <= {tag.group for tag in tags}
