"""Items to factors, and factors to buying again."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from pyspark.sql import SparkSession

from bullseye.errors import BullseyeError
from bullseye.insights.repurchase import analyse, factor_rows, items_of, loading_rows, named, weigh, with_outcome
from bullseye.settings.repurchase import NamedFactor, Outcome, Repurchase
from bullseye.stats.factors import Factors

ITEMS = ("fair", "cheap", "used", "kind", "rude", "quick")
LOADINGS = np.array([[0.8, 0], [0.7, 0], [0.7, 0], [0, 0.8], [0, -0.7], [0, 0.7]])
OUTCOME = {"day": "day", "within_days": 30, "doc": "bought again", "same": "line"}
QUESTION = Repurchase(
    name="again",
    doc="A survey",
    items=[{"name": name, "sql": f"avg(CASE WHEN item = '{name}' THEN value END)", "doc": name} for name in ITEMS],
    factors=[{"name": "price", "items": ["fair", "cheap"]}, {"name": "service", "items": ["rude", "kind"]}],
    outcome=OUTCOME,
)


@pytest.fixture(scope="module")
def answered(spark: SparkSession):
    """600 customers, whom price weighs 1 and service -0.5."""
    random = np.random.default_rng(8)
    factors = random.normal(size=(600, 2))
    values = factors @ LOADINGS.T + random.normal(size=(600, 6)) * np.sqrt(1 - (LOADINGS**2).sum(axis=1))
    again = random.random(600) < 1 / (1 + np.exp(-(factors[:, 0] - 0.5 * factors[:, 1])))
    rows = [(f"c{n}", *(float(v) for v in values[n]), int(again[n])) for n in range(600)]
    return spark.createDataFrame(
        rows, "customer_id STRING, " + ", ".join(f"{i} DOUBLE" for i in ITEMS) + ", again INT"
    ).coalesce(1)


@pytest.fixture(scope="module")
def found(answered):
    return analyse(answered, QUESTION, name="again")


def test_planted_factors_are_found_and_named_by_their_items(found) -> None:
    assert (found.rows, found.names) == (600, ("service", "price")) or found.names == ("price", "service")
    by_name = {name: found.factors.loadings[:, at] for at, name in enumerate(found.names)}
    assert by_name["price"] == pytest.approx(LOADINGS[:, 0], abs=0.12)
    # The first item that names it is rude: the sign of the factor follows.
    assert by_name["service"] == pytest.approx(-LOADINGS[:, 1], abs=0.12)


def test_rows_tell_every_eigenvalue_and_every_loading(found) -> None:
    factors = factor_rows(found, QUESTION)
    assert [row[0] for row in factors] == [1, 2, 3, 4, 5, 6]
    assert [row[1] is None for row in factors] == [False, False, True, True, True, True]
    assert {row[5] for row in factors[:2]} == {"fair, cheap, used", "rude, -kind, -quick"} or len(factors[0][5]) > 10
    assert sum(row[2] for row in factors) == pytest.approx(6)
    assert len(loading_rows(found, QUESTION)) == 12


def test_scores_have_mean_zero_and_weigh_what_was_planted(answered, found) -> None:
    model = weigh(answered, found, QUESTION, name="again")
    told = {e.of.name: e for e in model.estimates}
    assert told["price"].scale.mean == pytest.approx(0, abs=1e-6)
    assert told["price"].coefficient == pytest.approx(1.0, abs=0.3)
    assert told["service"].coefficient == pytest.approx(0.5, abs=0.3)
    assert [e.of.name for e in model.estimates] == ["price", "service"]


def test_a_factor_that_no_name_fits_has_that_of_its_highest_item() -> None:
    factors = Factors(LOADINGS, LOADINGS)
    _, called = named(factors, ITEMS, [NamedFactor(name="reach", items=("fair",))])
    assert called == ("reach", "kind")


def test_few_answers_or_a_constant_item_give_no_factors(spark: SparkSession, answered) -> None:
    assert analyse(answered.limit(50), QUESTION, name="again") is None
    with pytest.raises(BullseyeError, match="again: the same of all customers: used"):
        analyse(answered.selectExpr("*").drop("used").selectExpr("*", "1.0D AS used"), QUESTION, name="again")


def test_customers_with_all_items_count_on_the_day_of_their_last_answer(spark: SparkSession) -> None:
    few = QUESTION.model_copy(update={"items": QUESTION.items[:2]})
    rows = [("a", "fair", 1.0, 1), ("a", "fair", 3.0, 2), ("a", "cheap", 5.0, 9), ("b", "fair", 1.0, 1)]
    facts = [(who, date(2024, 5, day), item, value) for who, item, value, day in rows]
    found = items_of(spark.createDataFrame(facts, "customer_id STRING, day DATE, item STRING, value DOUBLE"), few)
    assert [tuple(row) for row in found.collect()] == [("a", date(2024, 5, 9), 2.0, 5.0)]


def test_buying_again_is_the_same_line_within_the_days_after_the_answers(spark: SparkSession) -> None:
    answered_on, as_of = date(2024, 5, 1), date(2024, 5, 31)
    people = [(who, answered_on) for who in ("before", "again", "other", "late", "nothing")] + [
        ("new", date(2024, 5, 2))
    ]
    bought = [
        ("before", "fund", date(2024, 5, 1)),
        *(("again", "fund", day) for day in (date(2020, 1, 1), date(2024, 5, 31))),
        *(("other", line, day) for line, day in (("fund", date(2020, 1, 1)), ("trust", date(2024, 5, 9)))),
        *(("late", "fund", day) for day in (date(2020, 1, 1), date(2024, 6, 1))),
        *(("new", "fund", day) for day in (date(2020, 1, 1), date(2024, 5, 9))),
    ]
    rows = spark.createDataFrame(people, "customer_id STRING, answered_on DATE")
    facts = spark.createDataFrame(bought, "customer_id STRING, line STRING, day DATE")
    found = with_outcome(rows, facts, Outcome.model_validate(OUTCOME), as_of=as_of)
    told = {row["customer_id"]: row["again"] for row in found.collect()}
    assert told == {"before": 0, "again": 1, "other": 0, "late": 0, "nothing": 0}
    anything = Outcome.model_validate({**OUTCOME, "same": None})
    told = {row["customer_id"]: row["again"] for row in with_outcome(rows, facts, anything, as_of=as_of).collect()}
    assert told["other"] == 1
