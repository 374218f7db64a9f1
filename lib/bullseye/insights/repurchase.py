"""Items to factors, and factors to what they weigh for buying again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.errors import BullseyeError
from bullseye.features import nine_digits
from bullseye.insights.regression import Covariate, Regression, correlations, regress
from bullseye.settings.repurchase import NamedFactor, Outcome, Repurchase
from bullseye.stats.factors import (
    Adequacy,
    Factors,
    Matrix,
    Vector,
    adequacy,
    eigenvalues,
    extract,
    factors_to_keep,
    random_eigenvalues,
)

_SHOWN_LOADING = 0.4


@dataclass(frozen=True)
class Analysis:
    """Factors of a question: arrays over items, in the order of the settings."""

    rows: int
    mean: Vector
    deviation: Vector
    adequacy: Adequacy
    eigenvalues: Vector
    at_random: Vector
    factors: Factors
    names: tuple[str, ...]

    def score(self, factor: int, items: Sequence[str]) -> str:
        """SQL over the items that gives the score of a factor."""
        parts = [
            f"{self.factors.weights[i, factor]:.9g} * (`{item}` - {self.mean[i]:.9g}) / {self.deviation[i]:.9g}"
            for i, item in enumerate(items)
        ]
        return " + ".join(parts)


def items_of(facts: DataFrame, question: Repurchase) -> DataFrame:
    """One row a customer with all items and `answered_on`; `facts` by customer. Rows that lack an item are left out, in a
    fixed order: sums of floating point numbers depend on it in the last digits.
    """
    values = [F.expr(item.sql).cast("double").alias(item.name) for item in question.items]
    rows = facts.where(F.expr(question.where)).groupBy("customer_id").agg(F.max("day").alias("answered_on"), *values)
    complete = rows.dropna(subset=[item.name for item in question.items])
    return complete.repartition("customer_id").sortWithinPartitions("customer_id")


def analyse(rows: DataFrame, question: Repurchase, *, name: str) -> Analysis | None:
    """The factors behind the items of complete rows; None where there are fewer than `min_rows`, or no factor.

    Raises BullseyeError where items are constant or say the same as others; `name` says whose they are.
    """
    names = [item.name for item in question.items]
    told = rows.agg(F.count(F.lit(1)), *(f(name) for name in names for f in (F.avg, F.stddev_samp))).first()
    count = told[0] if told is not None else 0
    if told is None or count < max(question.min_rows, len(names) + 2):
        return None
    mean, deviation = np.array(told[1::2], dtype=np.float64), np.array(told[2::2], dtype=np.float64)
    if constant := [item for item, spread in zip(names, deviation, strict=True) if not spread > 0]:
        raise BullseyeError(f"{name}: the same of all customers: {', '.join(constant)}; remove these items")
    matrix = correlations(rows, names)
    if np.linalg.eigvalsh(matrix)[0] < 1e-8:
        raise BullseyeError(f"{name}: an item is the sum of others, so that there are no factors; remove one of them")
    observed = eigenvalues(matrix)
    at_random = random_eigenvalues(
        len(names), count, draws=question.draws, percentile=question.percentile, seed=question.seed
    )
    keep = question.count or factors_to_keep(observed, at_random)
    if keep == 0:
        return None
    try:
        factors = extract(matrix, keep, rows=count)
    except ValueError as error:
        raise BullseyeError(f"{name}: {error} with {keep} factor(s); set count to fewer, or remove items") from error
    factors, called = named(factors, names, question.factors)
    return Analysis(count, mean, deviation, adequacy(matrix, count), observed, at_random, factors, called)


def named(factors: Factors, items: Sequence[str], wanted: Sequence[NamedFactor]) -> tuple[Factors, tuple[str, ...]]:
    """Names of the factors, each name for the factor that its items load on most; without one, that of the highest item.

    Names are given from the best fit on, each once. A factor with a name gets the sign of its first item.
    """
    squares, loadings = factors.loadings**2, factors.loadings
    at = {item: place for place, item in enumerate(items)}
    fits = [
        (-float(squares[[at[item] for item in name.items], factor].mean()), order, factor)
        for order, name in enumerate(wanted)
        for factor in range(loadings.shape[1])
    ]
    given: dict[int, int] = {}
    for _, order, factor in sorted(fits):
        if order not in given.values() and factor not in given:
            given[factor] = order
    called, signs = [], np.ones(loadings.shape[1])
    for factor in range(loadings.shape[1]):
        best = items[int(np.abs(loadings[:, factor]).argmax())]
        fitting = wanted[given[factor]] if factor in given else None
        if fitting is not None and best not in fitting.items:
            fitting = None
        called.append(fitting.name if fitting else best)
        if fitting and loadings[at[fitting.items[0]], factor] < 0:
            signs[factor] = -1.0
    return Factors(loadings * signs, factors.weights * signs), tuple(called)


def with_outcome(rows: DataFrame, facts: DataFrame, outcome: Outcome, *, as_of: date) -> DataFrame:
    """Those who answered long enough ago, with `again`, 1 where they bought again and 0 where not; `facts` by customer."""
    old = rows.where(F.date_add("answered_on", outcome.within_days) <= F.lit(as_of))
    same = F.expr(outcome.same) if outcome.same else F.lit("")
    events = facts.where(F.expr(outcome.where)).select(
        "customer_id", F.expr(outcome.day).alias("happened_on"), same.cast("string").alias("same")
    )
    each = events.join(old.select("customer_id", "answered_on"), on="customer_id")
    after = F.datediff("happened_on", "answered_on")
    sides = each.groupBy("customer_id", "same").agg(
        F.bool_or(after <= 0).alias("before"),
        F.bool_or((after > 0) & (after <= outcome.within_days)).alias("after"),
    )
    counts = F.col("after") & (F.col("before") if outcome.same else F.lit(True))
    bought = sides.groupBy("customer_id").agg(F.max(counts.cast("int")).alias("again"))
    found = old.join(bought, on="customer_id", how="left").withColumn("again", F.coalesce("again", F.lit(0)))
    return found.repartition("customer_id").sortWithinPartitions("customer_id")


def weigh(rows: DataFrame, found: Analysis, question: Repurchase, *, name: str) -> Regression | None:
    """What each factor weighs for the outcome; None where too few bought again, or did not."""
    items = [item.name for item in question.items]
    factors = [
        Covariate(factor, found.score(place, items), question.outcome.doc) for place, factor in enumerate(found.names)
    ]
    scores = [F.expr(one.sql).alias(one.column) for one in factors]
    return regress(rows.select("again", *scores), factors, outcome="again", min_events=question.min_events, name=name)


def factor_rows(found: Analysis, question: Repurchase) -> list[tuple[object, ...]]:
    """Rows of `gold.factor` without as_of and question."""
    items = [item.name for item in question.items]
    tested = (
        found.rows,
        nine_digits(found.adequacy.kmo),
        nine_digits(found.adequacy.chi_square),
        nine_digits(found.adequacy.p_value),
    )
    rows: list[tuple[object, ...]] = []
    for place, (value, random) in enumerate(zip(found.eigenvalues, found.at_random, strict=True)):
        kept: tuple[object, ...] = (None,)
        told: tuple[object, ...] = (None, None, None)
        if place < len(found.names):
            kept = (found.names[place],)
            explained = nine_digits(found.factors.explained[place])
            told = (explained, _loading_items(found.factors.loadings[:, place], items), found.score(place, items))
        rows.append((place + 1, *kept, nine_digits(value), nine_digits(random), *told, *tested))
    return rows


def _loading_items(loadings: Vector, items: Sequence[str]) -> str:
    ordered = sorted(range(len(items)), key=lambda i: (-abs(loadings[i]), items[i]))
    high = [i for i in ordered if abs(loadings[i]) >= _SHOWN_LOADING]
    return ", ".join(f"{'-' if loadings[i] < 0 else ''}{items[i]}" for i in high)


def loading_rows(found: Analysis, question: Repurchase) -> list[tuple[object, ...]]:
    """Rows of `gold.factor_loading` without as_of and question."""
    loadings: Matrix = found.factors.loadings
    return [
        (
            item.name,
            factor,
            item.doc,
            *(nine_digits(number) for number in (loadings[i, place], found.factors.weights[i, place])),
            nine_digits(found.factors.communalities[i]),
            nine_digits(found.adequacy.of_items[i]),
            nine_digits(found.mean[i]),
            nine_digits(found.deviation[i]),
            item.sql,
        )
        for i, item in enumerate(question.items)
        for place, factor in enumerate(found.names)
    ]
