"""Mistakes in segments.yaml that only the tables show."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from tests.shop import Shop

from bullseye.settings import Settings
from bullseye.suite import contracts, load_settings
from bullseye.topics.segments.check import check_segments

NAMES = """
rfm:
  monetary: spend_90d
  segments:
    - {name: best, where: r >= 2, doc: Here not long ago}
    - {name: never, where: r = 5, doc: Taken by the first}
    - {name: rest, where: f > 1, doc: The others of them}
"""


@pytest.mark.parametrize(
    ("yaml", "problems"),
    [
        ("rfm: {monetary: spend_90d}", []),
        (
            "rfm: {monetary: spend_90}",
            [
                "segments.yaml:1 rfm.monetary: there is no column 'spend_90' (did you mean 'spend_90d'?) (given: 'spend_90')"
            ],
        ),
        (
            "rfm: {monetary: region, where: spend_90d}",
            [
                "segments.yaml:1 rfm.where: must be a condition that is true or false (given: 'spend_90d')",
                "segments.yaml:1 rfm.monetary: must be a number, and is STRING (given: 'region')",
            ],
        ),
        (
            "clustering: {features: [{name: spend_90d}, {name: x, sql: units_9d}], order_by: spend_90d}",
            [
                (
                    "segments.yaml:1 clustering.features.1.sql: there is no column 'units_9d' (did you mean 'units_90d'?)"
                    " (given: 'units_9d')"
                ),
            ],
        ),
        (
            NAMES,
            [
                (
                    "segments.yaml:4 rfm.segments: no segment fits r=1 f=1 m=1, r=1 f=1 m=2, r=1 f=1 m=3 and 2 more;"
                    ' add a last one with where: "true" for the rest'
                ),
                (
                    "segments.yaml:6 rfm.segments.1.where: never is never met, since the segments before it take all that"
                    " fits; move it up or remove it"
                ),
            ],
        ),
    ],
)
def test_a_mistake_names_its_place_and_remedy(spark: SparkSession, shop: Shop, yaml: str, problems: list[str]) -> None:
    (shop.conf / "segments.yaml").write_text(yaml)
    settings = load_settings(shop.conf)
    found = check_segments(spark, settings, contracts(settings))
    assert [problem.replace(f"{shop.conf}/", "") for problem in found] == problems


def test_the_segments_of_the_demo_fit_its_tables(spark: SparkSession, retail: Settings) -> None:
    assert check_segments(spark, retail, contracts(retail)) == []
