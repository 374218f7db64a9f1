"""Lists of customers beside the report."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from decimal import Decimal

from pyspark.sql import SparkSession
from tests.conftest import context_of, rows_of
from tests.released import DAY
from tests.unit.publish.test_release import FakeStanding

from bullseye.core.job import Inputs
from bullseye.publish.customer_lists import CustomerList, customer_lists, list_rows
from bullseye.report.chapters import sections_at
from bullseye.report.section import SectionData
from bullseye.report.wording import Wording
from bullseye.settings import Settings
from bullseye.settings.deployment import Deployment
from bullseye.suite import SECTIONS
from bullseye.topics.portraits.tables import CUSTOMER_PORTRAIT
from bullseye.topics.recommend.tables import RECOMMENDATION
from bullseye.topics.retain_customers.tables import MAINTENANCE_PLAN
from bullseye.topics.scoring.tables import SCORE

EXPLANATION = "0.0% to leave; of $0.00 at risk a contact saves $3.00 and costs $0.50 by app. Offer TEA. When: usually active on Mon"
ROWS = {
    "scoring": {
        "scores": (
            {"target": "lapse", "customers": 2, "top": True},
            {"target": "lapse", "customers": 1, "top": True},
            {"target": "lapse", "customers": 1, "top": False},
        )
    },
    "portraits": {"portraits": ({"portrait": "idle", "customers": 3},) * 2},  # one row a feature
    "retain_customers": {
        "plans": tuple(
            {"plan": "keep", "is_worthwhile": worth, "customers": count} for worth, count in ((True, 3), (False, 9))
        )
    },
}
"""Rows of the queries that the lengths of the lists come from."""


@dataclass(frozen=True)
class Answered(FakeStanding):
    """Questions that are asked, or not."""

    asked: bool = True

    def rows(self, table: str) -> int | None:
        return 1 if self.asked or table in ("gold.score", "gold.recommendation") else None


def made(spark: SparkSession, settings: Settings, *, most: int, asked: bool = True) -> dict[str, CustomerList]:
    settings = settings.replacing(settings[Deployment].model_copy(update={"max_list_rows": most}))
    context = replace(context_of(spark, settings, as_of=DAY), standing=Answered(asked=asked))
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
    members = rows_of(
        spark, CUSTOMER_PORTRAIT, *({"as_of": DAY, "customer_id": who, "portrait": "idle"} for who in "cab")
    )
    cent = Decimal("0.01")
    planned = (("a", 500, 450, True), ("b", 300, 50, True), ("c", 300, 50, True), ("d", 900, 999, False))
    plan = rows_of(
        spark,
        MAINTENANCE_PLAN,
        *(
            {"as_of": DAY, "plan": "keep", "customer_id": who, "offer": "TEA", "weekday": "Mon", "is_worthwhile": worth}
            | {"loss_avoided": saved * cent, "cost": cost * cent, "channel": "app"}
            for who, saved, cost, worth in planned
        ),
    )
    tables = {
        "gold.score": lambda: scores,
        "gold.recommendation": lambda: offers,
        "gold.customer_portrait": lambda: members,
        "gold.maintenance_plan": lambda: plan,
    }
    inputs = Inputs(tables, "publish_release")
    sections = [section for section in sections_at(SECTIONS) if section.lists]
    now = {
        one.name: SectionData(ROWS.get(one.name, {}), settings, {"gold.recommendation": 3}, DAY, Wording())
        for one in sections
    }
    found = customer_lists(sections, list_rows(sections, inputs, context), now, folder="lists")
    return {one.path: one for one in found}


def rows(one: CustomerList, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in csv.DictReader(one.text.splitlines())]


def test_a_target_lists_its_top_tenth_the_highest_probability_first(spark: SparkSession, retail: Settings) -> None:
    one = made(spark, retail, most=10)["lists/lapse.csv"]
    assert rows(one, "rank", "customer_id", "as_of", "reason_1", "reason_2") == [
        ("1", "b", "2017-12-31", "a, b", ""),
        ("2", "c", "2017-12-31", "a, b", ""),
        ("3", "a", "2017-12-31", "a, b", ""),
    ]
    reasons = ("reason_1", "reason_1_direction", "reason_2", "reason_2_direction", "reason_3", "reason_3_direction")
    assert tuple(one.columns) == ("as_of", "rank", "customer_id", "probability", "percentile", *reasons)
    assert (one.rows, one.of) == (3, 3)


def test_a_list_is_cut_at_its_limit_and_tells_how_many_there_are(spark: SparkSession, retail: Settings) -> None:
    found = made(spark, retail, most=2)
    assert rows(found["lists/lapse.csv"], "customer_id") == [("b",), ("c",)]
    assert (found["lists/lapse.csv"].rows, found["lists/lapse.csv"].of) == (2, 3)
    assert rows(found["lists/recommended-items.csv"], "customer_id", "item") == [("a", "FISH"), ("b", "TEA")]


def test_a_portrait_lists_who_is_in_it(spark: SparkSession, retail: Settings) -> None:
    one = made(spark, retail, most=2)["lists/portrait-idle.csv"]
    assert list(csv.reader(one.text.splitlines())) == [
        ["as_of", "portrait", "customer_id"],
        ["2017-12-31", "idle", "a"],
        ["2017-12-31", "idle", "b"],
    ]
    assert (one.title, one.rows, one.of) == ("Portrait: idle", 2, 3)


def test_a_plan_lists_whom_to_contact_the_largest_gain_first(spark: SparkSession, retail: Settings) -> None:
    one = made(spark, retail, most=2)["lists/plan-keep.csv"]
    assert rows(one, "rank", "customer_id", "offer", "weekday", "loss_avoided", "cost", "explanation") == [
        ("1", "b", "TEA", "Mon", "3.00", "0.50", EXPLANATION),
        ("2", "c", "TEA", "Mon", "3.00", "0.50", EXPLANATION),
    ]
    assert (one.title, one.rows, one.of) == ("Plan: keep", 2, 3)


def test_what_is_not_asked_has_no_list(spark: SparkSession, retail: Settings) -> None:
    assert set(made(spark, retail, most=2, asked=False)) == {"lists/lapse.csv", "lists/recommended-items.csv"}


def test_no_list_names_a_person(spark: SparkSession, retail: Settings) -> None:
    columns = {column for one in made(spark, retail, most=10).values() for column in one.columns}
    assert not [column for column in columns if "name" in column or "mail" in column or "phone" in column]
