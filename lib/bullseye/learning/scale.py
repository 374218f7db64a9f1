"""The scale of a number over the rows that a model learns from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pyspark.sql import Column, Row
from pyspark.sql import functions as F

from bullseye.errors import BullseyeError


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation over the rows; the deviation is 0 where the number is constant, or left out of the model."""

    mean: float
    deviation: float

    def standardised(self, value: Column) -> Column:
        """(value - mean) / deviation; 0 where the value is NULL, and where the deviation is 0."""
        if self.deviation == 0:
            return F.lit(0.0)
        return (F.coalesce(value, F.lit(self.mean)) - self.mean) / self.deviation


def moments(column: str) -> Column:
    """Mean and standard deviation of a column without its NULLs: an aggregate for `scale_of`."""
    return F.struct(F.avg(column), F.stddev_samp(column))


def scale_of(measured: Row, *, feature: str, sql: str, name: str) -> Scale:
    """The scale from the collected `moments`; 0 where all values are NULL.

    Raises BullseyeError for a feature that is infinite or not a number in some row; `name` names the model.
    """
    mean, deviation = (value or 0.0 for value in measured)
    if not (math.isfinite(mean) and math.isfinite(deviation)):
        raise BullseyeError(
            f"{name}: the feature {feature!r} is infinite or not a number in some row that is learnt from;"
            f" let its SQL give NULL there, such as by nullif(divisor, 0) (given: {sql!r})"
        )
    # What is left of a constant after adding up is rounding, not variation.
    constant = deviation <= 1e-9 * max(1.0, abs(mean))
    return Scale(nine_digits(mean), 0.0 if constant else nine_digits(deviation))


def nine_digits(value: float) -> float:
    """Nine significant digits: more than the data support, fewer than the order of adding up changes on a cluster."""
    return float(f"{value:.9g}")
