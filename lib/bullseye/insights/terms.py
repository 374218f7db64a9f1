"""Features of a small regression: SQL with a transform, standardised by mean and deviation; models are sums of their terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.ml.feature import VectorAssembler
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.features import PREFIX, Scale, expression, meaning, moments, scale_of
from bullseye.settings.vocabulary import Feature


@dataclass(frozen=True)
class Term:
    """A feature with its scale over the rows that are learnt from."""

    feature: str
    expression: str
    meaning: str
    scale: Scale

    @property
    def standardised(self) -> Column:
        """The feature's column in deviations from its mean; 0 where it is NULL, or never differs."""
        return self.scale.standardised(F.col(PREFIX + self.feature))


def terms_of(rows: DataFrame, features: Sequence[Feature], *, name: str) -> tuple[Term, ...]:
    """Mean and deviation of every feature over the rows, in one pass.

    Raises BullseyeError for a feature that is infinite or not a number somewhere; `name` says whose it is.
    """
    found = rows.agg(*(moments(PREFIX + one.name).alias(one.name) for one in features)).first()
    assert found is not None, "an aggregate without groups has one row"
    return tuple(
        Term(
            one.name,
            expression(one),
            meaning(one),
            scale_of(found[one.name], feature=one.name, sql=one.sql, name=name),
        )
        for one in features
    )


def as_vectors(rows: DataFrame, terms: Sequence[Term], *keep: str) -> DataFrame:
    """The kept columns, and the standardised features as one vector `features`, for MLlib."""
    names = [PREFIX + term.feature for term in terms]
    standardised = [term.standardised.alias(name) for term, name in zip(terms, names, strict=True)]
    return VectorAssembler(inputCols=names, outputCol="features").transform(rows.select(*keep, *standardised))


def weighted_sum(terms: Sequence[Term], intercept: float, coefficients: Sequence[float]) -> Column:
    """Intercept + sum of coefficient * standardised feature, in the order of the terms."""
    parts = (term.standardised * weight for term, weight in zip(terms, coefficients, strict=True))
    return reduce(Column.__add__, parts, F.lit(intercept))
