"""A linear model that needs no MLlib object: rows of a table, and SQL columns that run on any engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

from bullseye.learning.scale import Scale
from bullseye.learning.terms import Term

INTERCEPT = "(intercept)"
"""Name of the intercept among the features of a table of coefficients."""
_NEGLIGIBLE = 1e-9
"""A contribution that is smaller is none."""


@dataclass(frozen=True)
class LinearModel:
    """Intercept + sum of coefficient * (x - mean) / deviation over the terms; a NULL counts as the mean and adds nothing."""

    intercept: float
    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    """Per standard deviation of x, in the order of the terms; 0 where a term is left out."""

    def contributions(self) -> list[Column]:
        """What each term adds for a row with the columns of the terms."""
        return [
            term.standardised * coefficient if coefficient else F.lit(0.0)
            for term, coefficient in zip(self.terms, self.coefficients, strict=True)
        ]

    def predicted(self) -> Column:
        """The sum, for a row with the columns of the terms: of a logistic model the log-odds."""
        return summed(self.intercept, self.contributions())

    def probability(self) -> Column:
        """Of the outcome of a logistic model, for a row with the columns of the terms."""
        return logistic(self.predicted())


def summed(intercept: float, contributions: Iterable[Column]) -> Column:
    """The intercept and the contributions, added up in their order."""
    return reduce(Column.__add__, contributions, F.lit(intercept))


def logistic(log_odds: Column) -> Column:
    """The probability of log-odds."""
    return 1 / (1 + F.exp(-log_odds))


def model_rows(model: LinearModel) -> list[dict[str, object]]:
    """The model by the names of columns of a table of coefficients: the intercept first, then the terms in their order."""
    intercept = {"feature": INTERCEPT, "expression": "1", "meaning": "every customer alike"}
    rows: list[dict[str, object]] = [
        {"position": 0, **intercept, "coefficient": model.intercept, "mean": 0.0, "deviation": 1.0}
    ]
    for position, (term, coefficient) in enumerate(zip(model.terms, model.coefficients, strict=True), start=1):
        rows.append(
            {
                "position": position,
                "feature": term.name,
                "expression": term.expression,
                "meaning": term.meaning,
                "coefficient": coefficient,
                "mean": term.scale.mean,
                "deviation": term.scale.deviation,
            }
        )
    return rows


def model_of(rows: Iterable[Mapping[str, Any]]) -> LinearModel:
    """The model of rows that have the columns of `model_rows`, in the order of their positions."""
    intercept, terms, coefficients = 0.0, [], []
    for row in sorted(rows, key=lambda row: row["position"]):
        if row["feature"] == INTERCEPT:
            intercept = row["coefficient"]
        else:
            scale = Scale(row["mean"], row["deviation"])
            terms.append(Term(row["feature"], row["expression"], row["meaning"], scale))
            coefficients.append(row["coefficient"])
    return LinearModel(intercept, tuple(terms), tuple(coefficients))


def reasons(model: LinearModel, names: Collection[str]) -> Column:
    """Those of the named terms that move the prediction, the strongest first: an array of (`meaning`, `direction`).

    Strength is the size of the contribution; equal ones keep the order of the terms. A term that adds nothing is no reason.
    """
    candidates = [
        F.when(
            F.abs(value) > _NEGLIGIBLE,
            F.struct(
                # Sorted by rising values, hence the sign.
                F.round(-F.abs(value), 9).alias("strength"),
                F.lit(position).alias("position"),
                F.lit(term.meaning).alias("meaning"),
                F.when(value > 0, "raises").otherwise("lowers").alias("direction"),
            ),
        )
        for position, (term, value) in enumerate(zip(model.terms, model.contributions(), strict=True))
        if term.name in names
    ]
    return F.array_sort(F.array_compact(F.array(*candidates)))
