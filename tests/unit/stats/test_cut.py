"""Limits of an amount below which most are inactive."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from bullseye.stats.cut import Amounts, Cut, fit_curve, least_error, steepest, suggested_cuts, youden


def amounts(*bins: tuple[float, int, int]) -> Amounts:
    """Bins as (largest amount, inactive, active); everybody in a bin has its largest amount."""
    top, inactive, active = (np.array(column, dtype=np.float64) for column in zip(*bins, strict=True))
    return Amounts(top, np.log1p(top), inactive, active)


def planted(*, middle: float, slope: float, low: float, high: float, each: int = 2000) -> Amounts:
    """As many inactive as the curve says, at amounts from 0 to 100,000."""
    x = np.linspace(0, np.log(100_001), 60)
    share = low + (high - low) * expit(-slope * (x - np.log1p(middle)))
    inactive = np.round(share * each)
    return Amounts(np.expm1(x), x, inactive, each - inactive)


def test_the_curve_finds_what_was_planted_whatever_its_ends() -> None:
    curve = fit_curve(planted(middle=150, slope=1.7, low=0.05, high=0.88))
    assert curve is not None
    assert (np.expm1(curve.middle), curve.slope, curve.low, curve.high) == pytest.approx(
        (150, 1.7, 0.05, 0.88), rel=0.01
    )


def test_the_curve_is_that_of_largest_likelihood() -> None:
    random = np.random.default_rng(3)
    rough = planted(middle=150, slope=1.2, low=0.1, high=0.7, each=40)
    inactive = random.binomial(40, rough.inactive / 40).astype(np.float64)
    found = fit_curve(Amounts(rough.top, rough.centre, inactive, 40 - inactive))

    def loss(at: list[float]) -> float:
        share = at[0] + (at[1] - at[0]) * expit(-at[3] * (rough.centre - at[2]))
        share = np.clip(share, 1e-9, 1 - 1e-9)
        return float(-(inactive * np.log(share) + (40 - inactive) * np.log1p(-share)).sum())

    oracle = minimize(loss, [0.1, 0.7, 5.0, 1.2], method="Nelder-Mead", options={"maxiter": 5000, "xatol": 1e-8})
    assert found is not None
    assert loss([found.low, found.high, found.middle, found.slope]) == pytest.approx(oracle.fun, abs=1e-4)
    assert found.middle == pytest.approx(oracle.x[2], abs=0.01)


def test_the_steepest_fall_does_not_depend_on_how_many_lie_on_each_side() -> None:
    even = planted(middle=150, slope=1.7, low=0.0, high=0.88)
    weight = np.where(even.centre < np.log1p(150), 5, 1)
    uneven = Amounts(even.top, even.centre, even.inactive * weight, even.active * weight)
    assert steepest(uneven) == pytest.approx(steepest(even), rel=0.01)
    assert least_error(uneven) == least_error(even)
    assert youden(uneven) != youden(even)


def test_limits_by_hand() -> None:
    # up to 10: 9 of 10 inactive and 2 of 10 active; up to 100: all and 6; calling all up to 10 inactive makes 3 mistakes
    found = amounts((1, 5, 1), (10, 4, 1), (100, 1, 4), (1000, 0, 4))
    assert (youden(found), least_error(found)) == (10.0, 10.0)
    # where the active are many, fewer mistakes are made by stopping earlier; the Youden index weighs both sides alike
    rare = amounts((1, 15, 10), (10, 4, 10), (100, 1, 40), (1000, 0, 40))
    assert (youden(rare), least_error(rare)) == (10.0, 1.0)


def test_of_equal_limits_the_smallest_counts() -> None:
    tied = amounts((1, 5, 0), (10, 1, 1), (100, 0, 5))
    assert (least_error(tied), youden(tied)) == (1.0, 1.0)


@pytest.mark.parametrize(
    "flat",
    [
        amounts((1, 1, 9), (10, 1, 9), (100, 2, 8), (1000, 9, 1)),  # the richest are inactive
        amounts((1, 0, 9), (10, 0, 9), (100, 0, 9), (1000, 0, 9)),  # nobody is
    ],
)
def test_no_fall_no_limit(flat: Amounts) -> None:
    nothing = Cut(None, None, None)
    assert suggested_cuts(flat, replicates=50, confidence=0.9, seed=1) == dict.fromkeys(
        ("steepest", "youden", "least_error"), nothing
    )


def test_intervals_hold_the_planted_limit_and_are_the_same_each_time() -> None:
    few = planted(middle=150, slope=1.7, low=0.0, high=0.88, each=100)
    found = suggested_cuts(few, replicates=100, confidence=0.95, seed=1)
    cut = found["steepest"]
    assert cut.at is not None
    assert cut.low is not None
    assert cut.high is not None
    assert 110 < cut.low < 150 < cut.high < 200
    assert suggested_cuts(few, replicates=100, confidence=0.95, seed=1) == found
