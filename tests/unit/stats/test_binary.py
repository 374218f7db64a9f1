"""Measures of a yes-or-no prediction, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score, roc_curve

from bullseye.stats.binary import auc, calibration, gains, ks, lift, quality, roc
from bullseye.stats.histogram import Histogram


def histogram(p, y) -> Histogram:
    """The same as Spark counts, in a few lines of numpy."""
    p, y = np.asarray(p, dtype=float), np.asarray(y, dtype=float)
    distinct, bins = np.unique(p, return_inverse=True)
    positives = np.bincount(bins, weights=y, minlength=len(distinct))
    negatives = np.bincount(bins, weights=1 - y, minlength=len(distinct))
    clipped = np.clip(p, 1e-15, 1 - 1e-15)
    losses = -(y * np.log(clipped) + (1 - y) * np.log(1 - clipped))
    return Histogram(positives, negatives, distinct, float(((p - y) ** 2).sum()), float(losses.sum()))


# Ties are frequent with ten levels.
OUTCOMES = st.lists(st.tuples(st.integers(1, 10), st.booleans()), min_size=2, max_size=60).filter(
    lambda rows: len({y for _, y in rows}) == 2
)


@given(OUTCOMES)
@settings(max_examples=60, deadline=None)
def test_measures_equal_those_of_scikit_learn(rows):
    p, y = np.array([level / 11 for level, _ in rows]), np.array([int(outcome) for _, outcome in rows])
    found = quality(histogram(p, y))
    false, true, _ = roc_curve(y, p, drop_intermediate=False)
    assert found.rows == len(rows)
    assert found.positives == y.sum()
    assert found.auc == pytest.approx(roc_auc_score(y, p), abs=1e-9)
    assert found.ks == pytest.approx(np.abs(true - false).max(), abs=1e-9)
    assert found.brier == pytest.approx(brier_score_loss(y, p), abs=1e-9)
    assert found.log_loss == pytest.approx(log_loss(y, p), abs=1e-9)


@given(OUTCOMES)
@settings(max_examples=30, deadline=None)
def test_the_roc_curve_lies_on_that_of_scikit_learn(rows):
    p, y = np.array([level / 11 for level, _ in rows]), np.array([int(outcome) for _, outcome in rows])
    false, true, _ = roc_curve(y, p, drop_intermediate=False)
    theirs = {(round(x, 9), round(t, 9)) for x, t in zip(false, true, strict=True)}
    ours = [(round(point.x, 9), round(point.y, 9)) for point in roc(histogram(p, y), points=1000)]
    assert set(ours) == theirs
    assert ours[0] == (0, 0)
    assert ours[-1] == (1, 1)


def test_a_model_that_tells_nobody_apart_ranks_like_chance():
    found = quality(histogram([0.3] * 10, [1, 0, 0, 1, 0, 0, 1, 0, 0, 0]))
    assert (found.auc, found.ks, found.top_decile_lift) == (0.5, 0.0, pytest.approx(1.0))


def test_a_tie_counts_half():
    assert auc(histogram([0.2, 0.5, 0.5], [0, 0, 1])) == 0.75


def test_a_model_that_ranks_the_wrong_way_round_is_far_from_chance_too():
    wrong = histogram([0.1, 0.9], [1, 0])
    assert (auc(wrong), ks(wrong)) == (0.0, 1.0)


def test_lift_takes_its_part_of_a_tie_at_the_border():
    # Ten rows, five outcomes; the first tenth is half of the two rows at 0.9, one of which has the outcome.
    p = [0.9, 0.9, *[0.1] * 8]
    y = [1, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    assert lift(histogram(p, y), 0.1) == pytest.approx(0.5 / 5 / 0.1)


def test_a_sample_with_one_class_has_no_ranking_but_an_error():
    found = quality(histogram([0.2, 0.4], [0, 0]))
    assert (found.auc, found.ks, found.top_decile_lift) == (None, None, None)
    assert found.brier == pytest.approx((0.04 + 0.16) / 2)


def test_an_empty_sample_has_no_measures():
    found = quality(histogram([], []))
    assert (found.rows, found.positives, found.auc, found.brier, found.log_loss) == (0, 0, None, None, None)


def test_gains_hold_all_outcomes_at_the_end_and_rows_add_up():
    points = gains(histogram([0.9, 0.6, 0.6, 0.1], [1, 1, 0, 0]))
    assert [(point.x, point.y, point.rows) for point in points] == [(0, 0, 0), (0.25, 0.5, 1), (0.75, 1, 3), (1, 1, 4)]


def test_a_curve_has_no_more_than_the_points_asked_for():
    generator = np.random.default_rng(1)
    p = generator.random(5000)
    points = gains(histogram(p, generator.random(5000) < p), points=100)
    assert len(points) == 101
    assert points[10].x == pytest.approx(0.1)


def test_calibration_equals_that_of_scikit_learn_on_equal_groups():
    generator = np.random.default_rng(2)
    p = generator.random(1000)
    y = (generator.random(1000) < p).astype(int)
    observed, expected = calibration_curve(y, p, n_bins=10, strategy="quantile")
    found = calibration(histogram(p, y))
    assert [point.rows for point in found] == [100] * 10
    assert [point.x for point in found] == pytest.approx(expected.tolist(), abs=1e-9)
    assert [point.y for point in found] == pytest.approx(observed.tolist(), abs=1e-9)


def test_calibration_never_splits_equal_probabilities():
    found = calibration(histogram([0.1] * 6 + [0.7] * 4, [1, 0, 0, 0, 0, 0, 1, 1, 1, 0]), groups=10)
    assert [(round(point.x, 9), round(point.y, 9), point.rows) for point in found] == [
        (0.1, round(1 / 6, 9), 6),
        (0.7, 0.75, 4),
    ]
