"""The standardised difference of two groups."""

from __future__ import annotations

from statistics import fmean, pvariance, variance

import pytest

from bullseye.stats.difference import Moments, combined, standardised_difference


def moments(*values: float) -> Moments:
    return Moments(len(values), fmean(values), pvariance(values))


def test_a_difference_is_one_of_means_in_units_of_the_mean_sample_variance() -> None:
    own, others = (60.0, 50.0), (30.0, 32.0, 37.0)
    spread = ((variance(own) + variance(others)) / 2) ** 0.5
    assert standardised_difference(moments(*own), moments(*others)) == pytest.approx((55 - 33) / spread)
    assert standardised_difference(moments(*others), moments(*own)) == pytest.approx((33 - 55) / spread)


@pytest.mark.parametrize(
    ("own", "others"),
    [((1.0,), (2.0, 3.0)), ((1.0, 2.0), (3.0,)), ((1.0, 1.0), (2.0, 2.0))],
    ids=["one value", "one other value", "nothing varies"],
)
def test_there_is_none_of_single_values_and_of_constants(own: tuple[float, ...], others: tuple[float, ...]) -> None:
    assert standardised_difference(moments(*own), moments(*others)) is None


def test_there_is_one_where_only_one_side_varies() -> None:
    assert standardised_difference(moments(4.0, 4.0), moments(1.0, 3.0)) == pytest.approx(2 / 1.0)


def test_parts_combine_to_the_moments_of_all_their_values() -> None:
    parts = [moments(1.0, 2.0, 6.0), moments(10.0), Moments(0, 0.0, 0.0)]
    together = combined(parts)
    assert (together.values, together.mean) == (4, pytest.approx(4.75))
    assert together.variance == pytest.approx(pvariance([1.0, 2.0, 6.0, 10.0]))
    assert combined([]) == Moments(0, 0.0, 0.0)
