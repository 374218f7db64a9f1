"""Items to factors, and factors to buying again."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from pyspark.sql import SparkSession

from bullseye.stats.factors import Factors
from bullseye.topics.repurchase.repurchase import (
    analyse,
    factor_rows,
    items_of,
    loading_rows,
    named,
    weigh,
    with_outcome,
)
from bullseye.topics.repurchase.settings import NamedFactor, Outcome, Repurchase

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
    assert found.rows == 600
    assert sorted(found.names) == ["price", "service"]
    by_name = {name: found.factors.loadings[:, at] for at, name in enumerate(found.names)}
    assert by_name["price"] == pytest.approx(LOADINGS[:, 0], abs=0.12)
    # The first item that names it is rude: the sign of the factor follows.
    assert by_name["service"] == pytest.approx(-LOADINGS[:, 1], abs=0.12)


def test_rows_tell_every_eigenvalue_and_every_loading(found) -> None:
    factors = factor_rows(found)
    assert [row["position"] for row in factors] == [1, 2, 3, 4, 5, 6]
    assert [row["factor"] is None for row in factors] == [False, False, True, True, True, True]
    items = {row["factor"]: set(row["items"].split(", ")) for row in factors[:2]}
    assert items == {"price": {"fair", "cheap", "used"}, "service": {"-kind", "rude", "-quick"}}
    assert sum(row["eigenvalue"] for row in factors) == pytest.approx(6)
    loadings = loading_rows(found)
    assert [(row["item"], row["factor"]) for row in loadings] == [
        (item, factor) for item in ITEMS for factor in found.names
    ]
    assert {row["remark"] for row in factors} == {None}


def test_scores_have_mean_zero_and_weigh_what_was_planted(answered, found) -> None:
    model = weigh(answered, found, QUESTION, name="again")
    told = {e.term.name: e for e in model.estimates}
    assert told["price"].term.scale.mean == pytest.approx(0, abs=1e-6)
    assert told["price"].coefficient == pytest.approx(1.0, abs=0.3)
    assert told["service"].coefficient == pytest.approx(0.5, abs=0.3)
    assert [e.term.name for e in model.estimates] == ["price", "service"]


def test_a_factor_that_no_name_fits_has_that_of_its_highest_item() -> None:
    factors = Factors(LOADINGS, LOADINGS)
    _, called = named(factors, ITEMS, [NamedFactor(name="reach", items=("fair",))])
    assert called == ("reach", "kind")


def test_a_second_factor_of_the_same_item_has_its_name_with_a_number() -> None:
    loadings = np.array([[0.9, 0.8, 0.7], [0.1, 0.2, 0.3], [0.0, 0.1, -0.1]])
    _, called = named(Factors(loadings, loadings), ("fair", "fair_2", "kind"), [])
    assert called == ("fair", "fair_2", "fair_3")
    # A name of the settings is given whoever comes first.
    _, called = named(Factors(LOADINGS, LOADINGS), ITEMS, [NamedFactor(name="fair", items=("kind",))])
    assert called == ("fair_2", "fair")


def test_few_answers_give_no_factors(answered) -> None:
    assert analyse(answered.limit(50), QUESTION, name="again") is None


def test_an_item_that_says_nothing_of_its_own_is_left_out_and_told(spark: SparkSession, answered, found) -> None:
    names = (*ITEMS, "twice", "sum", "same")
    items = [{"name": name, "sql": name, "doc": name} for name in names]
    service = {"name": "service", "items": ["same", "rude", "kind"]}
    more = QUESTION.model_validate({**QUESTION.model_dump(), "items": items, "factors": [service]})
    rows = answered.selectExpr("*", "2 * fair AS twice", "cheap - kind AS sum", "1.0D AS same")
    left = analyse(rows, more, name="again")
    told = "left out: same is the same of all customers; left out: twice says the same as fair"
    assert left.remark == f"{told}; left out: sum says the same as cheap and kind"
    assert {row["remark"] for row in factor_rows(left)} == {left.remark}
    assert [item.name for item in left.items] == list(ITEMS)
    assert left.factors.loadings == pytest.approx(found.factors.loadings)
    # The factor is named, and gets its sign, by the first of its items that is left.
    assert left.names == tuple({"price": "fair"}.get(name, name) for name in found.names)
    assert analyse(rows.selectExpr(*(f"1.0D AS {name}" for name in names)), more, name="again") is None


def test_a_factor_that_explains_more_than_all_of_an_item_leaves_the_question_without_factors(spark) -> None:
    # These fit one factor only where it explains 0.9 * 0.9 / 0.64 of the first item.
    matrix = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, 0.64], [0.9, 0.64, 1.0]])
    exact = np.random.default_rng(1).normal(size=(200, 3))
    exact = np.linalg.solve(np.linalg.cholesky(np.cov(exact.T)), (exact - exact.mean(axis=0)).T).T
    values = exact @ np.linalg.cholesky(matrix).T
    rows = spark.createDataFrame([(float(a), float(b), float(c)) for a, b, c in values], "a DOUBLE, b DOUBLE, c DOUBLE")
    items = [{"name": name, "sql": name, "doc": f"item {name}"} for name in "abc"]
    question = Repurchase.model_validate({"name": "again", "doc": "A survey", "items": items, "outcome": OUTCOME})
    found = analyse(rows.coalesce(1), question, name="again")
    told = "no factors: a factor explains more than all of an item (a Heywood case) with 1 of them; set count to fewer, or remove items"
    names = ("position", "factor", "explained", "items", "score", "rows", "remark")
    assert [tuple(row[name] for name in names) for row in factor_rows(found)] == [
        (place, None, None, None, None, 200, told) for place in (1, 2, 3)
    ]
    assert [row["eigenvalue"] for row in factor_rows(found)] == pytest.approx(np.linalg.eigvalsh(matrix)[::-1])
    assert loading_rows(found) == []
    assert weigh(rows.selectExpr("*", "1 AS again"), found, question, name="again") is None


def test_items_that_have_nothing_in_common_have_no_factors(spark) -> None:
    values = np.random.default_rng(3).normal(size=(200, 3))
    rows = spark.createDataFrame([tuple(map(float, row)) for row in values], "a DOUBLE, b DOUBLE, c DOUBLE").coalesce(1)
    items = [{"name": name, "sql": name, "doc": f"item {name}"} for name in "abc"]
    question = Repurchase.model_validate({"name": "again", "doc": "A survey", "items": items, "outcome": OUTCOME})
    found = analyse(rows, question, name="again")
    assert (found.names, found.remark) == ((), "no factors: no eigenvalue exceeds those at random")


def test_customers_with_all_items_count_on_the_day_of_their_last_answer(spark: SparkSession) -> None:
    few = QUESTION.model_copy(update={"items": QUESTION.items[:2]})
    rows = [("a", "fair", 1.0, 1), ("a", "fair", 3.0, 2), ("a", "cheap", 5.0, 9), ("b", "fair", 1.0, 1)]
    facts = [(who, date(2024, 5, day), item, value) for who, item, value, day in rows]
    found = items_of(spark.createDataFrame(facts, "customer_id STRING, day DATE, item STRING, value DOUBLE"), few)
    assert [tuple(row) for row in found.collect()] == [("a", date(2024, 5, 9), 2.0, 5.0)]


def test_buying_again_is_the_same_line_within_the_days_after_the_answers(spark: SparkSession) -> None:
    answered_day, as_of = date(2024, 5, 1), date(2024, 5, 31)
    people = [(who, answered_day) for who in ("before", "again", "other", "late", "nothing")] + [
        ("new", date(2024, 5, 2))
    ]
    bought = [
        ("before", "fund", date(2024, 5, 1)),
        # Of products that nobody knows, one before and one after are not of one line.
        *(("nothing", None, day) for day in (date(2020, 1, 1), date(2024, 5, 9))),
        *(("again", "fund", day) for day in (date(2020, 1, 1), date(2024, 5, 31))),
        *(("other", line, day) for line, day in (("fund", date(2020, 1, 1)), ("trust", date(2024, 5, 9)))),
        *(("late", "fund", day) for day in (date(2020, 1, 1), date(2024, 6, 1))),
        *(("new", "fund", day) for day in (date(2020, 1, 1), date(2024, 5, 9))),
    ]
    rows = spark.createDataFrame(people, "customer_id STRING, answered_day DATE")
    facts = spark.createDataFrame(bought, "customer_id STRING, line STRING, day DATE")
    found = with_outcome(rows, facts, Outcome.model_validate(OUTCOME), as_of=as_of)
    told = {row["customer_id"]: row["again"] for row in found.collect()}
    assert told == {"before": 0, "again": 1, "other": 0, "late": 0, "nothing": 0}
    anything = Outcome.model_validate({**OUTCOME, "same": None})
    told = {row["customer_id"]: row["again"] for row in with_outcome(rows, facts, anything, as_of=as_of).collect()}
    assert told == {"before": 0, "again": 1, "other": 1, "late": 0, "nothing": 1}
