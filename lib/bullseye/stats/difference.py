"""How far two groups of any size differ in one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Moments:
    """Of the values of one group that are not NULL; `variance` divides by their number."""

    values: int
    mean: float
    variance: float

    @property
    def sample_variance(self) -> float | None:
        """The variance that divides by one less; None for fewer than two values."""
        return self.variance * self.values / (self.values - 1) if self.values > 1 else None


def combined(parts: Sequence[Moments]) -> Moments:
    """The moments of all parts together: the variance is that within the parts and that between their means.

    >>> combined([Moments(1, 2.0, 0.0), Moments(1, 4.0, 0.0)])
    Moments(values=2, mean=3.0, variance=1.0)
    """
    values = sum(part.values for part in parts)
    if not values:
        return Moments(0, 0.0, 0.0)
    mean = sum(part.values * part.mean for part in parts) / values
    variance = sum(part.values * (part.variance + (part.mean - mean) ** 2) for part in parts) / values
    return Moments(values, mean, variance)


def standardised_difference(group: Moments, others: Moments) -> float | None:
    """(mean - mean) / square root of the mean of both sample variances (Austin, Statistics in Medicine 28, 2009).

    About 0.2 is small, 0.5 medium and 0.8 large (Cohen 1988). None where either side has fewer than two values, and where
    neither varies.

    >>> round(standardised_difference(Moments(2, 5.0, 1.0), Moments(2, 3.0, 1.0)), 6)
    1.414214
    """
    own, rest = group.sample_variance, others.sample_variance
    if own is None or rest is None or own + rest <= 0:
        return None
    return (group.mean - others.mean) / sqrt((own + rest) / 2)
