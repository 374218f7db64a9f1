"""The fit: against scikit-learn, and what it says of data that cannot be learned from."""

import logging
from datetime import date

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from bullseye.errors import BullseyeError
from bullseye.learning.linear_model import LinearModel
from bullseye.learning.scale import Scale
from bullseye.learning.terms import Term
from bullseye.settings.models import Target
from bullseye.settings.vocabulary import Feature
from bullseye.topics.scoring.training import TrainedModel, fit

MONTHLY = {"kind": "monthly", "event_where": "orders > 0", "outcome": "event", "horizon_days": 30}
NAMES = ("a", "b", "flat")
FEATURES = [Feature(name=name, sql=name) for name in NAMES]


def target(**given) -> Target:
    plain = {"name": "t", "doc": "Some outcome.", "snapshots": MONTHLY, "features": FEATURES, "baseline": "a"}
    return Target(**plain | {"min_positives": 2, "regularisation": 0.01} | given)


def frame(spark, rows):
    return spark.createDataFrame(rows, "_label DOUBLE, x_a DOUBLE, x_b DOUBLE, x_flat DOUBLE")


@pytest.fixture(scope="module")
def sample():
    """Outcomes that depend on a and b, and a tenth of b unknown."""
    generator = np.random.default_rng(7)
    a, b = generator.normal(3, 2, 400), generator.normal(0, 1, 400)
    y = generator.random(400) < 1 / (1 + np.exp(-(0.8 * a - 3 + b)))
    b = np.where(generator.random(400) < 0.1, np.nan, b)
    return [(float(o), float(x), None if np.isnan(z) else float(z), 5.0) for o, x, z in zip(y, a, b, strict=True)]


def test_coefficients_equal_those_of_scikit_learn_and_a_constant_feature_is_left_out(spark, sample, caplog):
    with caplog.at_level(logging.WARNING):
        model = fit(frame(spark, sample), FEATURES, target(), name="target t")
    y = np.array([row[0] for row in sample])
    raw = np.array([[np.nan if value is None else value for value in row[1:3]] for row in sample])
    mean, deviation = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0, ddof=1)
    standardised = np.nan_to_num((raw - mean) / deviation)
    theirs = LogisticRegression(C=1 / (0.01 * len(y)), tol=1e-10, max_iter=1000).fit(standardised, y)
    a, b, flat = model.linear.terms
    assert model.linear.intercept == pytest.approx(theirs.intercept_[0], abs=1e-4)
    assert model.linear.coefficients[:2] == pytest.approx(theirs.coef_[0].tolist(), abs=1e-4)
    assert [a.scale.mean, b.scale.mean] == pytest.approx(mean.tolist(), rel=1e-8)
    assert [a.scale.deviation, b.scale.deviation] == pytest.approx(deviation.tolist(), rel=1e-8)
    assert (flat, model.linear.coefficients[2]) == (
        Term("flat", "CAST((flat) AS DOUBLE)", "flat", Scale(5.0, 0.0)),
        0.0,
    )
    assert (model.rows, model.positives) == (400, int(y.sum()))
    assert "flat" in caplog.text


def test_the_order_and_the_partitions_of_the_rows_change_nothing(spark, sample):
    one = fit(frame(spark, sample).coalesce(1), FEATURES, target(), name="target t")
    other = fit(frame(spark, sample[::-1]).repartition(3), FEATURES, target(), name="target t")
    assert one == other


def test_a_feature_that_repeats_an_earlier_one_is_left_out(spark, sample, caplog):
    alone = fit(frame(spark, [(y, a, None, flat) for y, a, _, flat in sample]), FEATURES, target(), name="target t")
    rows = frame(spark, [(y, a, a, flat) for y, a, _, flat in sample])
    model = fit(rows, FEATURES, target(), name="target t").linear
    assert model.coefficients == (pytest.approx(alone.linear.coefficients[0], abs=1e-6), 0.0, 0.0)
    assert "b is collinear with a" in caplog.text


def test_features_that_hold_the_outcome_are_an_error_that_names_them(spark):
    rows = frame(spark, [(float(n % 2), float(n % 2), None, 5.0) for n in range(60)])
    with pytest.raises(
        BullseyeError, match=r"target t: every feature is constant .*, or separates .*given: a, b, flat"
    ):
        fit(rows, FEATURES, target(), name="target t")


def test_a_feature_that_is_null_everywhere_is_left_out(spark, sample):
    rows = frame(spark, [(y, a, None, flat) for y, a, _, flat in sample])
    model = fit(rows, FEATURES, target(), name="target t").linear
    assert model.terms[1] == Term("b", "CAST((b) AS DOUBLE)", "b", Scale(0.0, 0.0), unknown=400)
    assert model.coefficients[1] == 0.0


@pytest.mark.parametrize(
    ("outcomes", "message"),
    [
        ([1, 0, 0, 0], r"target t: 1 of 4 training rows are with the outcome, fewer than min_positives \(2\)"),
        ([1, 1, 1, 1], "target t: 0 of 4 training rows are without the outcome"),
        ([0, 0, 0, 0], "target t: 0 of 4 training rows are with the outcome"),
        ([], "target t: 0 of 0 training rows"),
    ],
)
def test_too_few_rows_of_a_class_are_an_error_with_count_and_remedy(spark, outcomes, message):
    with pytest.raises(BullseyeError, match=message + ".*lower its min_positives"):
        fit(frame(spark, [(float(y), 1.0, 2.0, 3.0) for y in outcomes]), FEATURES, target(), name="target t")


def test_a_feature_that_is_not_a_number_is_named(spark):
    rows = frame(spark, [(float(n % 2), float(n), float("nan"), 1.0) for n in range(6)])
    with pytest.raises(BullseyeError, match="feature 'b' is infinite or not a number"):
        fit(rows, FEATURES, target(), name="target t")


def test_features_that_are_all_constant_are_an_error(spark):
    with pytest.raises(BullseyeError, match="every feature is constant"):
        fit(frame(spark, [(float(n % 2), 1.0, 2.0, 0.1) for n in range(6)]), FEATURES, target(), name="target t")


def test_a_version_names_the_day_and_changes_with_any_number():
    def version(coefficient: float, rows: int, name: str) -> str:
        linear = LinearModel(0.5, (Term("a", "a", "a", Scale(0.0, 1.0)),), (coefficient,))
        return TrainedModel(linear, rows, 3).version(name, date(2017, 12, 31))

    assert version(1.0, 10, "t").startswith("20171231-")
    assert version(1.0, 10, "t") == version(1.0, 10, "t")
    assert (
        len({version(1.0, 10, "t"), version(1.0, 10, "other"), version(1.000001, 10, "t"), version(1.0, 11, "t")}) == 4
    )
