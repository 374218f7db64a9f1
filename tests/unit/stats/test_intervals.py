"""Intervals of shares."""

import pytest
from scipy.stats import binomtest

from bullseye.stats.intervals import wilson


@pytest.mark.parametrize(("left", "of"), [(0, 7), (3, 10), (7, 7), (51, 1000)])
def test_the_interval_is_that_of_scipy(left, of):
    told = binomtest(left, of).proportion_ci(method="wilson")
    assert wilson(left, of) == pytest.approx((told.low, told.high), abs=1e-12)


def test_nothing_is_known_without_a_trial():
    assert wilson(0, 0) == (0.0, 1.0)
