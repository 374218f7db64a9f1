"""Facts to daily measures: what a party did on a day, and on which keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.facts import with_product
from bullseye.settings.measures import Dimension, Measure, Measures

FACT_TABLES = ("silver.order_line", "silver.contact", "silver.response")


def build_party_days(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`features.party_day` and `features.party_day_item` of the days in the inputs."""
    measures = context.settings.measures
    used = {m.fact for m in measures.measures} | {d.fact for d in measures.dimensions}
    facts = {fact: by_party(inputs[f"silver.{fact}"], inputs["silver.product"]) for fact in sorted(used)}
    return {
        "features.party_day": party_day(facts, measures.measures),
        "features.party_day_item": party_day_item(facts, measures),
    }


def by_party(fact: DataFrame, product: DataFrame) -> DataFrame:
    """The fact with its product's columns, one party's rows together: everything that is grouped by party and more
    needs no further shuffle.
    """
    return with_product(fact, product).repartition("party_id") if "product_id" in fact.columns else fact.repartition("party_id")


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
    """One row per party, day, dimension and key: amount and distinct orders. Rows without a key are left out."""
    frames = [
        _items(rows, [d for d in measures.dimensions if d.fact == fact])
        for fact, rows in facts.items()
        if any(d.fact == fact for d in measures.dimensions)
    ]
    return union_all(frames)


def _items(rows: DataFrame, dimensions: Sequence[Dimension]) -> DataFrame:
    """Every row once for each of its keys, summed first per order, so that orders are counted without a distinct."""
    keys = [_key(dimension) for dimension in dimensions]
    spread = rows.select("day", "party_id", "order_id", "amount", F.explode(F.array_compact(F.array(*keys))).alias("item"))
    per_order = spread.groupBy("day", "party_id", "order_id", "item.dimension", "item.key").agg(F.sum("amount").alias("amount"))
    grouped = per_order.groupBy("day", "party_id", "dimension", "key").agg(F.sum("amount").alias("amount"), F.count(F.lit(1)).alias("orders"))
    return grouped.select("day", "party_id", "dimension", "key", F.col("amount").cast("decimal(18,2)").alias("amount"), "orders")


def _key(dimension: Dimension) -> Column:
    key = F.expr(dimension.key).cast("string")
    where = F.expr(dimension.where) if dimension.where else F.lit(True)
    return F.when(where & key.isNotNull(), F.struct(F.lit(dimension.name).alias("dimension"), key.alias("key")))
