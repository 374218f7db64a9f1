"""Lists of customers beside the report."""

from __future__ import annotations

import csv
from dataclasses import replace

from pyspark.sql import SparkSession
from tests.conftest import context_of, rows_of
from tests.released import DAY

from bullseye.core.job import Inputs
from bullseye.publish.lists import CustomerList, customer_lists, list_rows
from bullseye.settings import Settings
from bullseye.tables.gold import RECOMMENDATION, SCORE


def made(spark: SparkSession, settings: Settings, *, most: int) -> dict[str, CustomerList]:
    settings = replace(settings, deployment=settings.deployment.model_copy(update={"max_list_rows": most}))
    context = context_of(spark, settings, as_of=DAY)
    scored = (("a", 0.5, 1), ("b", 0.9, 1), ("c", 0.9, 1), ("d", 0.1, 2))
    scores = rows_of(
        spark,
        SCORE,
        *(
            {"as_of": DAY, "target": "lapse", "customer_id": who, "probability": p, "decile": tenth, "reason_1": "a, b"}
            for who, p, tenth in scored
        ),
    )
    offers = rows_of(
        spark,
        RECOMMENDATION,
        *(
            {"as_of": DAY, "customer_id": who, "position": place, "item": item, "score": score}
            for who, place, item, score in (("b", 1, "TEA", 0.9), ("a", 1, "FISH", 0.5), ("a", 2, "CHIPS", 0.4))
        ),
    )
    bands = ({"target": "lapse", "band": 0, "customers": 4, "top": 3, "expected": 2},)
    inputs = Inputs({"gold.score": lambda: scores, "gold.recommendation": lambda: offers}, "publish_release")
    return {one.path: one for one in customer_lists(list_rows(inputs, context), bands, 3, folder="lists")}


def rows(one: CustomerList, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in csv.DictReader(one.text.splitlines())]


def test_a_target_lists_its_top_tenth_the_highest_probability_first(spark: SparkSession, retail: Settings) -> None:
    one = made(spark, retail, most=10)["lists/lapse.csv"]
    assert rows(one, "rank", "customer_id", "as_of", "reason_1", "reason_2") == [
        ("1", "b", "2017-12-31", "a, b", ""),
        ("2", "c", "2017-12-31", "a, b", ""),
        ("3", "a", "2017-12-31", "a, b", ""),
    ]
    assert (one.rows, one.of) == (3, 3)


def test_a_list_is_cut_at_its_limit_and_tells_how_many_there_are(spark: SparkSession, retail: Settings) -> None:
    found = made(spark, retail, most=2)
    assert rows(found["lists/lapse.csv"], "customer_id") == [("b",), ("c",)]
    assert (found["lists/lapse.csv"].rows, found["lists/lapse.csv"].of) == (2, 3)
    assert rows(found["lists/recommended-items.csv"], "customer_id", "item") == [("a", "FISH"), ("b", "TEA")]


def test_no_list_names_a_person(spark: SparkSession, retail: Settings) -> None:
    columns = {column for one in made(spark, retail, most=10).values() for column in one.columns}
    assert not [column for column in columns if "name" in column or "mail" in column or "phone" in column]
