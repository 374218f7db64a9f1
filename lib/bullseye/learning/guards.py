"""Guards: terms that a regression cannot weigh, because they are constant, collinear, or separate the outcomes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.stat import Correlation
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.errors import BullseyeError
from bullseye.learning.scale import Scale
from bullseye.learning.terms import Term, standardised
from bullseye.stats.factors import Matrix, repeated

_log = logging.getLogger(__name__)
_SMALLEST_EIGENVALUE = 1e-6
"""Of the correlation matrix: below it, terms are collinear and their coefficients are arbitrary."""


def guarded(rows: DataFrame, terms: Sequence[Term], *, classes: str | None = None, name: str) -> tuple[Term, ...]:
    """The terms, those that cannot be weighed with a deviation of 0, which leaves them out; each is logged with its reason.

    Left out are constant terms, terms that are collinear with earlier ones and, where the column `classes` names the outcome of
    each row, terms that separate an outcome perfectly: such a term often holds the outcome itself. `name` names the model.
    """
    used, reasons = varying(terms)
    few = standardised(rows, used, *([classes] if classes else []))
    same, more = collinear(few, used)
    used, reasons = [term for term in used if term not in same], reasons + more
    if classes and used:
        separate = separating(few, used, classes=classes)
        used = [term for term in used if term not in separate]
        reasons += [f"{term.name} separates the outcomes perfectly" for term in separate]
    if reasons:
        _log.warning("%s: left out: %s", name, "; ".join(reasons))
    return tuple(term if term in used else replace(term, scale=Scale(term.scale.mean, 0.0)) for term in terms)


def varying(terms: Sequence[Term]) -> tuple[list[Term], list[str]]:
    """Terms that are not constant, and the reasons of the others."""
    constant = [term for term in terms if term.scale.deviation == 0]
    reasons = [f"{term.name} is constant or NULL in all rows" for term in constant]
    return [term for term in terms if term not in constant], reasons


def collinear(rows: DataFrame, terms: Sequence[Term]) -> tuple[list[Term], list[str]]:
    """Terms that are sums of earlier ones, and the reason of each; `rows` have the columns of the terms without NULLs."""
    if len(terms) < 2:
        return [], []
    places = repeated(correlations(rows, [term.column for term in terms]), smallest=_SMALLEST_EIGENVALUE)
    reasons = [
        f"{terms[place].name} is collinear with {' and '.join(terms[other].name for other in others)}"
        for place, others in places.items()
    ]
    return [terms[place] for place in places], reasons


def correlations(rows: DataFrame, names: Sequence[str]) -> Matrix:
    """Pearson's correlations over the rows where no column is NULL (listwise), to 12 digits; NaN next to a constant."""
    complete = rows.dropna(subset=list(names))
    assembled = VectorAssembler(inputCols=list(names), outputCol="_x").transform(complete).select("_x")
    matrix = Correlation.corr(assembled, "_x").first()
    if matrix is None:
        raise BullseyeError("correlations could not be computed")
    return np.asarray(matrix[0].toArray()).round(12)


def separating(rows: DataFrame, terms: Sequence[Term], *, classes: str) -> list[Term]:
    """Terms that each separate an outcome from all others perfectly; `rows` have the columns of the terms."""
    ranges = [F.struct(F.min(term.column), F.max(term.column)).alias(term.column) for term in terms]
    by_class = rows.groupBy(classes).agg(*ranges).collect()  # one row an outcome
    return [term for term in terms if separates([tuple(row[term.column]) for row in by_class])]


def separates(ranges: Sequence[tuple[float, float]]) -> bool:
    """True where the values of one outcome are all below, or all above, those of every other (Albert and Anderson 1984).

    `ranges` has the lowest and the highest value of each outcome.

    >>> separates([(0.0, 1.0), (1.5, 3.0)]), separates([(0.0, 1.0), (1.0, 3.0)]), separates([(0.0, 1.0)])
    (True, False, False)
    """
    if len(ranges) < 2:
        return False
    lows, highs = sorted(low for low, _ in ranges), sorted(high for _, high in ranges)
    # The lowest outcome is below the second, or the highest is above the one before.
    return any(high < lows[1] for _, high in ranges) or any(low > highs[-2] for low, _ in ranges)
