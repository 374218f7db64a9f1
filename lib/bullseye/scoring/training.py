"""Fits a logistic regression whose every number can be read: means, deviations, and coefficients per deviation."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.errors import BullseyeError
from bullseye.features import PREFIX, Scale, expression, meaning, moments, scale_of
from bullseye.settings.models import Target
from bullseye.settings.vocabulary import Feature

_log = logging.getLogger(__name__)
_MAX_ITERATIONS = 100
_TOLERANCE = 1e-6
_ROWS_PER_TASK = 100_000
"""A fit passes over its rows dozens of times: below this number a further task costs more than it computes."""


@dataclass(frozen=True)
class Term:
    """One feature of a model: `coefficient * (x - mean) / deviation`; a NULL counts as the mean and adds nothing."""

    feature: str
    expression: str
    meaning: str
    coefficient: float
    mean: float
    deviation: float
    """0 where the feature is constant in the training rows and left out."""


@dataclass(frozen=True)
class LogisticModel:
    """Log-odds = intercept + sum of the terms. `rows` and `positives` are those of the training."""

    intercept: float
    terms: tuple[Term, ...]
    rows: int
    positives: int

    def version(self, target: str, as_of: date) -> str:
        """A name that changes exactly when the model does: its day, and a hash of its numbers and training rows."""
        digest = hashlib.sha256(f"{target}\n{self!r}".encode()).hexdigest()
        return f"{as_of:%Y%m%d}-{digest[:10]}"


@dataclass(frozen=True)
class _Column:
    """A feature over the training rows."""

    feature: Feature
    scale: Scale


def fit(rows: DataFrame, features: Sequence[Feature], target: Target, *, name: str) -> LogisticModel:
    """Fit on `rows`, which have `_label` (0 or 1) and a column for each feature.

    NULLs are filled by the mean; features are standardised here, and the target's `regularisation` is the weight of
    half the sum of the squared standardised coefficients beside the mean log loss (so that duplicated columns share
    their coefficient). There are no class weights: probabilities stay calibrated. Numbers are rounded, because the last
    digits depend on the order in which a cluster adds up.
    Raises BullseyeError when there are too few rows of a class, or a feature is not finite; `name` says whose model it
    is.
    """
    positives, negatives, described = _described(rows, features, name=name)
    _check_classes(positives, negatives, at_least=target.min_positives, name=name)
    varying = [column for column in described if column.scale.deviation > 0]
    if constant := [column.feature.name for column in described if column.scale.deviation == 0]:
        _log.warning("%s: left out, because constant or NULL in all training rows: %s", name, ", ".join(constant))
    if not varying:
        raise BullseyeError(
            f"{name}: every feature is constant in the training rows; choose features that differ between customers"
        )
    few = rows.coalesce(1 + (positives + negatives) // _ROWS_PER_TASK)
    intercept, coefficients = _solve(few, varying, regularisation=target.regularisation, name=name)
    terms = tuple(
        Term(
            column.feature.name,
            expression(column.feature),
            meaning(column.feature),
            coefficients.get(column.feature.name, 0.0),
            column.scale.mean,
            column.scale.deviation,
        )
        for column in described
    )
    return LogisticModel(intercept, terms, positives + negatives, positives)


def _described(rows: DataFrame, features: Sequence[Feature], *, name: str) -> tuple[int, int, list[_Column]]:
    """Positives, negatives, and mean and deviation of every feature, in one pass."""
    measured = [moments(PREFIX + f.name).alias(PREFIX + f.name) for f in features]
    found = rows.agg(
        F.count(F.lit(1)).alias("rows"), F.coalesce(F.sum("_label"), F.lit(0)).alias("positives"), *measured
    ).first()
    if found is None:
        raise BullseyeError(f"{name}: training rows could not be counted")
    columns = [_Column(f, scale_of(found[PREFIX + f.name], feature=f.name, sql=f.sql, name=name)) for f in features]
    positives = round(found["positives"])
    return positives, int(found["rows"]) - positives, columns


def _check_classes(positives: int, negatives: int, *, at_least: int, name: str) -> None:
    if min(positives, negatives) >= at_least:
        return
    which = "with" if positives <= negatives else "without"
    raise BullseyeError(
        f"{name}: {min(positives, negatives)} of {positives + negatives} training rows are {which} the outcome,"
        f" fewer than min_positives ({at_least}); learn from more snapshots or a longer time,"
        " check event, outcome or stage of the target, or lower its min_positives"
    )


def _solve(
    rows: DataFrame, columns: Sequence[_Column], *, regularisation: float, name: str
) -> tuple[float, dict[str, float]]:
    """Intercept and standardised coefficients."""
    names = [PREFIX + column.feature.name for column in columns]
    standardised = [
        column.scale.standardised(F.col(name_)).alias(name_) for name_, column in zip(names, columns, strict=True)
    ]
    vectors = VectorAssembler(inputCols=names, outputCol="features").transform(rows.select("_label", *standardised))
    regression = LogisticRegression(
        labelCol="_label",
        featuresCol="features",
        family="binomial",
        regParam=regularisation,
        elasticNetParam=0.0,
        standardization=False,
        maxIter=_MAX_ITERATIONS,
        tol=_TOLERANCE,
    )
    model = regression.fit(vectors.select("_label", "features"))
    if model.summary.totalIterations >= _MAX_ITERATIONS:
        _log.warning("%s: not settled after %d iterations; raise its regularisation", name, _MAX_ITERATIONS)
    values = [round(float(value), 6) for value in model.coefficients]
    return round(float(model.intercept), 6), {c.feature.name: value for c, value in zip(columns, values, strict=True)}
