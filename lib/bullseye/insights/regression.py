"""Logistic regression whose coefficients are read, not only used: with standard errors, and without a penalty."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import GeneralizedLinearRegression
from pyspark.ml.stat import Correlation
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.errors import BullseyeError
from bullseye.stats.factors import Matrix
from bullseye.stats.intervals import Z95

_log = logging.getLogger(__name__)
_MAX_ITERATIONS = 50
_SMALLEST_EIGENVALUE = 1e-6
"""Of the correlation matrix: below it, terms say the same and their coefficients are arbitrary."""
_WIDEST_ERROR = 20.0
"""Standard error of a standardised coefficient from which on the outcome is separated: no estimate exists."""
_ROWS_PER_TASK = 100_000
PREFIX = "x_"
"""Before the name of a term, where it is a column: it may have the name of a column that it is made from."""
INTERCEPT = "(intercept)"


@dataclass(frozen=True)
class Term:
    """A number of each row: its name, its SQL, and what it means."""

    name: str
    sql: str
    meaning: str

    @property
    def column(self) -> str:
        """Name of the column that holds it."""
        return PREFIX + self.name


@dataclass(frozen=True)
class Estimate:
    """A coefficient per unit of x, with mean and deviation of x and the rows where it is NULL."""

    term: Term
    coefficient: float
    standard_error: float
    mean: float
    deviation: float
    unknown: int

    @property
    def weight(self) -> float:
        return self.coefficient * self.deviation

    @property
    def z(self) -> float:
        return self.coefficient / self.standard_error

    @property
    def p_value(self) -> float:
        return math.erfc(abs(self.z) / math.sqrt(2))

    @property
    def direction(self) -> str:
        """Raises or lowers; unclear where chance explains it too."""
        if self.p_value > 0.05:
            return "unclear"
        return "raises" if self.coefficient > 0 else "lowers"


@dataclass(frozen=True)
class Regression:
    """The fitted model: terms from the strongest weight on."""

    intercept: Estimate
    estimates: tuple[Estimate, ...]
    rows: int
    events: int

    def log_odds(self) -> Column:
        """Of a row with the columns of the terms; a NULL counts as the mean."""
        parts = [e.coefficient * F.coalesce(F.col(e.term.column), F.lit(e.mean)) for e in self.estimates]
        return reduce(Column.__add__, parts, F.lit(self.intercept.coefficient))

    def probability(self) -> Column:
        """Of the outcome, for a row with the columns of the terms."""
        return 1 / (1 + F.exp(-self.log_odds()))

    def strongest(self) -> Column:
        """Name of the term that raises the odds of a row most above those at its mean; NULL where none does."""
        raised = [
            F.struct(
                (e.coefficient * (F.coalesce(F.col(e.term.column), F.lit(e.mean)) - e.mean)).alias("by"),
                F.lit(e.term.name).alias("name"),
            )
            for e in self.estimates
        ]
        most = F.array_max(F.array(*raised))
        return F.when(most["by"] > 0, most["name"])


def regress(rows: DataFrame, terms: Sequence[Term], *, outcome: str, min_events: int, name: str) -> Regression | None:
    """Fit P(outcome = 1) on the columns of the terms; None where either outcome has fewer than `min_events` rows.

    Terms that never vary, or that tell the outcomes apart without an error, are left out, and said so; None where no term is
    left. NULL counts as the mean of the others.
    Raises BullseyeError where terms say the same as others; `name` says whose they are.
    """
    described = _describe(rows, terms, outcome)
    if min(described.events, described.rows - described.events) < min_events:
        _log.warning(
            "%s: %d of %d rows have the outcome; with fewer than min_events (%d) on either side there are no drivers",
            name,
            described.events,
            described.rows,
            min_events,
        )
        return None
    varying = [term for term in terms if described.deviation[term.name] > 0]
    if constant := [term.name for term in terms if term not in varying]:
        _log.warning("%s: left out, because constant or NULL in all rows: %s", name, ", ".join(constant))
    if not varying:
        return None
    scaled = [_standardised(term, described) for term in varying]
    few = rows.select(F.col(outcome).cast("double").alias("_outcome"), *scaled)
    few = few.coalesce(1 + described.rows // _ROWS_PER_TASK).persist()
    try:
        _refuse_repeated(few, varying, name=name)
        while varying:
            coefficients, errors = _solve(few, varying)
            separated = [at for at, error in enumerate(errors[:-1]) if not error < _WIDEST_ERROR]
            if not separated:
                return _in_units(varying, described, coefficients, errors)
            # One term that separates takes the errors of the others with it: the largest coefficient is its own.
            worst = varying[max(separated, key=lambda at: abs(coefficients[at]))]
            _log.warning(
                "%s: left out, because no row, or every row, that has it has the outcome, so that there is no estimate: %s",
                name,
                worst.name,
            )
            varying = [term for term in varying if term is not worst]
    finally:
        few.unpersist()
    return None


def _standardised(term: Term, described: _Described) -> Column:
    """The term in deviations from its mean, which stands in place of NULL."""
    mean, deviation = described.mean[term.name], described.deviation[term.name]
    return ((F.coalesce(F.col(term.column), F.lit(mean)) - mean) / deviation).alias(term.column)


@dataclass(frozen=True)
class _Described:
    rows: int
    events: int
    mean: dict[str, float]
    deviation: dict[str, float]
    unknown: dict[str, int]


def _describe(rows: DataFrame, terms: Sequence[Term], outcome: str) -> _Described:
    values = [
        F.struct(F.avg(t.column), F.stddev_samp(t.column), F.count_if(F.col(t.column).isNull())).alias(t.name)
        for t in terms
    ]
    found = rows.agg(F.count(F.lit(1)).alias("_rows"), F.sum(F.col(outcome)).alias("_events"), *values).first()
    if found is None:
        raise BullseyeError(f"rows of {outcome} could not be counted")
    mean, deviation, unknown = {}, {}, {}
    for term in terms:
        average, spread, nulls = found[term.name]
        mean[term.name] = _rounded(average or 0.0)
        # What is left of a constant after adding up is rounding, not variation.
        constant = spread is None or spread <= 1e-9 * max(1.0, abs(average or 0.0))
        deviation[term.name], unknown[term.name] = 0.0 if constant else _rounded(spread), nulls
    return _Described(found["_rows"], int(found["_events"] or 0), mean, deviation, unknown)


def _refuse_repeated(rows: DataFrame, terms: Sequence[Term], *, name: str) -> None:
    matrix = correlations(rows, [term.column for term in terms])
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < _SMALLEST_EIGENVALUE:
        same = [term.name for term, part in zip(terms, vectors[:, 0], strict=True) if abs(part) > 0.1]
        raise BullseyeError(
            f"{name}: {', '.join(same)} say the same, so that their coefficients cannot be told apart; remove one of them"
        )


def correlations(rows: DataFrame, names: Sequence[str]) -> Matrix:
    """Pearson's correlations over the rows where all columns are known (listwise), to 12 digits; NaN beside a constant."""
    complete = rows.dropna(subset=list(names))
    vectors = VectorAssembler(inputCols=list(names), outputCol="_x").transform(complete).select("_x")
    found = Correlation.corr(vectors, "_x").first()
    if found is None:
        raise BullseyeError("correlations could not be computed")
    return np.asarray(found[0].toArray()).round(12)


