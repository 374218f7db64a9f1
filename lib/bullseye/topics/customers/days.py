"""Facts to daily measures: what a party did on a day, and on which keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.settings.measures import Dimension, Measure, Measures
from bullseye.tables.facts import AMOUNT, from_units, in_units, with_product
from bullseye.topics.customers.tables import PARTY_DAY_ITEM

_UNITS = "_units"
"""What a dimension adds up, as a whole number of cents."""


def build_party_days(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`features.party_day` and `features.party_day_item` of the days in the inputs."""
    measures = context.settings[Measures]
    facts = {
        fact: context.keep(by_party(inputs[f"silver.{fact}"], inputs["silver.product"], measures, name=fact))
        for fact in measures.facts
    }
    items = party_day_item(facts, measures) if measures.dimensions else context.frame(PARTY_DAY_ITEM.name, [])
    return {"features.party_day": party_day(facts, measures.measures), PARTY_DAY_ITEM.name: items}


def by_party(fact: DataFrame, product: DataFrame, measures: Measures, *, name: str) -> DataFrame:
    """The columns that measures and dimensions of the fact of that name use, one party's rows together: everything that is
    grouped by party and more needs no further shuffle. Rows without a known party are left out.
    """
    rows = with_product(fact, product) if "product_id" in fact.columns else fact
    if fact.schema["party_id"].nullable:
        rows = rows.where(F.col("party_id").isNotNull())
    own = [d for d in measures.dimensions if d.fact == name]
    expressions = [*(m.sql for m in measures.measures if m.fact == name)]
    expressions += [f"{d.key} {d.where or ''} {d.counts}" for d in own]
    named = {"day", "party_id", *re.findall(r"\w+", " ".join(expressions).lower())}
    units = [
        F.coalesce(in_units(F.expr(amount), AMOUNT), F.lit(0)).alias(column)
        for amount, column in _unit_columns(own).items()
    ]
    used = rows.select(*(column for column in rows.columns if column in named), *units)
    return used.repartition("party_id")


def _unit_columns(dimensions: Sequence[Dimension]) -> dict[str, str]:
    """What the dimensions of one fact add up, and the column with its units."""
    amounts = dict.fromkeys(d.amount for d in dimensions)
    return {amount: f"{_UNITS}_{number}" for number, amount in enumerate(amounts)}


def party_day(facts: Mapping[str, DataFrame], measures: Sequence[Measure]) -> DataFrame:
    """One row per party and day with a fact; one groupBy a fact table. A sum over nothing but NULL is 0."""
    grouped = []
    for fact, rows in facts.items():
        own = [m for m in measures if m.fact == fact]
        if own:
            sums = [F.coalesce(F.expr(m.sql), F.lit(0)).cast(m.type).alias(m.name) for m in own]
            others = [F.lit(0).cast(m.type).alias(m.name) for m in measures if m.fact != fact]
            grouped.append(rows.groupBy("day", "party_id").agg(*sums).select("*", *others))
    names = ["day", "party_id", *(m.name for m in measures)]
    if len(grouped) == 1:
        return grouped[0].select(*names)
    sums = [F.sum(m.name).cast(m.type).alias(m.name) for m in measures]
    return union_all([rows.select(*names) for rows in grouped]).groupBy("day", "party_id").agg(*sums)


def party_day_item(facts: Mapping[str, DataFrame], measures: Measures) -> DataFrame:
    """One row per party, day, dimension and key: amount and distinct orders (or whatever the dimension counts), from facts
    as `by_party` gives them. Rows without a key are left out.

    Each dimension is grouped by itself: the rows lie by party already, so that this shuffles nothing and makes no arrays.
    """
    units = {fact: _unit_columns([d for d in measures.dimensions if d.fact == fact]) for fact in facts}
    return union_all([_items(facts[d.fact], d, units=units[d.fact][d.amount]) for d in measures.dimensions])


def _items(rows: DataFrame, dimension: Dimension, *, units: str) -> DataFrame:
    """Sums of one dimension in whole units, first per order, so that orders are counted without a distinct."""
    where = F.expr(dimension.where) if dimension.where else F.lit(True)
    keyed = rows.where(where).select(
        "day",
        "party_id",
        F.col(dimension.counts).alias("counted"),
        F.expr(dimension.key).cast("string").alias("key"),
        F.col(units).alias(_UNITS),
    )
    per_order = (
        keyed.where(F.col("key").isNotNull())
        .groupBy("day", "party_id", "counted", "key")
        .agg(F.sum(_UNITS).alias(_UNITS))
    )
    grouped = per_order.groupBy("day", "party_id", "key").agg(
        F.sum(_UNITS).alias(_UNITS), F.count(F.lit(1)).alias("orders")
    )
    amount = from_units(F.col(_UNITS), AMOUNT).alias("amount")
    return grouped.select("day", "party_id", F.lit(dimension.name).alias("dimension"), "key", amount, "orders")
