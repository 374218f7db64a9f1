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
from bullseye.features import INTERCEPT, PREFIX, Scale, moments, nine_digits, scale_of
from bullseye.stats.factors import Matrix, repeated
from bullseye.stats.intervals import Z95

_log = logging.getLogger(__name__)
_MAX_ITERATIONS = 50
_SMALLEST_EIGENVALUE = 1e-6
"""Of the correlation matrix: below it, terms say the same and their coefficients are arbitrary."""
_WIDEST_ERROR = 20.0
"""Standard error of a standardised coefficient from which on the outcome is separated: no estimate exists."""
_ROWS_PER_TASK = 100_000


@dataclass(frozen=True)
class Covariate:
    """A number of each row that may tell the outcome: its name, its SQL, and what it means."""

    name: str
    sql: str
    meaning: str

    @property
    def column(self) -> str:
        """Name of the column that holds it."""
        return PREFIX + self.name


@dataclass(frozen=True)
class Estimate:
    """A coefficient per unit of x, with the scale of x and the rows where it is NULL."""

    of: Covariate
    coefficient: float
    standard_error: float
    scale: Scale
    unknown: int

    @property
    def weight(self) -> float:
        return self.coefficient * self.scale.deviation

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
    """The fitted model: covariates from the strongest weight on; `remark` says which are left out, and why."""

    intercept: Estimate
    estimates: tuple[Estimate, ...]
    rows: int
    events: int
    remark: str | None

    def log_odds(self) -> Column:
        """Of a row with the columns of the covariates; a NULL counts as the mean."""
        parts = [e.coefficient * F.coalesce(F.col(e.of.column), F.lit(e.scale.mean)) for e in self.estimates]
        return reduce(Column.__add__, parts, F.lit(self.intercept.coefficient))

    def probability(self) -> Column:
        """Of the outcome, for a row with the columns of the covariates."""
        return 1 / (1 + F.exp(-self.log_odds()))

    def strongest(self) -> Column:
        """Name of the covariate that raises the odds of a row most above those at its mean; NULL where none does."""
        raised = [
            F.struct(
                (e.coefficient * (F.coalesce(F.col(e.of.column), F.lit(e.scale.mean)) - e.scale.mean)).alias("by"),
                F.lit(e.of.name).alias("name"),
            )
            for e in self.estimates
        ]
        most = F.array_max(F.array(*raised))
        return F.when(most["by"] > 0, most["name"])


