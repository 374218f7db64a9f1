"""Predicted probabilities against outcomes, counted once on Spark: small enough for the driver, whatever was scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

Floats = NDArray[np.float64]

_SMALLEST = 1e-15
"""Probabilities nearer to 0 or 1 count as this near in the log loss, which would be infinite."""
_FARTHEST = 14.0
"""Log-odds beyond this (a probability of 1 in 1.2 million) share a bin."""


@dataclass(frozen=True)
class Histogram:
    """Outcomes by predicted probability, the lowest first; the three arrays have one element a bin.

    `squared_error` and `log_loss` are sums over the rows themselves, so that bins do not blur them.
    """

    positives: Floats
    negatives: Floats
    probability: Floats
    """Mean predicted probability of the bin."""
    squared_error: float
    log_loss: float

    @property
    def rows(self) -> Floats:
        """Rows of each bin."""
        return self.positives + self.negatives


def probability_histogram(
    predictions: DataFrame, *, probability: Column, outcome: Column, by: Sequence[str], resolution: float | None = None
) -> DataFrame:
    """One row per group and distinct probability, or per step of `resolution` on the scale of the log-odds.

    `outcome` is 0 or 1. Steps of log-odds separate rare outcomes as well as common ones, and bound the number of
    rows: 2,801 a group at a resolution of 0.01.
    """
    clipped = F.least(F.greatest(probability, F.lit(_SMALLEST)), F.lit(1 - _SMALLEST))
    log_loss = -F.when(outcome == 1, F.log(clipped)).otherwise(F.log1p(-clipped))
    rows = predictions.select(
        *by,
        probability.alias("p"),
        outcome.cast("double").alias("y"),
        log_loss.alias("log_loss"),
        _bin(probability, resolution).alias("bin"),
    )
    return rows.groupBy(*by, "bin").agg(
        F.sum("y").alias("positives"),
        F.sum(1 - F.col("y")).alias("negatives"),
        F.sum("p").alias("probability"),
        F.sum(F.pow(F.col("p") - F.col("y"), 2)).alias("squared_error"),
        F.sum("log_loss").alias("log_loss"),
    )


def _bin(probability: Column, resolution: float | None) -> Column:
    if resolution is None:
        return probability
    edge = 1 / (1 + float(np.exp(_FARTHEST)))
    clipped = F.least(F.greatest(probability, F.lit(edge)), F.lit(1 - edge))
    return F.round(F.log(clipped / (1 - clipped)) / F.lit(resolution)) * F.lit(resolution)


def histograms(rows: Sequence[Row], by: Sequence[str]) -> Mapping[tuple[str, ...], Histogram]:
    """The collected rows of `probability_histogram` as one histogram a group, each in the order of probability."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(str(row[name]) for name in by), []).append(row)
    return {key: _histogram(group) for key, group in sorted(groups.items())}


def _histogram(rows: Sequence[Row]) -> Histogram:
    ordered = sorted(rows, key=lambda row: row["bin"])

    def column(name: str) -> Floats:
        return np.array([row[name] for row in ordered], dtype=np.float64)

    positives, negatives = column("positives"), column("negatives")
    return Histogram(
        positives=positives,
        negatives=negatives,
        probability=column("probability") / (positives + negatives),
        squared_error=float(column("squared_error").sum()),
        log_loss=float(column("log_loss").sum()),
    )
