"""Items to factors, and factors to what they weigh for buying again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.learning.features import Predictor
from bullseye.learning.guards import correlations
from bullseye.learning.inference import Regression, regress
from bullseye.learning.scale import Scale, moments, nine_digits, scale_of
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
    repeated,
)
from bullseye.topics.repurchase.settings import Item, NamedFactor, Outcome, Repurchase

_SHOWN_LOADING = 0.4
_SMALLEST_EIGENVALUE = 1e-8
"""Of the correlation matrix: below it an item is the sum of others, and the matrix has no inverse."""
_FEWEST_ITEMS = 3
"""Items that factors need: two have one correlation, and that says nothing of what is behind them."""


@dataclass(frozen=True)
class Analysis:
    """Factors of a question: arrays over those items that are not left out, in the order of the settings.

    `remark` says which items are left out and why, and why there are no factors; None where there is nothing to say.
    """

    rows: int
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    adequacy: Adequacy
    eigenvalues: Vector
    at_random: Vector
    factors: Factors
    names: tuple[str, ...]
    remark: str | None

    def score(self, factor: int) -> str:
        """SQL over the items that gives the score of a factor."""
        parts = [
            f"{weight:.9g} * (`{item.name}` - {scale.mean:.9g}) / {scale.deviation:.9g}"
            for item, scale, weight in zip(self.items, self.scales, self.factors.weights[:, factor], strict=True)
        ]
        return " + ".join(parts)


def items_of(facts: DataFrame, question: Repurchase) -> DataFrame:
    """One row a customer with all items and `answered_day`; `facts` by customer. Rows that lack an item are left out, in a
    fixed order: sums of floating point numbers depend on it in the last digits.
    """
    values = [F.expr(item.sql).cast("double").alias(item.name) for item in question.items]
    rows = facts.where(F.expr(question.where)).groupBy("customer_id").agg(F.max("day").alias("answered_day"), *values)
    complete = rows.dropna(subset=[item.name for item in question.items])
    return complete.repartition("customer_id").sortWithinPartitions("customer_id")


def analyse(rows: DataFrame, question: Repurchase, *, name: str) -> Analysis | None:
    """The factors behind the items of complete rows; None where there are fewer than `min_rows`, or items.

    Items that never vary, or that earlier ones say already, are left out. There are no factors where none exceeds what is found
    at random, and where one explains more than all of an item.
    Raises BullseyeError where an item is not finite; `name` says whose it is.
    """
    moments_row = rows.agg(
        F.count(F.lit(1)).alias("_rows"), *(moments(item.name).alias(item.name) for item in question.items)
    ).first()
    assert moments_row is not None, "an aggregate without groups has one row"
    answered = moments_row["_rows"]
    if answered < max(question.min_rows, len(question.items) + 2):
        return None
    scales = [scale_of(moments_row[item.name], feature=item.name, sql=item.sql, name=name) for item in question.items]
    matrix = correlations(rows, [item.name for item in question.items])
    kept, remarks = _telling(matrix, question.items, scales)
    if len(kept) < _FEWEST_ITEMS:
        return None
    matrix, items = matrix[np.ix_(kept, kept)], tuple(question.items[at] for at in kept)
    observed = eigenvalues(matrix)
    at_random = random_eigenvalues(
        len(items), answered, draws=question.draws, percentile=question.percentile, seed=question.seed
    )
    wanted = min(question.count or factors_to_keep(observed, at_random), len(items) - 1)
    none: Matrix = np.empty((len(items), 0))
    factors, called = Factors(none, none), tuple[str, ...]()
    if wanted == 0:
        remarks.append("no factors: no eigenvalue exceeds those at random")
    else:
        try:
            factors = extract(matrix, wanted, rows=answered)
        except ValueError as error:
            remarks.append(f"no factors: {error} with {wanted} of them; set count to fewer, or remove items")
        else:
            factors, called = named(factors, [item.name for item in items], question.factors)
    return Analysis(
        rows=answered,
        items=items,
        scales=tuple(scales[at] for at in kept),
        adequacy=adequacy(matrix, answered),
        eigenvalues=observed,
        at_random=at_random,
        factors=factors,
        names=called,
        remark="; ".join(remarks) or None,
    )


def _telling(matrix: Matrix, items: Sequence[Item], scales: Sequence[Scale]) -> tuple[list[int], list[str]]:
    """Places of the items that say something of their own, and a remark for every other."""
    varying = [at for at, scale in enumerate(scales) if scale.deviation > 0]
    remarks = [
        f"left out: {item.name} is the same of all customers" for at, item in enumerate(items) if at not in varying
    ]
    same = repeated(matrix[np.ix_(varying, varying)], smallest=_SMALLEST_EIGENVALUE)
    for place, others in same.items():
        said = " and ".join(items[varying[other]].name for other in others)
        remarks.append(f"left out: {items[varying[place]].name} says the same as {said}")
    return [at for place, at in enumerate(varying) if place not in same], remarks


def named(factors: Factors, items: Sequence[str], wanted: Sequence[NamedFactor]) -> tuple[Factors, tuple[str, ...]]:
    """Names of the factors, each name for the factor that its items load on most; without one, that of the highest item.

    Names are given from the best fit on, each once; a second factor of the same highest item has its name with a number. A
    factor with a name gets the sign of its first item. Items that are left out play no part.
    """
    squares, loadings = factors.loadings**2, factors.loadings
    at = {item: place for place, item in enumerate(items)}
    known = {name.name: [at[item] for item in name.items if item in at] for name in wanted}
    fits = [
        (-float(squares[places, factor].mean()), order, factor, name)
        for order, (name, places) in enumerate(known.items())
        for factor in range(loadings.shape[1])
        if places
    ]
    given: dict[int, str] = {}
    for _, _, factor, name in sorted(fits):
        if name not in given.values() and factor not in given:
            given[factor] = name
    highest = [int(place) for place in np.abs(loadings).argmax(axis=0)]
    fitting = {factor: name for factor, name in given.items() if highest[factor] in known[name]}
    signs = np.ones(loadings.shape[1])
    for factor, name in fitting.items():
        if loadings[known[name][0], factor] < 0:
            signs[factor] = -1.0
    called: list[str] = []
    for factor, place in enumerate(highest):
        called.append(fitting.get(factor) or _unused(items[place], {*called, *fitting.values()}))
    return Factors(loadings * signs, factors.weights * signs), tuple(called)


def _unused(name: str, taken: Collection[str]) -> str:
    numbered = (f"{name}_{number}" for number in count(2))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def with_outcome(rows: DataFrame, facts: DataFrame, outcome: Outcome, *, as_of: date) -> DataFrame:
    """Those who answered long enough ago, with `again`, 1 where they bought again and 0 where not; `facts` by customer.

    An event whose `same` is NULL, such as of an unknown product, is the same as no other.
    """
    old = rows.where(F.date_add("answered_day", outcome.within_days) <= F.lit(as_of))
    same = F.expr(outcome.same) if outcome.same else F.lit("")
    events = facts.where(F.expr(outcome.where)).select(
        "customer_id", F.expr(outcome.day).alias("happened_on"), same.cast("string").alias("same")
    )
    each = events.where(F.col("same").isNotNull()).join(
        old.select("customer_id", "answered_day"), on="customer_id", how="inner"
    )
    after = F.datediff("happened_on", "answered_day")
    sides = each.groupBy("customer_id", "same").agg(
        F.bool_or(after <= 0).alias("before"),
        F.bool_or((after > 0) & (after <= outcome.within_days)).alias("after"),
    )
    counts = F.col("after") & (F.col("before") if outcome.same else F.lit(True))
    bought = sides.groupBy("customer_id").agg(F.max(counts.cast("int")).alias("again"))
    with_again = old.join(bought, on="customer_id", how="left").withColumn("again", F.coalesce("again", F.lit(0)))
    return with_again.repartition("customer_id").sortWithinPartitions("customer_id")


def weigh(rows: DataFrame, found: Analysis, question: Repurchase, *, name: str) -> Regression | None:
    """What each factor weighs for the outcome; None where there is none, or too few bought again, or did not."""
    if not found.names:
        return None
    factors = [Predictor(factor, found.score(place), question.outcome.doc) for place, factor in enumerate(found.names)]
    scores = [F.expr(one.expression).alias(one.column) for one in factors]
    return regress(rows.select("again", *scores), factors, outcome="again", min_events=question.min_events, name=name)


def factor_rows(found: Analysis) -> list[dict[str, object]]:
    """Rows of `ops.factor` without as_of and question."""
    tests = {
        "rows": found.rows,
        "kmo": nine_digits(found.adequacy.kmo),
        "bartlett": nine_digits(found.adequacy.chi_square),
        "bartlett_p": nine_digits(found.adequacy.p_value),
        "remark": found.remark,
    }
    rows: list[dict[str, object]] = []
    for place, (value, random) in enumerate(zip(found.eigenvalues, found.at_random, strict=True)):
        factor: dict[str, object] = dict.fromkeys(("factor", "explained", "items", "score"))
        if place < len(found.names):
            factor = {
                "factor": found.names[place],
                "explained": nine_digits(found.factors.explained[place]),
                "items": _loading_items(found.factors.loadings[:, place], found.items),
                "score": found.score(place),
            }
        numbers = {"eigenvalue": nine_digits(value), "at_random": nine_digits(random)}
        rows.append({"position": place + 1, **numbers, **factor, **tests})
    return rows


def _loading_items(loadings: Vector, items: Sequence[Item]) -> str:
    ordered = sorted(range(len(items)), key=lambda i: (-abs(loadings[i]), items[i].name))
    high = [i for i in ordered if abs(loadings[i]) >= _SHOWN_LOADING]
    return ", ".join(f"{'-' if loadings[i] < 0 else ''}{items[i].name}" for i in high)


def loading_rows(found: Analysis) -> list[dict[str, object]]:
    """Rows of `ops.factor_loading` without as_of and question."""
    loadings: Matrix = found.factors.loadings
    return [
        {
            "item": item.name,
            "factor": factor,
            "meaning": item.doc,
            "loading": nine_digits(loadings[i, place]),
            "weight": nine_digits(found.factors.weights[i, place]),
            "communality": nine_digits(found.factors.communalities[i]),
            "kmo": nine_digits(found.adequacy.of_items[i]),
            "mean": found.scales[i].mean,
            "deviation": found.scales[i].deviation,
            "expression": item.sql,
        }
        for i, item in enumerate(found.items)
        for place, factor in enumerate(found.names)
    ]