def _solve(rows: DataFrame, terms: Sequence[Term]) -> tuple[list[float], list[float]]:
    """Standardised coefficients and their errors, those of the intercept last."""
    assembled = VectorAssembler(inputCols=[t.column for t in terms], outputCol="_x").transform(rows)
    regression = GeneralizedLinearRegression(
        family="binomial", link="logit", labelCol="_outcome", featuresCol="_x", maxIter=_MAX_ITERATIONS, tol=1e-9
    )
    model = regression.fit(assembled.select("_outcome", "_x"))
    errors = [float(error) for error in model.summary.coefficientStandardErrors]
    return [*(float(value) for value in model.coefficients), float(model.intercept)], errors


def _in_units(
    terms: Sequence[Term], described: _Described, coefficients: Sequence[float], errors: Sequence[float]
) -> Regression:
    """Per unit of x instead of per standard deviation.

    The error of the intercept stays that of a row with mean terms: the intercept itself is moved to where they are 0.
    """
    estimates = []
    for term, coefficient, error in zip(terms, coefficients[:-1], errors[:-1], strict=True):
        mean, deviation = described.mean[term.name], described.deviation[term.name]
        unit, spread = _rounded(coefficient / deviation), _rounded(error / deviation)
        estimates.append(Estimate(term, unit, spread, mean, deviation, described.unknown[term.name]))
    moved = coefficients[-1] - sum(e.coefficient * e.mean for e in estimates)
    intercept = Estimate(
        Term(INTERCEPT, "1", "where every driver is 0"), _rounded(moved), _rounded(errors[-1]), 1.0, 0.0, 0
    )
    ordered = sorted(estimates, key=lambda e: (-abs(e.weight), e.term.name))
    return Regression(intercept, tuple(ordered), described.rows, described.events)


def driver_rows(found: Regression) -> list[dict[str, object]]:
    """The estimates by the names of columns of `gold.driver`, as far as the regression tells them: the intercept first."""
    return [
        {
            "position": position,
            "driver": e.term.name,
            "expression": e.term.sql,
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
            "mean": e.mean,
            "deviation": e.deviation,
            "unknown": e.unknown,
            "rows": found.rows,
            "events": found.events,
        }
        for position, e in enumerate((found.intercept, *found.estimates))
    ]


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))


def _rounded(value: float) -> float:
    """Nine significant digits: more than the data tell, fewer than the order of adding up changes."""
    return float(f"{value:.9g}")
