"""Logistic regression whose coefficients are read, not only used: with standard errors, and without a penalty."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.ml.regression import GeneralizedLinearRegression
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.learning.features import Predictor
from bullseye.learning.guards import collinear, varying
from bullseye.learning.linear_model import INTERCEPT, logistic, summed
from bullseye.learning.scale import Scale, nine_digits
from bullseye.learning.terms import Described, Term, described, in_few_tasks, standardised, vectors
from bullseye.stats.intervals import Z95

_log = logging.getLogger(__name__)
_MAX_ITERATIONS = 50
_WIDEST_ERROR = 20.0
"""Standard error of a standardised coefficient from which on the outcome is separated: no estimate exists."""


@dataclass(frozen=True)
class Estimate:
    """The coefficient of a term per unit of x, with its standard error."""

    term: Term
    coefficient: float
    standard_error: float

    @property
    def weight(self) -> float:
        """The coefficient per standard deviation of x."""
        return self.coefficient * self.term.scale.deviation

    @property
    def z(self) -> float:
        return self.coefficient / self.standard_error

    @property
    def p_value(self) -> float:
        """Of the hypothesis that the coefficient is 0, two-sided (Wald 1943)."""
        return math.erfc(abs(self.z) / math.sqrt(2))

    @property
    def direction(self) -> str:
        """Raises or lowers; unclear where chance explains it too."""
        if self.p_value > 0.05:
            return "unclear"
        return "raises" if self.coefficient > 0 else "lowers"


@dataclass(frozen=True)
class Regression:
    """The fitted model, its estimates from the strongest weight on; `remark` has the terms that are left out, and why."""

    intercept: Estimate
    estimates: tuple[Estimate, ...]
    rows: int
    events: int
    remark: str | None

    def probability(self) -> Column:
        """Of the outcome, for a row with the columns of the terms; a NULL counts as the mean."""
        return logistic(summed(self.intercept.coefficient, (e.coefficient * _value(e) for e in self.estimates)))

    def strongest(self) -> Column:
        """Name of the term that raises the odds of a row most above those at its mean; NULL where none does."""
        raised = [
            F.struct(
                (e.coefficient * (_value(e) - e.term.scale.mean)).alias("by"),
                F.lit(e.term.name).alias("name"),
            )
            for e in self.estimates
        ]
        most = F.array_max(F.array(*raised))
        return F.when(most["by"] > 0, most["name"])


def _value(estimate: Estimate) -> Column:
    return F.coalesce(F.col(estimate.term.column), F.lit(estimate.term.scale.mean))


def regress(
    rows: DataFrame, predictors: Sequence[Predictor], *, outcome: str, min_events: int, name: str
) -> Regression | None:
    """Fit P(outcome = 1) on the columns of the predictors; None where either outcome has fewer than `min_events` rows.

    Terms that are constant, collinear with earlier ones, or that separate the outcomes are left out and remarked; None where
    none is left. NULL counts as the mean of the others.
    Raises BullseyeError where a predictor is not finite; `name` names the model.
    """
    sample = described(rows, predictors, outcome=outcome, name=name)
    if min(sample.events, sample.rows - sample.events) < min_events:
        _log.warning(
            "%s: %d of %d rows have the outcome; with fewer than min_events (%d) on either side there are no drivers",
            name,
            sample.events,
            sample.rows,
            min_events,
        )
        return None
    terms, reasons = varying(sample.terms)
    few = standardised(rows.withColumn("_outcome", F.col(outcome).cast("double")), terms, "_outcome")
    few = in_few_tasks(few, sample.rows).persist()
    try:
        same, more = collinear(few, terms)
        terms, reasons = [term for term in terms if term not in same], reasons + more
        terms, solution, more = _estimable(few, terms)
        reasons += more
    finally:
        few.unpersist()
    remark = f"left out: {'; '.join(reasons)}" if reasons else None
    if remark:
        _log.warning("%s: %s", name, remark)
    return _in_units(terms, sample, solution, remark=remark) if solution else None


@dataclass(frozen=True)
class _Solution:
    """Standardised coefficients and their errors, in the order of the terms."""

    coefficients: list[float]
    errors: list[float]
    intercept: float
    intercept_error: float


def _estimable(rows: DataFrame, terms: list[Term]) -> tuple[list[Term], _Solution | None, list[str]]:
    """The terms that have an estimate together, and it; None where none has. The reasons are of those left out."""
    reasons: list[str] = []
    while terms:
        solution = _solve(rows, terms)
        separated = [at for at, error in enumerate(solution.errors) if not error < _WIDEST_ERROR]
        if not separated:
            return terms, solution, reasons
        # One that separates widens the errors of the others: the largest coefficient is its own.
        worst = max(separated, key=lambda at: abs(solution.coefficients[at]))
        reasons.append(
            f"no row, or every row, that has {terms[worst].name} has the outcome, so that there is no estimate"
        )
        terms = [*terms[:worst], *terms[worst + 1 :]]
    return [], None, reasons


def _solve(rows: DataFrame, terms: Sequence[Term]) -> _Solution:
    regression = GeneralizedLinearRegression(
        family="binomial", link="logit", labelCol="_outcome", featuresCol="features", maxIter=_MAX_ITERATIONS, tol=1e-9
    )
    model = regression.fit(vectors(rows, terms, "_outcome"))
    *errors, intercept_error = (float(error) for error in model.summary.coefficientStandardErrors)
    return _Solution([float(value) for value in model.coefficients], errors, float(model.intercept), intercept_error)


def _in_units(terms: Sequence[Term], sample: Described, solution: _Solution, *, remark: str | None) -> Regression:
    """Per unit of x instead of per standard deviation.

    The error of the intercept stays that of a row at the means: the intercept itself is moved to where every x is 0.
    """
    estimates = []
    for term, coefficient, error in zip(terms, solution.coefficients, solution.errors, strict=True):
        deviation = term.scale.deviation
        estimates.append(Estimate(term, nine_digits(coefficient / deviation), nine_digits(error / deviation)))
    moved = nine_digits(solution.intercept - sum(e.coefficient * e.term.scale.mean for e in estimates))
    constant = Term(INTERCEPT, "1", "where every driver is 0", Scale(1.0, 0.0))
    intercept = Estimate(constant, moved, nine_digits(solution.intercept_error))
    ordered = sorted(estimates, key=lambda e: (-abs(e.weight), e.term.name))
    return Regression(intercept, tuple(ordered), sample.rows, sample.events, remark)


def driver_rows(regression: Regression) -> list[dict[str, object]]:
    """The estimates by the names of columns of a table of drivers: the intercept first, then from the strongest weight on."""
    return [
        {
            "position": position,
            "driver": e.term.name,
            "expression": e.term.expression,
            "meaning": e.term.meaning,
            "coefficient": e.coefficient,
            "standard_error": e.standard_error,
            "z": e.z,
            "p_value": e.p_value,
            "direction": e.direction,
            "odds_ratio": _exp(e.coefficient),
            "odds_ratio_low": _exp(e.coefficient - Z95 * e.standard_error),
            "odds_ratio_high": _exp(e.coefficient + Z95 * e.standard_error),
            "weight": e.weight,
            "mean": e.term.scale.mean,
            "deviation": e.term.scale.deviation,
            "unknown": e.term.unknown,
            "rows": regression.rows,
            "events": regression.events,
            "remark": regression.remark,
        }
        for position, e in enumerate((regression.intercept, *regression.estimates))
    ]


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))
