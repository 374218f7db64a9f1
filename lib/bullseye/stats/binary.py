"""How well predicted probabilities fit a yes-or-no outcome: measures and curves, all from one ordered histogram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bullseye.stats.histogram import Floats, Histogram


@dataclass(frozen=True)
class Quality:
    """Measures of one model on one sample. Those that compare the classes are None where one is missing."""

    rows: int
    positives: int
    auc: float | None
    ks: float | None
    brier: float | None
    log_loss: float | None
    top_decile_lift: float | None


@dataclass(frozen=True)
class Point:
    """A point of a curve, and the number of rows behind it."""

    x: float
    y: float
    rows: int


def quality(histogram: Histogram) -> Quality:
    """All measures; None for what a sample without rows, or with one class only, leaves undefined."""
    positives, negatives = float(histogram.positives.sum()), float(histogram.negatives.sum())
    rows = positives + negatives
    both = positives > 0 and negatives > 0
    return Quality(
        rows=round(rows),
        positives=round(positives),
        auc=auc(histogram) if both else None,
        ks=ks(histogram) if both else None,
        brier=histogram.squared_error / rows if rows else None,
        log_loss=histogram.log_loss / rows if rows else None,
        top_decile_lift=lift(histogram, 0.1) if positives else None,
    )


def auc(histogram: Histogram) -> float:
    """Probability that a positive is ranked above a negative; a tie counts half (Hanley and McNeil 1982)."""
    below = np.cumsum(histogram.negatives) - histogram.negatives
    won = histogram.positives * (below + histogram.negatives / 2)
    return float(won.sum() / (histogram.positives.sum() * histogram.negatives.sum()))


def ks(histogram: Histogram) -> float:
    """Largest distance between the distributions of the probability in the two classes (Kolmogorov-Smirnov)."""
    of_positives = np.cumsum(histogram.positives) / histogram.positives.sum()
    of_negatives = np.cumsum(histogram.negatives) / histogram.negatives.sum()
    return float(np.abs(of_positives - of_negatives).max())


def lift(histogram: Histogram, share: float) -> float:
    """Outcomes among the `share` of rows with the highest probability, over those expected from a random choice.

    Rows with equal probability at the border are taken in part: a model that gives all rows one probability has lift 1.
    """
    x, y = _gains(histogram)
    return float(np.interp(share, x, y) / share)


def roc(histogram: Histogram, points: int = 100) -> list[Point]:
    """False positive rate against true positive rate, from (0, 0) to (1, 1), at about equal steps of rows."""
    true, false = _from_the_top(histogram.positives), _from_the_top(histogram.negatives)
    return _curve(false / false[-1], true / true[-1], true + false, points)


def gains(histogram: Histogram, points: int = 100) -> list[Point]:
    """Share of rows, the highest probability first, against the share of all outcomes that they hold."""
    x, y = _gains(histogram)
    return _curve(x, y, _from_the_top(histogram.rows), points)


def calibration(histogram: Histogram, groups: int = 10) -> list[Point]:
    """Mean predicted probability against the observed share, in groups of about equal size, the lowest first.

    A bin is never split, so that there are fewer groups where many rows have the same probability.
    """
    rows = histogram.rows
    middle = (np.cumsum(rows) - rows / 2) / rows.sum()
    group = np.minimum((middle * groups).astype(int), groups - 1)
    points = []
    for index in np.unique(group):
        inside = group == index
        count = rows[inside].sum()
        expected = (histogram.probability[inside] * rows[inside]).sum() / count
        points.append(Point(float(expected), float(histogram.positives[inside].sum() / count), round(count)))
    return points


def _from_the_top(counts: Floats) -> Floats:
    """Running sums from the highest probability down, beginning with 0."""
    return np.concatenate(([0.0], np.cumsum(counts[::-1])))


def _gains(histogram: Histogram) -> tuple[Floats, Floats]:
    rows, positives = _from_the_top(histogram.rows), _from_the_top(histogram.positives)
    return rows / rows[-1], positives / positives[-1]


def _curve(x: Floats, y: Floats, rows: Floats, points: int) -> list[Point]:
    """The points of a step curve that lie nearest below equal steps of rows, both ends included."""
    steps = np.searchsorted(rows, np.linspace(0, rows[-1], points + 1), side="right") - 1
    return [Point(float(x[i]), float(y[i]), round(rows[i])) for i in np.unique(steps)]