def regress(
    rows: DataFrame, covariates: Sequence[Covariate], *, outcome: str, min_events: int, name: str
) -> Regression | None:
    """Fit P(outcome = 1) on the columns of the covariates; None where either outcome has fewer than `min_events` rows.

    Covariates that never vary, that say the same as earlier ones, or that tell the outcomes apart without an error, are left
    out, and said so; None where none is left. NULL counts as the mean of the others.
    Raises BullseyeError where some are not finite; `name` says whose they are.
    """
    described = _describe(rows, covariates, outcome, name=name)
    if min(described.events, described.rows - described.events) < min_events:
        _log.warning(
            "%s: %d of %d rows have the outcome; with fewer than min_events (%d) on either side there are no drivers",
            name,
            described.events,
            described.rows,
            min_events,
        )
        return None
    varying = [one for one in covariates if described.scale[one.name].deviation > 0]
    left_out = [f"{one.name} is constant or NULL in all rows" for one in covariates if one not in varying]
    scaled = [described.scale[one.name].standardised(F.col(one.column)).alias(one.column) for one in varying]
    few = rows.select(F.col(outcome).cast("double").alias("_outcome"), *scaled)
    few = few.coalesce(1 + described.rows // _ROWS_PER_TASK).persist()
    found = None
    try:
        same = _repeated(few, varying) if varying else {}
        left_out += [f"{one.name} says the same as {others}" for one, others in same.items()]
        varying = [one for one in varying if one not in same]
        while varying and found is None:
            coefficients, errors = _solve(few, varying)
            separated = [at for at, error in enumerate(errors[:-1]) if not error < _WIDEST_ERROR]
            if separated:
                # One that separates takes the errors of the others with it: the largest coefficient is its own.
                worst = varying.pop(max(separated, key=lambda at: abs(coefficients[at])))
                left_out.append(
                    f"no row, or every row, that has {worst.name} has the outcome, so that there is no estimate"
                )
            else:
                remark = f"left out: {'; '.join(left_out)}" if left_out else None
                found = _in_units(varying, described, coefficients, errors, remark=remark)
    finally:
        few.unpersist()
    if left_out:
        _log.warning("%s: left out: %s", name, "; ".join(left_out))
    return found


@dataclass(frozen=True)
class _Described:
    rows: int
    events: int
    scale: dict[str, Scale]
    unknown: dict[str, int]


def _describe(rows: DataFrame, covariates: Sequence[Covariate], outcome: str, *, name: str) -> _Described:
    values = [
        F.struct(moments(one.column), F.count_if(F.col(one.column).isNull())).alias(one.name) for one in covariates
    ]
    found = rows.agg(F.count(F.lit(1)).alias("_rows"), F.sum(F.col(outcome)).alias("_events"), *values).first()
    if found is None:
        raise BullseyeError(f"rows of {outcome} could not be counted")
    scale, unknown = {}, {}
    for one in covariates:
        told, unknown[one.name] = found[one.name]
        scale[one.name] = scale_of(told, feature=one.name, sql=one.sql, name=name)
    return _Described(found["_rows"], int(found["_events"] or 0), scale, unknown)


def _repeated(rows: DataFrame, covariates: Sequence[Covariate]) -> dict[Covariate, str]:
    """Covariates that earlier ones say already, and the names of these."""
    matrix = correlations(rows, [one.column for one in covariates])
    found = repeated(matrix, smallest=_SMALLEST_EIGENVALUE)
    return {covariates[at]: " and ".join(covariates[other].name for other in others) for at, others in found.items()}


def correlations(rows: DataFrame, names: Sequence[str]) -> Matrix:
    """Pearson's correlations over the rows where all columns are known (listwise), to 12 digits; NaN beside a constant."""
    complete = rows.dropna(subset=list(names))
    vectors = VectorAssembler(inputCols=list(names), outputCol="_x").transform(complete).select("_x")
    found = Correlation.corr(vectors, "_x").first()
    if found is None:
        raise BullseyeError("correlations could not be computed")
    return np.asarray(found[0].toArray()).round(12)


def _solve(rows: DataFrame, covariates: Sequence[Covariate]) -> tuple[list[float], list[float]]:
    """Standardised coefficients and their errors, those of the intercept last."""
    assembled = VectorAssembler(inputCols=[one.column for one in covariates], outputCol="_x").transform(rows)
    regression = GeneralizedLinearRegression(
        family="binomial", link="logit", labelCol="_outcome", featuresCol="_x", maxIter=_MAX_ITERATIONS, tol=1e-9
    )
    model = regression.fit(assembled.select("_outcome", "_x"))
    errors = [float(error) for error in model.summary.coefficientStandardErrors]
    return [*(float(value) for value in model.coefficients), float(model.intercept)], errors


def _in_units(
    covariates: Sequence[Covariate],
    described: _Described,
    coefficients: Sequence[float],
    errors: Sequence[float],
    *,
    remark: str | None,
) -> Regression:
    """Per unit of x instead of per standard deviation.

    The error of the intercept stays that of a row with mean covariates: the intercept itself is moved to where they are 0.
    """
    estimates = []
    for one, coefficient, error in zip(covariates, coefficients[:-1], errors[:-1], strict=True):
        scale = described.scale[one.name]
        unit, spread = nine_digits(coefficient / scale.deviation), nine_digits(error / scale.deviation)
        estimates.append(Estimate(one, unit, spread, scale, described.unknown[one.name]))
    moved = nine_digits(coefficients[-1] - sum(e.coefficient * e.scale.mean for e in estimates))
    constant = Covariate(INTERCEPT, "1", "where every driver is 0")
    intercept = Estimate(constant, moved, nine_digits(errors[-1]), Scale(1.0, 0.0), 0)
    ordered = sorted(estimates, key=lambda e: (-abs(e.weight), e.of.name))
    return Regression(intercept, tuple(ordered), described.rows, described.events, remark)


def driver_rows(found: Regression) -> list[dict[str, object]]:
    """The estimates by the names of columns of `gold.driver`, as far as the regression tells them: the intercept first."""
    return [
        {
            "position": position,
            "driver": e.of.name,
            "expression": e.of.sql,
            "meaning": e.of.meaning,
            "coefficient": e.coefficient,
            "standard_error": e.standard_error,
            "z": e.z,
            "p_value": e.p_value,
            "direction": e.direction,
            "odds_ratio": _exp(e.coefficient),
            "odds_ratio_low": _exp(e.coefficient - Z95 * e.standard_error),
            "odds_ratio_high": _exp(e.coefficient + Z95 * e.standard_error),
            "weight": e.weight,
            "mean": e.scale.mean,
            "deviation": e.scale.deviation,
            "unknown": e.unknown,
            "rows": found.rows,
            "events": found.events,
            "remark": found.remark,
        }
        for position, e in enumerate((found.intercept, *found.estimates))
    ]


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))
