"""Fits of linear models with a ridge penalty, by MLlib.

The penalty is the weight of half the sum of the squared standardised coefficients. Terms are standardised here, and NULLs
filled by the mean. Coefficients are rounded, because the last digits depend on the order in which a cluster adds up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from pyspark.ml.classification import LogisticRegression, LogisticRegressionModel
from pyspark.ml.regression import LinearRegression
from pyspark.sql import DataFrame

from bullseye.learning.linear_model import LinearModel
from bullseye.learning.terms import Term, standardised, vectors

_log = logging.getLogger(__name__)
_MAX_ITERATIONS = 200
_TOLERANCE = 1e-6
_DIGITS = 6


def ridge_linear(rows: DataFrame, terms: Sequence[Term], *, label: str, regularisation: float) -> LinearModel:
    """The label as a linear model, next to half the mean squared error; MLlib divides the penalty by the label's deviation."""
    used = _used(terms)
    regression = LinearRegression(
        labelCol=label, featuresCol="features", regParam=regularisation, standardization=False, solver="normal"
    )
    model = regression.fit(_assembled(rows, used, label))
    return _linear_model(model.intercept, terms, used, model.coefficients.toArray())


def ridge_logistic(
    rows: DataFrame, terms: Sequence[Term], *, label: str, regularisation: float, name: str
) -> LinearModel:
    """The log-odds of label 1 against 0, next to the mean log loss; `name` names the model in a warning.

    There are no class weights: probabilities stay calibrated.
    """
    used = _used(terms)
    model = _logistic(_assembled(rows, used, label), label, "binomial", regularisation=regularisation, name=name)
    return _linear_model(model.intercept, terms, used, model.coefficients.toArray())


def ridge_multinomial(
    rows: DataFrame, terms: Sequence[Term], *, label: str, regularisation: float, name: str
) -> tuple[LinearModel, ...]:
    """A model for each label 0, 1, ...: the exponential of its sum is the weight of the label among all (McFadden 1974)."""
    used = _used(terms)
    model = _logistic(_assembled(rows, used, label), label, "multinomial", regularisation=regularisation, name=name)
    pairs = zip(model.interceptVector.toArray(), model.coefficientMatrix.toArray(), strict=True)
    return tuple(_linear_model(intercept, terms, used, coefficients) for intercept, coefficients in pairs)


def _used(terms: Sequence[Term]) -> list[Term]:
    # MLlib needs a column: where every term is left out, one of zeros.
    return [term for term in terms if term.scale.deviation > 0] or list(terms[:1])


def _assembled(rows: DataFrame, used: Sequence[Term], label: str) -> DataFrame:
    return vectors(standardised(rows, used, label), used, label)


def _logistic(rows: DataFrame, label: str, family: str, *, regularisation: float, name: str) -> LogisticRegressionModel:
    regression = LogisticRegression(
        labelCol=label,
        featuresCol="features",
        family=family,
        regParam=regularisation,
        elasticNetParam=0.0,
        standardization=False,
        maxIter=_MAX_ITERATIONS,
        tol=_TOLERANCE,
    )
    model: LogisticRegressionModel = regression.fit(rows)
    if model.summary.totalIterations >= _MAX_ITERATIONS:
        _log.warning("%s: not converged after %d iterations; raise its regularisation", name, _MAX_ITERATIONS)
    return model


def _linear_model(
    intercept: float, terms: Sequence[Term], used: Sequence[Term], coefficients: Iterable[float]
) -> LinearModel:
    of_term = {term.name: round(float(value), _DIGITS) for term, value in zip(used, coefficients, strict=True)}
    return LinearModel(
        round(float(intercept), _DIGITS), tuple(terms), tuple(of_term.get(term.name, 0.0) for term in terms)
    )
