"""Features of a small regression: SQL with a transform, standardised by mean and deviation; models are sums of their terms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.ml.feature import VectorAssembler
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.errors import BullseyeError
from bullseye.settings.models import Feature

INTERCEPT = "(intercept)"
"""Stands in place of a feature in tables of terms."""
PREFIX = "x_"
"""Before the name of a feature, where it is a column: it may have the name of a column that it is made from."""


@dataclass(frozen=True)
class Term:
    """A feature over the rows that are learnt from; `deviation` is 0 where it is the same for all of them."""

    feature: str
    expression: str
    meaning: str
    mean: float
    deviation: float

    @property
    def standardised(self) -> Column:
        """(value - mean) / deviation of the feature's column; 0 where it is NULL, or never differs."""
        if self.deviation == 0:
            return F.lit(0.0)
        return F.coalesce((F.col(PREFIX + self.feature) - self.mean) / self.deviation, F.lit(0.0))


def expression(feature: Feature) -> str:
    """The feature with its transform, as SQL that gives a DOUBLE; NULL where its columns are."""
    number = f"CAST(({feature.sql}) AS DOUBLE)"
    return f"signum({number}) * log1p(abs({number}))" if feature.transform == "log" else number


def feature_columns(features: Sequence[Feature]) -> list[Column]:
    """Every feature as a column, named by `PREFIX` and its name."""
    return [F.expr(expression(feature)).alias(PREFIX + feature.name) for feature in features]


def terms_of(rows: DataFrame, features: Sequence[Feature], *, name: str) -> tuple[Term, ...]:
    """Mean and deviation of every feature over the rows, in one pass.

    Numbers are rounded to nine digits, because the last ones depend on the order in which a cluster adds up.
    Raises BullseyeError for a feature that is infinite or not a number somewhere; `name` says whose it is.
    """
    columns = [(feature, PREFIX + feature.name) for feature in features]
    found = rows.agg(*(F.struct(F.avg(column), F.stddev_samp(column)).alias(column) for _, column in columns)).first()
    assert found is not None, "an aggregate without groups has one row"
    terms = []
    for feature, column in columns:
        mean, deviation = (value or 0.0 for value in found[column])
        if not (math.isfinite(mean) and math.isfinite(deviation)):
            raise BullseyeError(
                f"{name}: the feature {feature.name!r} is infinite or not a number for some customer;"
                f" let its SQL give NULL there, such as by nullif(divisor, 0) (given: {feature.sql!r})"
            )
        constant = deviation <= 1e-9 * max(1.0, abs(mean))
        meaning = feature.doc or feature.name
        terms.append(
            Term(feature.name, expression(feature), meaning, _rounded(mean), 0.0 if constant else _rounded(deviation))
        )
    return tuple(terms)


def as_vectors(rows: DataFrame, terms: Sequence[Term], *keep: str) -> DataFrame:
    """The kept columns, and the standardised features as one vector `features`, for MLlib."""
    names = [PREFIX + term.feature for term in terms]
    standardised = [term.standardised.alias(name) for term, name in zip(terms, names, strict=True)]
    return VectorAssembler(inputCols=names, outputCol="features").transform(rows.select(*keep, *standardised))


def weighted_sum(terms: Sequence[Term], intercept: float, coefficients: Sequence[float]) -> Column:
    """Intercept + sum of coefficient * standardised feature, in the order of the terms."""
    parts = (term.standardised * weight for term, weight in zip(terms, coefficients, strict=True))
    return reduce(Column.__add__, parts, F.lit(intercept))


def _rounded(value: float) -> float:
    return float(f"{value:.9g}")
