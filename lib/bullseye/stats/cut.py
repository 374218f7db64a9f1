"""The limit of an amount below which most are inactive, suggested from a histogram of amounts by three methods.

- `steepest`: the middle of a logistic curve with free lower and upper ends, fitted by maximum likelihood to the share of
  inactive by the logarithm of 1 + amount. It is where that share falls most: the ED50 of bioassay with natural response at
  both ends (Finney, Probit Analysis, 3rd ed. 1971, chapter 7). It does not depend on how many customers lie on each side.
- `youden`: the limit with the largest difference between the share of inactive and the share of active at or below it
  (Youden 1950).
- `least_error`: the limit with the fewest mistakes, if all at or below it were called inactive and all above it active: a
  decision stump. Where even the smallest amounts are more often active, there is none.

Intervals are percentiles of a bootstrap over customers (Efron and Tibshirani 1993, chapter 13).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST_STEPS, _MOST_DAMPING = 100, 1e8
_LEAST, _MOST = np.array([-12.0, -12.0, -5.0, -3.0]), np.array([12.0, 12.0, 60.0, 4.0])
"""Bounds of the parameters: a curve beyond them is a step or a constant to the eye."""


@dataclass(frozen=True)
class Amounts:
    """Customers by amount, the smallest first; the arrays have one element a bin."""

    top: Floats
    """Largest amount of the bin."""
    centre: Floats
    """Mean of ln(1 + amount) over the customers of the bin."""
    inactive: Floats
    active: Floats

    @property
    def every(self) -> Floats:
        """Customers of each bin."""
        return self.inactive + self.active


@dataclass(frozen=True)
class Curve:
    """share(a) = low + (high - low) / (1 + exp(slope * (ln(1 + a) - middle))), falling with a."""

    low: float
    high: float
    middle: float
    slope: float

    def share(self, logged: Floats) -> Floats:
        """The share of inactive at ln(1 + amount)."""
        return self.low + (self.high - self.low) * _sigmoid(-self.slope * (logged - self.middle))


@dataclass(frozen=True)
class Cut:
    """A suggested limit with its bootstrap interval; None where the data show none."""

    at: float | None
    low: float | None
    high: float | None


def fit_curve(amounts: Amounts, *, start: Curve | None = None) -> Curve | None:
    """The logistic curve of largest likelihood; None where the amounts are fewer than four, or the share does not fall.

    Found by Fisher scoring with damped steps (Levenberg 1944) over unbounded parameters: the logits of `low` and of the
    share of the rest that `high` adds, the middle, and the logarithm of the slope. Begins at `start`, or at several places.
    """
    x, y, n = amounts.centre, amounts.inactive, amounts.every
    if len(x) < 4 or not 0 < y.sum() < n.sum() or not _falls(amounts):
        return None
    if start is not None:
        begins = [_parameters(start)]
    else:
        above = float(np.clip(y[len(y) // 2 :].sum() / max(n[len(n) // 2 :].sum(), 1.0), 0.01, 0.5))
        middles = (x[0] + part * (x[-1] - x[0]) for part in (0.2, 0.4, 0.6))
        begins = [np.array([np.log(above / (1 - above)), 1.0, middle, 0.7]) for middle in middles]
    return _curve(min((_climb(x, y, n, begin) for begin in begins), key=lambda found: found[0])[1])


def _falls(amounts: Amounts) -> bool:
    """Whether the inactive have smaller amounts on average, on the scale of the curve."""
    return bool(
        np.average(amounts.centre, weights=amounts.inactive) < np.average(amounts.centre, weights=amounts.active)
    )


def _climb(x: Floats, y: Floats, n: Floats, begin: Floats) -> tuple[float, Floats]:
    """The smallest negative log likelihood from a beginning on, and its parameters."""
    at, damping = begin, 1e-3
    loss = _loss(x, y, n, at)
    for _ in range(_MOST_STEPS):
        share, slopes = _share_and_slopes(x, at)
        weight = n / (share * (1 - share))
        gradient = slopes.T @ (weight * (y / np.maximum(n, 1e-12) - share))
        information = slopes.T @ (slopes * weight[:, None])
        scale = np.diag(np.diag(information)) + 1e-9 * np.eye(4)
        tried, best = at, math.inf
        while best >= loss and damping < _MOST_DAMPING:
            tried = np.clip(at + np.linalg.solve(information + damping * scale, gradient), _LEAST, _MOST)
            best = _loss(x, y, n, tried)
            damping *= 4
        if best >= loss:
            break
        gained, at, loss, damping = loss - best, tried, best, damping / 16
        if gained < 1e-9 * (1 + abs(loss)):
            break
    return loss, at


def _loss(x: Floats, y: Floats, n: Floats, at: Floats) -> float:
    share, _ = _share_and_slopes(x, at)
    return float(-(y * np.log(share) + (n - y) * np.log1p(-share)).sum())


def _share_and_slopes(x: Floats, at: Floats) -> tuple[Floats, Floats]:
    """The share at every x, and its derivatives by the four parameters."""
    low, part, middle, slope = _sigmoid(at[0]), _sigmoid(at[1]), at[2], np.exp(at[3])
    s = _sigmoid(-slope * (x - middle))
    share = np.clip(low + (1 - low) * part * s, 1e-9, 1 - 1e-9)
    fall = (1 - low) * part * s * (1 - s)
    slopes = np.stack(
        [
            low * (1 - low) * (1 - part * s),
            (1 - low) * part * (1 - part) * s,
            fall * slope,
            -fall * slope * (x - middle),
        ],
        axis=1,
    )
    return share, slopes


def _sigmoid(value: Floats | float) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -40, 40))))


def _curve(at: Floats) -> Curve:
    low = float(_sigmoid(at[0]))
    return Curve(low, low + (1 - low) * float(_sigmoid(at[1])), float(at[2]), float(np.exp(at[3])))


def _parameters(curve: Curve) -> Floats:
    def logit(share: float) -> float:
        inside = float(np.clip(share, 1e-6, 1 - 1e-6))
        return float(np.log(inside / (1 - inside)))

    part = (curve.high - curve.low) / max(1 - curve.low, 1e-9)
    return np.array([logit(curve.low), logit(part), curve.middle, np.log(curve.slope)])


def steepest(amounts: Amounts, *, start: Curve | None = None) -> float | None:
    """Where the share of inactive falls most; None as `fit_curve`, and where the middle lies at an end of the data."""
    curve = fit_curve(amounts, start=start)
    if curve is None:
        return None
    inside = amounts.centre[0] < curve.middle < amounts.centre[-1]
    return float(np.expm1(curve.middle)) if inside and curve.high - curve.low > 0.05 else None


def youden(amounts: Amounts) -> float | None:
    """The limit of the largest Youden index; the smallest of equals; None where no limit separates the two."""
    if not amounts.inactive.sum() or not amounts.active.sum():
        return None
    index = np.cumsum(amounts.inactive) / amounts.inactive.sum() - np.cumsum(amounts.active) / amounts.active.sum()
    best = int(np.argmax(index))
    return float(amounts.top[best]) if index[best] > 1e-12 else None


def least_error(amounts: Amounts) -> float | None:
    """The limit with the fewest mistakes; the smallest of equals; None where calling every customer active has no more."""
    if not len(amounts.top):
        return None
    mistakes = np.cumsum(amounts.active) + amounts.inactive.sum() - np.cumsum(amounts.inactive)
    best = int(np.argmin(mistakes))
    return float(amounts.top[best]) if mistakes[best] < amounts.inactive.sum() else None


def suggested_cuts(amounts: Amounts, *, replicates: int, confidence: float, seed: int) -> dict[str, Cut]:
    """The limit by every method, with the percentile interval of a bootstrap.

    A sample draws as many customers with replacement, which is a multinomial draw over the bins. An interval is None where
    a tenth of the samples or more show no limit.
    """
    curve = fit_curve(amounts)
    methods: Mapping[str, Callable[[Amounts], float | None]] = {
        # The curve of a sample is near that of all.
        "steepest": lambda one: steepest(one, start=curve),
        "youden": youden,
        "least_error": least_error,
    }
    samples = [_resampled(amounts, generator) for generator in np.random.default_rng(seed).spawn(replicates)]
    return {
        name: _with_interval(method(amounts), [method(sample) for sample in samples], confidence)
        for name, method in methods.items()
    }


def _resampled(amounts: Amounts, generator: np.random.Generator) -> Amounts:
    cells = np.concatenate([amounts.inactive, amounts.active])
    total = round(float(cells.sum()))
    drawn = generator.multinomial(total, cells / cells.sum()).astype(np.float64) if total else cells
    return Amounts(amounts.top, amounts.centre, drawn[: len(amounts.top)], drawn[len(amounts.top) :])


def _with_interval(at: float | None, sampled: Sequence[float | None], confidence: float) -> Cut:
    if at is None:
        return Cut(None, None, None)
    limits = [value for value in sampled if value is not None]
    if len(limits) <= 0.9 * len(sampled):
        return Cut(at, None, None)
    low, high = np.quantile(limits, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Cut(at, float(low), float(high))
