"""Top-N preferences: what a customer turns to most, of every dimension that a tag names, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.facts import with_customer
from bullseye.settings.tags import PreferenceTag


def preference_tags(items: DataFrame, identity_map: DataFrame, tags: Sequence[PreferenceTag], as_of: date) -> DataFrame:
    """One row per customer, tag and place, with the columns of `gold.customer_tag`.

    Keys stand in falling order of the tag's measure, equal ones in the alphabet's. A key takes part when its measure
    is positive and it has the orders and the share that the tag asks for; the share (the row's `number`) is of all
    keys of the dimension with a positive measure. An order that has several keys counts for each of them.
    """
    sums = _sums(items, identity_map, tags, as_of)
    candidates = sums.select("customer_id", "key", F.inline(F.array_compact(F.array(*map(_candidate, tags)))))
    every_key = Window.partitionBy("customer_id", "tag")
    in_order = every_key.orderBy(F.desc("measure"), F.asc("key"))
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
    """One row per customer, dimension and key: amount and orders over every number of days that a tag asks for."""
    periods = sorted({tag.days for tag in tags})
    dimensions = sorted({tag.dimension for tag in tags})
    oldest = as_of - timedelta(days=max(periods))
    looked_at = items.where(
        F.col("dimension").isin(dimensions) & (F.col("day") > F.lit(oldest)) & (F.col("day") <= F.lit(as_of))
    )
    sums = [
        F.sum(F.when(F.col("day") > F.lit(as_of - timedelta(days=days)), F.col(measure))).alias(f"{measure}_{days}")
        for days in periods
        for measure in ("amount", "orders")
    ]
    return with_customer(looked_at, identity_map).groupBy("customer_id", "dimension", "key").agg(*sums)


def _candidate(tag: PreferenceTag) -> Column:
    """The tag with what it asks of a key, for keys of its dimension."""
    candidate = F.struct(
        F.lit(tag.name).alias("tag"),
        F.col(f"{tag.by}_{tag.days}").cast("double").alias("measure"),
        F.col(f"orders_{tag.days}").alias("orders"),
        F.lit(tag.min_orders).alias("min_orders"),
        F.lit(tag.min_share).alias("min_share"),
        F.lit(tag.top).alias("top"),
    )
    return F.when(F.col("dimension") == tag.dimension, candidate)
