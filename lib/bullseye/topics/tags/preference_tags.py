"""Top-N preferences: what a customer turns to most, of every dimension that a tag names, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.tables.facts import AMOUNT, in_units, with_customer
from bullseye.topics.tags.settings import PreferenceTag


def preference_tags(items: DataFrame, identity_map: DataFrame, tags: Sequence[PreferenceTag], as_of: date) -> DataFrame:
    """One row per customer, tag and place, with the columns of `gold.customer_tag`.

    Keys are in falling order of the tag's measure, equal ones in the alphabet's. A key takes part when its measure
    is positive and it has the orders and the share that the tag asks for; the share (the row's `number`) is of all
    keys of the dimension with a positive measure. An order that has several keys counts for each of them.
    """
    sums = _sums(items, identity_map, tags, as_of)
    candidates = sums.select("customer_id", "key", F.inline(F.array_compact(F.array(*map(_candidate, tags)))))
    in_order = Window.partitionBy("customer_id", "tag").orderBy(F.desc("measure"), F.asc("key"))
    # ordered although a sum over all rows needs no order: so both windows share one sort
    every_key = in_order.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    ranked = (
        candidates.where(F.col("measure") > 0)
        .withColumn("number", F.col("measure") / F.sum("measure").over(every_key))
        .where((F.col("orders") >= F.col("min_orders")) & (F.col("number") >= F.col("min_share")))
        .withColumn("position", F.row_number().over(in_order))
    )
    return ranked.where(F.col("position") <= F.col("top")).select(
        F.lit(as_of).alias("as_of"), "customer_id", "tag", "position", F.col("key").alias("value"), "number"
    )


def _sums(items: DataFrame, identity_map: DataFrame, tags: Sequence[PreferenceTag], as_of: date) -> DataFrame:
    """One row per customer, dimension and key: amount (in units) and orders over every number of days that a tag asks
    for.
    """
    periods = sorted({tag.days for tag in tags})
    sums = [
        F.sum(F.when(F.col("day") > F.lit(as_of - timedelta(days=days)), measure)).alias(f"{name}_{days}")
        for days in periods
        for name, measure in (("amount", in_units(F.col("amount"), AMOUNT)), ("orders", F.col("orders")))
    ]
    looked_at = items.where(_looked_at(tags, as_of) & (F.col("day") <= F.lit(as_of)))
    return with_customer(looked_at, identity_map).groupBy("customer_id", "dimension", "key").agg(*sums)


def _looked_at(tags: Sequence[PreferenceTag], as_of: date) -> Column:
    """True for every dimension that a tag names, over the longest of its periods."""
    longest = {tag.dimension: max(t.days for t in tags if t.dimension == tag.dimension) for tag in tags}
    by_dimension = (
        (F.col("dimension") == dimension) & (F.col("day") > F.lit(as_of - timedelta(days=days)))
        for dimension, days in sorted(longest.items())
    )
    return reduce(Column.__or__, by_dimension)


def _candidate(tag: PreferenceTag) -> Column:
    """The tag with what it asks of a key, for keys of its dimension."""
    candidate = F.struct(
        F.lit(tag.name).alias("tag"),
        F.col(f"{tag.by}_{tag.days}").alias("measure"),
        F.col(f"orders_{tag.days}").alias("orders"),
        F.lit(tag.min_orders).alias("min_orders"),
        F.lit(tag.min_share).alias("min_share"),
        F.lit(tag.top).alias("top"),
    )
    return F.when(F.col("dimension") == tag.dimension, candidate)
