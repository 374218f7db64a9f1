"""Features: SQL over columns with a transform, as numbers that a model learns from; shared by scoring and insights."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import Column, Row
from pyspark.sql import functions as F

from bullseye.errors import BullseyeError
from bullseye.settings.vocabulary import Feature

PREFIX = "x_"
"""Before the name of a feature, where it is a column: it may have the name of a column that it is made from."""
INTERCEPT = "(intercept)"
"""Stands in place of a feature in tables of coefficients."""


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of a feature over the rows that are learnt from; the deviation is 0 where it never varies."""

    mean: float
    deviation: float

    def standardised(self, value: Column) -> Column:
        """(value - mean) / deviation; 0 where it is NULL, and where it never varies."""
        if self.deviation == 0:
            return F.lit(0.0)
        return (F.coalesce(value, F.lit(self.mean)) - self.mean) / self.deviation


def expression(feature: Feature) -> str:
    """The feature with its transform, as SQL that gives a DOUBLE; NULL where its columns are."""
    number = f"CAST(({feature.sql}) AS DOUBLE)"
    return f"signum({number}) * log1p(abs({number}))" if feature.transform == "log" else number


def meaning(feature: Feature) -> str:
    """What the feature says, in words; its name where the settings say no more."""
    return feature.doc or feature.name


def feature_columns(features: Iterable[Feature]) -> list[Column]:
    """Every feature as a column, named by `PREFIX` and its name."""
    return [F.expr(expression(feature)).alias(PREFIX + feature.name) for feature in features]


def moments(column: str) -> Column:
    """Mean and standard deviation of a column without its NULLs: an aggregate for `scale_of`."""
    return F.struct(F.avg(column), F.stddev_samp(column))


def scale_of(found: Row, *, feature: str, sql: str, name: str) -> Scale:
    """The scale from the collected `moments`; 0 where all values are NULL.

    Raises BullseyeError for a feature that is infinite or not a number somewhere; `name` says whose it is.
    """
    mean, deviation = (value or 0.0 for value in found)
    if not (math.isfinite(mean) and math.isfinite(deviation)):
        raise BullseyeError(
            f"{name}: the feature {feature!r} is infinite or not a number in some row that is learnt from;"
            f" let its SQL give NULL there, such as by nullif(divisor, 0) (given: {sql!r})"
        )
    # What is left of a constant after adding up is rounding, not variation.
    constant = deviation <= 1e-9 * max(1.0, abs(mean))
    return Scale(nine_digits(mean), 0.0 if constant else nine_digits(deviation))


def nine_digits(value: float) -> float:
    """Nine significant digits: more than the data tell, fewer than the order of adding up changes on a cluster."""
    return float(f"{value:.9g}")
