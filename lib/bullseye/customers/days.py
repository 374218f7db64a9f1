"""Facts to daily measures: what a party did on a day, and on which keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.core.rows import local_frame
from bullseye.facts import AMOUNT, from_units, in_units, with_product
from bullseye.settings.measures import Dimension, Measure, Measures
from bullseye.tables.features import PARTY_DAY_ITEM

_UNITS = "_units"
"""`amount` as a whole number of cents."""

FACT_TABLES = ("silver.order_line", "silver.contact", "silver.response")


def build_party_days(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`features.party_day` and `features.party_day_item` of the days in the inputs."""
    measures = context.settings.measures
    used = {m.fact for m in measures.measures} | {d.fact for d in measures.dimensions}
    facts = {
        fact: context.keep(by_party(inputs[f"silver.{fact}"], inputs["silver.product"], measures))
        for fact in sorted(used)
    }
    if not measures.dimensions:
        items = local_frame(context.spark, [], PARTY_DAY_ITEM.schema())
    else:
        items = party_day_item(facts, measures)
    return {
        "features.party_day": party_day(facts, measures.measures),
        "features.party_day_item": items,
    }


def by_party(fact: DataFrame, product: DataFrame, measures: Measures) -> DataFrame:
    """The columns that measures and dimensions name, one party's rows together: everything that is grouped by party and
    more needs no further shuffle.
    """
    rows = with_product(fact, product) if "product_id" in fact.columns else fact
    expressions = [*(m.sql for m in measures.measures), *(f"{d.key} {d.where or ''}" for d in measures.dimensions)]
    named = {"day", "party_id", "order_id", "amount", *re.findall(r"\w+", " ".join(expressions).lower())}
    used = rows.select(*(name for name in rows.columns if name in named))
    if "amount" in used.columns:
        used = used.withColumn(_UNITS, in_units(F.col("amount"), AMOUNT))
    return used.repartition("party_id")


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
    """One row per party, day, dimension and key: amount and distinct orders, from facts as `by_party` gives them. Rows
    without a key are left out.

    Each dimension is grouped by itself: the rows lie by party already, so that this shuffles nothing and makes no arrays.
    """
    return union_all([_items(facts[dimension.fact], dimension) for dimension in measures.dimensions])


def _items(rows: DataFrame, dimension: Dimension) -> DataFrame:
    """Sums of one dimension in whole units, first per order, so that orders are counted without a distinct."""
    where = F.expr(dimension.where) if dimension.where else F.lit(True)
    keyed = rows.where(where).select(
        "day",
        "party_id",
        "order_id",
        F.expr(dimension.key).cast("string").alias("key"),
        _UNITS,
    )
    per_order = (
        keyed.where(F.col("key").isNotNull())
        .groupBy("day", "party_id", "order_id", "key")
        .agg(F.sum(_UNITS).alias(_UNITS))
    )
    grouped = per_order.groupBy("day", "party_id", "key").agg(
        F.sum(_UNITS).alias(_UNITS), F.count(F.lit(1)).alias("orders")
    )
    amount = from_units(F.col(_UNITS), AMOUNT).alias("amount")
    return grouped.select("day", "party_id", F.lit(dimension.name).alias("dimension"), "key", amount, "orders")
