"""A model as Spark columns: no MLlib object is needed to score, and the same SQL runs on any engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column
from pyspark.sql import functions as F

from bullseye.scoring.training import LogisticModel, Term

_NEGLIGIBLE = 1e-9
"""A contribution that is smaller is none."""


def contribution(term: Term, value: Column) -> Column:
    """What the feature adds to the log-odds, against the mean of the training rows; 0 where it is NULL."""
    if term.deviation == 0 or term.coefficient == 0:
        return F.lit(0.0)
    return F.coalesce(term.coefficient * (value - term.mean) / term.deviation, F.lit(0.0))


def probability(model: LogisticModel, contributions: Sequence[Column]) -> Column:
    """The logistic function of the intercept and the contributions, added up in the order of the terms."""
    log_odds = reduce(Column.__add__, contributions, F.lit(model.intercept))
    return 1 / (1 + F.exp(-log_odds))


def reasons(terms: Sequence[Term], contributions: Sequence[Column]) -> Column:
    """The features that move the prediction, the strongest first: an array of (`meaning`, `direction`).

    Strength is the size of the contribution; equal ones keep the order of the settings. A feature that adds nothing is
    no reason.
    """
    candidates = [
        F.when(
            F.abs(value) > _NEGLIGIBLE,
            F.struct(
                # Sorted by rising values, hence the sign.
                F.round(-F.abs(value), 9).alias("strength"),
                F.lit(index).alias("position"),
                F.lit(term.meaning).alias("meaning"),
                F.when(value > 0, "raises").otherwise("lowers").alias("direction"),
            ),
        )
        for index, (term, value) in enumerate(zip(terms, contributions, strict=True))
    ]
    return F.array_sort(F.array_compact(F.array(*candidates)))
