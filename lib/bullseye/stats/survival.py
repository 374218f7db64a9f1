"""Survival by months from counts at risk and exits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bullseye.stats.intervals import Z95


@dataclass(frozen=True)
class Step:
    """One month of the life. Error and interval are None where the formula has no value."""

    month: int
    at_risk: int
    left: int
    hazard: float
    survival: float
    standard_error: float | None
    low: float | None
    high: float | None


def kaplan_meier(counts: Iterable[tuple[int, int, int]]) -> list[Step]:
    """The product-limit estimate (Kaplan and Meier 1958) from (month, at risk, left), months rising from 1 on.

    Late entry needs nothing more than counts of those who were seen in the month. The estimate ends before the first month
    with nobody at risk, which nothing is known of. Error: Greenwood 1926. Interval: log(-log), Kalbfleisch and Prentice 1980.
    Raises ValueError where more left than were at risk.
    """
    steps: list[Step] = []
    survival, summed = 1.0, 0.0
    for expected, (month, at_risk, left) in enumerate(counts, start=1):
        if left > at_risk or left < 0:
            raise ValueError(f"month {month}: {left} left of {at_risk}")
        if month != expected or at_risk == 0:
            break
        survival *= 1 - left / at_risk
        if left == at_risk:
            steps.append(Step(month, at_risk, left, 1.0, 0.0, None, None, None))
            break
        summed += left / (at_risk * (at_risk - left))
        error = survival * math.sqrt(summed)
        low, high = _interval(survival, math.sqrt(summed))
        steps.append(Step(month, at_risk, left, left / at_risk, survival, error, low, high))
    return steps


def _interval(survival: float, relative_error: float) -> tuple[float | None, float | None]:
    if not 0 < survival < 1:
        return None, None
    factor = math.exp(Z95 * relative_error / abs(math.log(survival)))
    return survival**factor, survival ** (1 / factor)
