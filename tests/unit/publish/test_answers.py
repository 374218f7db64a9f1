"""Answers to the questions of topics: what is summed up of their tables, and what the report shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import context_of, rows_of
from tests.parts import Part, parts
from tests.parts import texts as cells
from tests.released import DAY
from tests.unit.publish.test_release import FakeStanding

from bullseye.core.job import Inputs
from bullseye.report.chapters import sections_at
from bullseye.report.listing import Listing, Rows
from bullseye.report.queries import run_queries
from bullseye.settings import Settings
from bullseye.suite import SECTIONS, contracts
from bullseye.topics.first_product.settings import Prospects
from bullseye.topics.retain_customers.tables import MAINTENANCE_PLAN

WEALTH = {"estimate": "wealth"}
ESTIMATES = [
    {"balance_here": 50.0, "observed": 150.0, "expected": 150.0, "opportunity": True},
    {"balance_here": 10.0, "observed": None, "expected": 90.0, "opportunity": False},
    {"balance_here": 40.0, "observed": None, "expected": 60.0, "opportunity": True},
]
PAYS = {"preference": "payment"}
PREFERENCES = [
    {"key": "pos", "share": 0.75, "strength": 3.0},
    {"key": "pos", "share": 0.5, "strength": 2.0},
    {"key": "none"},
    {"key": "atm", "share": 1.0, "strength": 8.0},
]
PROSPECTS = [("a", 1, "fund", 0.5), ("a", 2, "loan", 0.25), ("b", 1, "loan", 0.5), ("c", 1, "loan", 0.75)]
SURVEY = {"question": "again"}
KMO = {"rows": 600, "kmo": 0.75, "bartlett": 1234.4}
ODDS = {"coefficient": 1.5, "standard_error": 0.25, "odds_ratio": 4.48, "rows": 500, "events": 120}


@pytest.fixture(scope="module")
def asked(spark: SparkSession, retail: Settings) -> Mapping[str, Mapping[str, Rows]]:
    """What is asked of a lake with some rows in three tables."""
    tables = contracts(retail)

    def named(rows: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
        return [{"customer_id": f"c{number}", **more, **row} for number, row in enumerate(rows)]

    frames = {
        "gold.estimate": [
            *named(ESTIMATES, **WEALTH),
            *named([{"balance_here": 0.0, "expected": 0.0, "opportunity": False}], estimate="x"),
        ],
        "gold.preference": named(PREFERENCES, **PAYS),
        "gold.prospect": [
            dict(zip(("customer_id", "position", "line", "probability"), row, strict=True)) for row in PROSPECTS
        ],
    }
    return figures(spark, retail, {name: rows_of(spark, tables[name], *rows) for name, rows in frames.items()})


@dataclass(frozen=True)
class Answered(FakeStanding):
    """Some tables have rows."""

    tables: tuple[str, ...] = ()

    def rows(self, table: str) -> int | None:
        return 1 if table in self.tables else None


def figures(
    spark: SparkSession, settings: Settings, frames: Mapping[str, DataFrame]
) -> Mapping[str, Mapping[str, Rows]]:
    """What the sections of questions ask of a lake with rows in these tables only."""
    tables = contracts(settings)
    asking = [
        one
        for one in sections_at(SECTIONS)
        if all(all(tables[table].is_optional for table in query.tables) for query in one.queries.values())
    ]
    context = replace(context_of(spark, settings, as_of=DAY), standing=Answered(tables=tuple(frames)))
    inputs = Inputs({name: lambda name=name: frames[name] for name in frames}, "publish")
    found = run_queries(asking, inputs, context).now
    return {name: rows for name, rows in found.items() if any(rows.values())}


def test_a_table_without_rows_is_not_read(asked: Mapping[str, Mapping[str, Rows]]) -> None:
    assert set(asked) == {"wallet", "preferences", "first_product"}


def test_estimates_are_summed_with_the_share_of_wallet_of_all_and_what_the_opportunities_have(asked) -> None:
    nothing = {"shown": 0, "balance_here": 0.0, "expected": 0.0, "opportunities": 0, "opportunity_amount": None}
    assert asked["wallet"]["estimates"] == (
        {
            **WEALTH,
            "customers": 3,
            "shown": 1,
            "balance_here": 100.0,
            "expected": 300.0,
            "opportunities": 2,
            "opportunity_amount": 210.0,
            "share_of_wallet": 0.25,
        },
        {"estimate": "x", "customers": 1, **nothing, "share_of_wallet": None},
    )


def test_customers_are_counted_by_what_they_prefer_the_most_frequent_first(asked) -> None:
    assert asked["preferences"]["preferences"] == (
        {**PAYS, "key": "pos", "customers": 2, "share": 0.625, "strength": 2.5},
        {**PAYS, "key": "atm", "customers": 1, "share": 1.0, "strength": 8.0},
        {**PAYS, "key": "none", "customers": 1, "share": None, "strength": None},
    )


def test_prospects_are_counted_by_their_first_line_and_probabilities_add_up_over_all_places(asked) -> None:
    assert asked["first_product"]["prospects"] == (
        {"line": "loan", "customers": 2, "expected": 1.5},
        {"line": "fund", "customers": 1, "expected": 0.5},
    )


def of_value(**found: Mapping[str, Rows]) -> dict[str, Part]:
    features = [{"name": "age", "sql": "age"}]
    asks = {"doc": "Have no account yet.", "level": "category_2", "features": features}
    return parts("value", found, Prospects.model_validate(asks))


def test_estimates_stand_with_how_good_they_are(asked: Mapping[str, Mapping[str, Rows]]) -> None:
    quality = {**WEALTH, "customers": 40, "median_error": 1500.0, "median_factor": 1.75, "bias": 1.0}
    rows = (
        {**quality, "method": "median", "sample": "all", "rank_correlation": None, "coverage": None},
        {**quality, "method": "regression", "sample": "told", "rank_correlation": 0.8125, "coverage": 0.79},
    )
    answer = of_value(wallet={**asked["wallet"], "quality": rows})["What customers have elsewhere"]
    assert cells(answer.tables[0]) == [
        ["Wealth", "3", "1", "$100.00", "$300.00", "25.0%", "2", "$210.00"],
        ["X", "1", "0", "$0.00", "$0.00", "–", "0", "–"],
    ]
    assert cells(answer.tables[1]) == [
        ["Wealth", "Median", "All", "40", "–", "$1,500", "1.75", "1.00", "–"],
        ["Wealth", "Regression", "Told", "40", "0.812", "$1,500", "1.75", "1.00", "79.0%"],
    ]
    assert answer.tables[1].note.startswith("On held-out customers.")


def test_preferences_stand_beside_those_of_everybody(asked: Mapping[str, Mapping[str, Rows]]) -> None:
    (table,) = of_value(preferences=asked["preferences"])["Preferences"].tables
    assert cells(table) == [
        ["Payment", "Pos", "2", "62.5%", "2.50"],
        ["Payment", "Atm", "1", "100.0%", "8.00"],
        ["Payment", "None", "1", "–", "–"],
    ]


def test_prospects_stand_with_their_likeliest_line(asked: Mapping[str, Mapping[str, Rows]]) -> None:
    quality = {
        "method": "regression",
        "top": 3,
        "learnt": 30,
        "customers": 0,
        "hits": 0,
        "hits_top": 0,
        "log_loss": None,
    }
    first, tested = of_value(first_product={**asked["first_product"], "quality": (quality,)})["Prospects"].tables
    # A sum of probabilities is shown as a number of customers.
    assert cells(first) == [["Loan", "2", "2"], ["Fund", "1", "0"]]
    assert cells(tested) == [["Regression", "0", "–", "–", "–"]]


def of_behaviour(section: str, **found: Rows) -> dict[str, Listing]:
    return {table.id: table for part in parts("behaviour", {section: found}).values() for table in part.tables}


def factor(position: int, name: str | None, **more: Any) -> dict[str, Any]:
    plain = {"eigenvalue": 2.5, "at_random": 1.125, "explained": None, "items": None, "remark": None}
    return {**SURVEY, **KMO, "position": position, "factor": name, **plain, **more}


def test_factors_stand_with_their_items_loadings_and_weights() -> None:
    factors = (
        factor(1, "price", explained=0.25, items="fair, cheap"),
        factor(2, "service", explained=0.125, items="kind, -rude"),
        factor(3, None),
    )
    loadings = tuple(
        {**SURVEY, "item": item, "factor": name, "meaning": f"it is {item}", "loading": loading, "communality": 0.5}
        for item, both in (("rude", (0.0, -0.75)), ("fair", (0.75, 0.0)), ("kind", (0.0, 0.5)))
        for name, loading in zip(("price", "service"), both, strict=True)
    )
    weights = tuple(
        {
            **SURVEY,
            **ODDS,
            "position": position,
            "factor": name,
            "direction": "raises",
            "weight": 0.75,
            "remark": remark,
        }
        for remark in ("left out: service is constant or NULL in all rows",)
        for position, name in enumerate(("(intercept)", "price"))
    )
    found = of_behaviour("repurchase", factors=factors, loadings=loadings, weights=weights)
    assert list(found) == ["factors-again", "loadings-again", "weights-again"]
    assert cells(found["factors-again"]) == [
        ["Price", "2.50", "1.12", "25.0%", "fair, cheap"],
        ["Service", "2.50", "1.12", "12.5%", "kind, -rude"],
    ]
    assert found["factors-again"].note == (
        "600 customers; sampling adequacy (KMO) 0.75; Bartlett's chi-square 1,234."
        " As many factors as eigenvalues exceed those at random."
    )
    assert cells(found["loadings-again"]) == [
        ["Fair", "0.75", "0.00", "50.0%", "it is fair"],
        ["Kind", "0.00", "0.50", "50.0%", "it is kind"],
        ["Rude", "0.00", "-0.75", "50.0%", "it is rude"],
    ]
    assert cells(found["weights-again"]) == [["Price", "raises", "0.750", "1.500", "0.250", "4.48"]]
    assert found["weights-again"].note == (
        "120 of 500 customers bought again. Left out: service is constant or NULL in all rows."
    )


def test_where_there_are_no_factors_the_note_says_why() -> None:
    found = of_behaviour("repurchase", factors=(factor(1, None, remark="no factors: a Heywood case"),))
    assert list(found) == ["factors-again"]
    assert found["factors-again"].rows == ()
    assert found["factors-again"].note.endswith(" No factors: a Heywood case.")


def test_a_driver_that_is_left_out_is_told_below_the_drivers() -> None:
    driver = {
        "question": "payroll",
        "position": 1,
        "driver": "fee",
        "direction": "raises",
        "weight": 0.5,
        "meaning": "fee",
    }
    driver |= {**ODDS, "odds_ratio_low": 1.0, "odds_ratio_high": 9.0, "remark": "left out: same says the same as fee"}
    found = of_behaviour("churn", drivers=(driver,))
    assert found["drivers-payroll"].note.endswith("may be chance. Left out: same says the same as fee.")


def planned(spark: SparkSession, settings: Settings, *rows: dict[str, object]) -> Mapping[str, Rows]:
    """The figures of plans."""
    every = {"plan": "keep", "loss_avoided": Decimal(1)}
    plans = rows_of(spark, MAINTENANCE_PLAN, *({**every, **row} for row in rows))
    return figures(spark, settings, {MAINTENANCE_PLAN.name: plans})["retain_customers"]


def test_plans_are_summed_by_worth_offer_and_channel_the_most_customers_first(
    spark: SparkSession, retail: Settings
) -> None:
    fund = {
        "offer": "fund",
        "channel": "app",
        "value_at_risk": Decimal(9),
        "cost": Decimal("0.50"),
        "is_worthwhile": True,
    }
    found = planned(
        spark,
        retail,
        {**fund, "customer_id": "a", "channel": "phone"},
        {**fund, "customer_id": "b"},
        {**fund, "customer_id": "c"},
        {"customer_id": "d", "is_worthwhile": False},
        {"customer_id": "e", "plan": "hold", "is_worthwhile": False},
    )["plans"]
    names = ("plan", "is_worthwhile", "offer", "channel", "customers", "value_at_risk", "loss_avoided", "cost")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("hold", False, "none", "none", 1, 0, 1, None),
        ("keep", True, "fund", "app", 2, 18, 2, 1),
        ("keep", True, "fund", "phone", 1, 9, 1, Decimal("0.50")),
        ("keep", False, "none", "none", 1, 0, 1, None),
    ]


def test_the_time_of_contacts_is_counted_for_those_who_are_worth_one(spark: SparkSession, retail: Settings) -> None:
    found = planned(
        spark,
        retail,
        {"customer_id": "a", "weekday": "Mon", "hour": "10", "month_day": 10},
        {"customer_id": "b", "weekday": "Mon", "hour": "09", "month_day": 11},
        {"customer_id": "c", "weekday": "Mon", "hour": "10", "month_day": 20},
        {"customer_id": "d", "weekday": "Fri", "month_day": 21},
        {"customer_id": "e"},
        {"customer_id": "f", "weekday": "Mon", "hour": "12", "month_day": 1, "is_worthwhile": False},
    )["times"]
    names = ("plan", "weekday", "customers", "hour", "early", "middle", "late", "unknown")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("keep", "Mon", 3, "10", 1, 2, 0, 0),
        ("keep", "Fri", 1, None, 0, 0, 1, 0),
        ("keep", "unknown", 1, None, 0, 0, 0, 1),
    ]
    assert planned(spark, retail, {"customer_id": "a", "is_worthwhile": False})["times"] == ()
