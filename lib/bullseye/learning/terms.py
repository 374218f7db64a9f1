"""Terms: predictors with their scale over the rows that a model learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.ml.feature import VectorAssembler
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from bullseye.learning.features import Predictor
from bullseye.learning.scale import Scale, moments, scale_of

_ROWS_PER_TASK = 100_000
"""A fit passes over its rows dozens of times: below this number a further task costs more than it computes."""


@dataclass(frozen=True)
class Term(Predictor):
    """A predictor with its scale; a deviation of 0 leaves it out of the model."""

    scale: Scale
    unknown: int = 0
    """Rows where it is NULL, which count as its mean."""

    @property
    def standardised(self) -> Column:
        """The column in standard deviations from its mean; 0 where it is NULL, or left out."""
        return self.scale.standardised(F.col(self.column))


@dataclass(frozen=True)
class Described:
    """The rows that a model learns from: how many, how many of them with the outcome, and every term."""

    rows: int
    events: int
    terms: tuple[Term, ...]


def described(rows: DataFrame, predictors: Sequence[Predictor], *, outcome: str, name: str) -> Described:
    """Counts, with `outcome` 0 or 1, and the scale of every predictor's column, in one pass.

    Raises BullseyeError for a predictor that is infinite or not a number in some row; `name` names the model.
    """
    counts = (F.count(F.lit(1)).alias("_rows"), F.coalesce(F.sum(outcome), F.lit(0)).alias("_events"))
    measured = rows.agg(*counts, *_measures(predictors)).first()
    assert measured is not None, "an aggregate without groups has one row"
    return Described(measured["_rows"], round(measured["_events"]), _terms(measured, predictors, name=name))


def terms_of(rows: DataFrame, predictors: Sequence[Predictor], *, name: str) -> tuple[Term, ...]:
    """The scale of every predictor's column, in one pass. Raises as `described`."""
    measured = rows.agg(*_measures(predictors)).first()
    assert measured is not None, "an aggregate without groups has one row"
    return _terms(measured, predictors, name=name)


def _measures(predictors: Sequence[Predictor]) -> list[Column]:
    return [
        F.struct(moments(one.column), F.count_if(F.col(one.column).isNull())).alias(one.column) for one in predictors
    ]


def _terms(measured: Row, predictors: Sequence[Predictor], *, name: str) -> tuple[Term, ...]:
    terms = []
    for one in predictors:
        of_column, unknown = measured[one.column]
        scale = scale_of(of_column, feature=one.name, sql=one.expression, name=name)
        terms.append(Term(one.name, one.expression, one.meaning, scale, unknown))
    return tuple(terms)


def standardised(rows: DataFrame, terms: Sequence[Term], *keep: str) -> DataFrame:
    """The kept columns, and every term's column standardised, without a NULL."""
    return rows.select(*keep, *(term.standardised.alias(term.column) for term in terms))


def in_few_tasks(rows: DataFrame, count: int) -> DataFrame:
    """So many rows, in as many partitions as a fit is fastest with."""
    return rows.coalesce(1 + count // _ROWS_PER_TASK)


def vectors(rows: DataFrame, terms: Sequence[Term], *keep: str) -> DataFrame:
    """The kept columns, and the columns of the terms as one vector `features`, for MLlib."""
    assembler = VectorAssembler(inputCols=[term.column for term in terms], outputCol="features")
    return assembler.transform(rows).select(*keep, "features")
