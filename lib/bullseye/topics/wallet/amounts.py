"""The regression behind an estimated amount, and its errors on held-out customers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pyspark.ml.functions import array_to_vector
from pyspark.ml.stat import Correlation
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.learning.fit import ridge_linear
from bullseye.learning.linear_model import LinearModel
from bullseye.learning.terms import Term
from bullseye.topics.wallet.settings import Estimate

MODEL, MEDIAN = "regression", "median"
EVERY = "all"
"""Sample of all customers who show the amount; the others are named by the way in which it shows."""
RANK_ACCURACY = 10_000
_DIGITS = 6


@dataclass(frozen=True)
class Spread:
    """How the logarithms of held-out amounts lie around what was expected: quantiles, and the mean of their exponentials."""

    low: float
    high: float
    smearing: float


def fit(known: DataFrame, terms: tuple[Term, ...], rule: Estimate) -> LinearModel:
    """Ridge regression of ln(1 + observed)."""
    rows = known.withColumn("_label", F.log1p("observed"))
    return ridge_linear(rows, terms, label="_label", regularisation=rule.regularisation)


def held_out(known: DataFrame, parts: list[LinearModel]) -> DataFrame:
    """observed, observed_by, fold, `expected` and `residual` of the logarithm, by the model that has not seen the customer;
    and `plain`, the residual against the median of the others.
    """
    expected = F.lit(None).cast("double")
    for fold, part in enumerate(parts):
        expected = F.when(F.col("fold") == fold, part.predicted()).otherwise(expected)
    rows = known.select("observed", "observed_by", "fold", expected.alias("expected"))
    medians = rows.agg(
        *(
            F.percentile_approx(F.when(F.col("fold") != fold, F.log1p("observed")), 0.5, RANK_ACCURACY).alias(
                f"median_{fold}"
            )
            for fold in range(len(parts))
        )
    )
    middle = F.element_at(F.array(*(F.col(f"median_{fold}") for fold in range(len(parts)))), F.col("fold") + 1)
    return rows.crossJoin(F.broadcast(medians)).select(
        *rows.columns,
        (F.log1p("observed") - F.col("expected")).alias("residual"),
        middle.alias("middle"),
    )


def spread_of(tested: DataFrame, rule: Estimate) -> Spread:
    """Quantiles of the held-out residuals for the interval, and Duan's smearing factor (1983): the mean of exp(residual),
    by which the expected amount is larger than the exponential of the expected logarithm.
    """
    tails = [(1 - rule.interval) / 2, (1 + rule.interval) / 2]
    measured = tested.agg(
        F.percentile_approx("residual", tails, RANK_ACCURACY).alias("tails"),
        F.avg(F.exp("residual")).alias("smearing"),
    ).first()
    assert measured is not None, "an aggregate without groups has one row"
    low, high = (round(float(tail), _DIGITS) for tail in measured["tails"])
    return Spread(low, high, round(float(measured["smearing"]), _DIGITS))


def quality_of(tested: DataFrame, rule: Estimate, *, everyone: int, smearing: float) -> list[dict[str, object]]:
    """Rows of `gold.estimate_quality` without as_of and estimate: the regression, and the median that it has to beat."""
    tails = [(1 - rule.interval) / 2, (1 + rule.interval) / 2]
    folds = range(rule.folds)
    # Of a fold, the interval is taken from the others: else it would cover what it was made from.
    limits = tested.agg(
        *(
            F.percentile_approx(F.when(F.col("fold") != fold, F.col("residual")), tails, RANK_ACCURACY).alias(
                f"tails_{fold}"
            )
            for fold in folds
        )
    )
    tails_of = F.element_at(F.array(*(F.col(f"tails_{fold}") for fold in folds)), F.col("fold") + 1)
    rows = tested.crossJoin(F.broadcast(limits)).withColumn(
        "covered", F.col("residual").between(tails_of[0], tails_of[1])
    )
    each = rows.withColumn("sample", F.explode(F.array(F.lit(EVERY), F.col("observed_by"))))
    plain = F.log1p("observed") - F.col("middle")
    measured = each.groupBy("sample").agg(
        F.count(F.lit(1)).alias("customers"),
        *_errors(MODEL, F.col("expected"), F.col("residual")),
        *_errors(MEDIAN, F.col("middle"), plain),
        F.avg(F.col("covered").cast("double")).alias("coverage"),
    )
    samples = sorted(measured.collect(), key=lambda row: (row["sample"] != EVERY, row["sample"]))  # one row a way
    ranks = {row["sample"]: _rank_correlation(each.where(F.col("sample") == row["sample"])) for row in samples}
    quality: list[dict[str, object]] = []
    for row in samples:
        size = {"sample": row["sample"], "customers": row["customers"], "shown": row["customers"] / everyone}
        interval = {"interval": rule.interval, "coverage": row["coverage"], "smearing": smearing}
        errors = {"rank_correlation": ranks[row["sample"]], **row[MODEL].asDict()}
        quality.append({"method": MODEL, **size, **errors, **interval})
        errors = {"rank_correlation": None, **row[MEDIAN].asDict()}
        quality.append({"method": MEDIAN, **size, **errors, **dict.fromkeys(interval)})
    return quality


def _errors(name: str, expected: Column, residual: Column) -> list[Column]:
    """Median absolute error of the amount, the factor by which half of the estimates are off at most, and the median
    factor to which they are too low.
    """
    error = F.abs(F.col("observed") - F.expm1(expected))
    values = {"median_error": error, "median_factor": F.exp(F.abs(residual)), "bias": F.exp(residual)}
    medians = [F.percentile_approx(value, 0.5, RANK_ACCURACY).alias(column) for column, value in values.items()]
    return [F.struct(*medians).alias(name)]


def _rank_correlation(rows: DataFrame) -> float | None:
    """Spearman's, between observed and expected; None below three customers."""
    vectors = rows.select(array_to_vector(F.array("observed", "expected")).alias("pair"))
    if vectors.limit(3).count() < 3:
        return None
    matrix = Correlation.corr(vectors, "pair", "spearman").first()
    assert matrix is not None, "a correlation is one row"
    value = float(matrix[0].toArray()[0, 1])
    return None if math.isnan(value) else round(value, 9)
