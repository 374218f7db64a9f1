"""Logistic regression with standard errors."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from pyspark.sql import SparkSession

from bullseye.learning.features import Predictor
from bullseye.learning.guards import correlations
from bullseye.learning.inference import Estimate, driver_rows, regress
from bullseye.learning.scale import Scale
from bullseye.learning.terms import Term

PREDICTORS = [Predictor("age", "age_years", "age"), Predictor("visits", "visits", "visits to a branch")]


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(4)
    age, visits = random.normal(40, 12, 400), random.poisson(2.0, 400).astype(float)
    left = (random.random(400) < 1 / (1 + np.exp(-(-1 + 0.05 * (age - 40) - 0.4 * visits)))).astype(int)
    return age, visits, left


@pytest.fixture(scope="module")
def frame(spark, rows):
    age, visits, left = rows
    known = [(float(a), float(v), int(y), 3.0, 2 * float(v)) for a, v, y in zip(age, visits, left, strict=True)]
    known += [(None, float(visits.mean()), 0, 3.0, 2 * float(visits.mean()))]
    return spark.createDataFrame(
        known, "x_age DOUBLE, x_visits DOUBLE, left INT, x_same DOUBLE, x_twice DOUBLE"
    ).coalesce(1)


@pytest.fixture(scope="module")
def found(frame):
    return regress(frame, PREDICTORS, outcome="left", min_events=5, name="t")


def test_coefficients_and_errors_are_those_of_statsmodels(found, rows) -> None:
    age, visits, left = rows
    x = np.column_stack([np.append(age, age.mean()), np.append(visits, visits.mean())])
    other = sm.Logit(np.append(left, 0), sm.add_constant(x)).fit(disp=0)
    by_name = {e.term.name: e for e in found.estimates}
    for name, at in (("age", 1), ("visits", 2)):
        assert by_name[name].coefficient == pytest.approx(other.params[at], rel=1e-5)
        assert by_name[name].standard_error == pytest.approx(other.bse[at], rel=1e-4)
        assert by_name[name].p_value == pytest.approx(other.pvalues[at], rel=1e-3)
    assert found.intercept.coefficient == pytest.approx(other.params[0], rel=1e-5)
    assert (found.rows, found.events, by_name["age"].term.unknown, by_name["visits"].term.unknown) == (
        401,
        left.sum(),
        1,
        0,
    )


def test_the_strongest_weight_comes_first_and_tells_its_direction(found) -> None:
    told = [(row["position"], row["driver"], row["direction"]) for row in driver_rows(found)]
    assert told[0][:2] == (0, "(intercept)")
    assert told[1:] == sorted(told[1:])
    assert {row[1:] for row in told[1:]} == {("age", "raises"), ("visits", "lowers")}
    weights = [abs(row["weight"]) for row in driver_rows(found)[1:]]
    assert weights == sorted(weights, reverse=True)


def test_a_row_gets_its_probability_and_the_covariate_that_raises_it_most(spark: SparkSession, found) -> None:
    age = next(e for e in found.estimates if e.term.name == "age")
    rows = spark.createDataFrame([(70.0, 0.0), (None, 9.0), (20.0, 9.0)], "x_age DOUBLE, x_visits DOUBLE")
    told = rows.select(found.probability().alias("p"), found.strongest().alias("why"), "x_age", "x_visits").collect()
    visits = next(e for e in found.estimates if e.term.name == "visits")
    for row in told:
        x = age.term.scale.mean if row["x_age"] is None else row["x_age"]
        odds = found.intercept.coefficient + age.coefficient * x + visits.coefficient * row["x_visits"]
        assert row["p"] == pytest.approx(1 / (1 + np.exp(-odds)))
    assert [row["why"] for row in told] == ["age", None, None]


def test_a_constant_and_what_says_the_same_as_others_are_left_out_and_told(frame, found, caplog) -> None:
    more = [*PREDICTORS, Predictor("same", "3", "always 3"), Predictor("twice", "2 * visits", "twice")]
    kept = regress(frame, more, outcome="left", min_events=5, name="t")
    assert (kept.intercept, kept.estimates) == (found.intercept, found.estimates)
    told = "left out: same is constant or NULL in all rows; twice is collinear with visits"
    assert {row["remark"] for row in driver_rows(kept)} == {told}
    assert f"t: {told}" in caplog.text
    assert {row["remark"] for row in driver_rows(found)} == {None}


def test_constants_alone_give_nothing(frame) -> None:
    assert regress(frame, [Predictor("same", "3", "always 3")], outcome="left", min_events=5, name="t") is None


def test_few_outcomes_give_nothing(frame) -> None:
    assert regress(frame, PREDICTORS, outcome="left", min_events=400, name="t") is None


def test_a_covariate_that_is_the_outcome_is_left_out_and_told(frame, caplog) -> None:
    itself = frame.selectExpr("x_age", "CAST(left AS DOUBLE) AS x_visits", "left")
    kept = regress(itself, PREDICTORS, outcome="left", min_events=5, name="t")
    assert [e.term.name for e in kept.estimates] == ["age"]
    assert "t: left out" in caplog.text
    assert (
        kept.remark == "left out: no row, or every row, that has visits has the outcome, so that there is no estimate"
    )
    assert regress(itself, PREDICTORS[1:], outcome="left", min_events=5, name="t") is None


def test_correlations_are_over_rows_where_all_are_known(frame, rows) -> None:
    age, visits, _ = rows
    assert correlations(frame, ["x_age", "x_visits"])[0, 1] == pytest.approx(np.corrcoef(age, visits)[0, 1])


@pytest.mark.parametrize(
    ("coefficient", "error", "p_value", "direction"),
    [(1.96, 1.0, 0.04999579, "raises"), (-3.0, 1.0, 0.00269980, "lowers"), (1.0, 1.0, 0.31731051, "unclear")],
)
def test_p_values_are_those_of_the_normal_distribution(coefficient, error, p_value, direction) -> None:
    estimate = Estimate(Term("a", "a", "a", Scale(1.0, 2.0)), coefficient, error)
    assert (estimate.p_value, estimate.direction) == (pytest.approx(p_value, abs=1e-8), direction)
    assert (estimate.z, estimate.weight) == (coefficient / error, 2 * coefficient)
