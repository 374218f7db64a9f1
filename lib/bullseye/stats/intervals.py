"""Intervals of shares."""

from __future__ import annotations

import math

Z95 = 1.959963984540054
"""Quantile of the standard normal distribution that leaves 2.5 % above it."""


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """The 95 % interval of a share by the score test (Wilson 1927): inside 0 to 1, also for no success at all.

    Without a trial nothing is known: 0 to 1.

    >>> [round(end, 4) for end in wilson(0, 10)]
    [0.0, 0.2775]
    """
    if trials <= 0:
        return 0.0, 1.0
    share, spread = successes / trials, Z95**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    low = 0.0 if successes <= 0 else max(0.0, middle - half)
    return low, 1.0 if successes >= trials else min(1.0, middle + half)
