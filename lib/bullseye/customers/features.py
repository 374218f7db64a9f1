"""What is known of a customer at a date, from daily measures. The same functions make `gold.customer` and the rows that
models learn from, so that both mean the same.

A spine is a frame (customer_id, as_of); every function returns at most one row for each of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.facts import window_start_known
from bullseye.settings.measures import Attribute, Measures
from bullseye.tables.customer import window_names, windowed

KEY = ["customer_id", "as_of"]


def day_features(days: DataFrame, spine: DataFrame, measures: Measures) -> DataFrame:
    """Windows of every measure, recency, tenure and gaps, from daily measures by customer.

    A window that begins before the first day of the data is NULL; a customer without rows has no row.
    """
    history = with_gaps(merged_days(days, measures), active=measures.active)
    seen = history.join(spine, on="customer_id").where(F.col("day") <= F.col("as_of"))
    active = F.col(measures.active) > 0
    windows = [(suffix, _within(length)) for suffix, length in window_names(measures)]
    sums = [F.sum(F.when(within, F.col(m.name))).alias(f"{m.name}_{suffix}") for m in measures.measures for suffix, within in windows]
    counts = [F.count_if(active & within).alias(f"active_days_{suffix}") for suffix, within in windows]
    grouped = seen.groupBy(*KEY).agg(
        F.min(F.when(active, F.col("day"))).alias("first_day"),
        F.max(F.when(active, F.col("day"))).alias("last_day"),
        F.avg("gap_days").alias("gap_mean_days"),
        F.stddev_samp("gap_days").alias("gap_sd_days"),
        *counts,
        *sums,
    )
    as_of = F.col("as_of")
    return grouped.select(
        "*",
        F.datediff(as_of, "last_day").alias("recency_days"),
        F.datediff(as_of, "first_day").alias("tenure_days"),
    )


def merged_days(days: DataFrame, measures: Measures) -> DataFrame:
    """One row per customer and day: a customer of several parties can have several rows on a day."""
    sums = [F.sum(m.name).alias(m.name) for m in measures.measures]
    return days.groupBy("customer_id", "day").agg(*sums)


def with_gaps(days: DataFrame, *, active: str) -> DataFrame:
    """The rows with `gap_days`: days since the customer's active day before; NULL on the first and on inactive days."""
    is_active = F.col(active) > 0
    before = Window.partitionBy("customer_id").orderBy("day").rowsBetween(Window.unboundedPreceding, -1)
    last_active = F.max(F.when(is_active, F.col("day"))).over(before)
    return days.withColumn("gap_days", F.when(is_active, F.datediff("day", last_active)))


def item_features(items: DataFrame, spine: DataFrame, measures: Measures) -> DataFrame:
    """Distinct keys per window, favourites and shares, from daily sums per key by customer.

    A key counts in a window when it was last met within it, so that one groupBy serves all windows.
    """
    recent = F.when(_within(measures.share_window), F.col("amount"))
    seen = items.join(spine, on="customer_id").where(F.col("day") <= F.col("as_of"))
    keys = seen.groupBy(*KEY, "dimension", "key").agg(F.max("day").alias("day"), F.coalesce(F.sum(recent), F.lit(0)).alias("amount"))
    return keys.groupBy(*KEY).agg(*_distincts(measures), *_favourites(measures), *_shares(measures))


def _distincts(measures: Measures) -> Iterator[Column]:
    for dimension in measures.dimensions:
        if dimension.distinct:
            own = F.col("dimension") == dimension.name
            for suffix, days in window_names(measures):
                yield F.count_if(own & _within(days)).alias(f"{dimension.distinct}_{suffix}")


def _favourites(measures: Measures) -> Iterator[Column]:
    for dimension in measures.dimensions:
        if dimension.favourite:
            eligible = (F.col("dimension") == dimension.name) & (F.col("amount") > 0)
            order = F.when(eligible, F.struct((-F.col("amount")).alias("amount"), F.col("key")))
            yield F.min_by("key", order).alias(dimension.favourite)


def _shares(measures: Measures) -> Iterator[Column]:
    for dimension in measures.dimensions:
        own = F.col("dimension") == dimension.name
        whole = F.sum(F.when(own, F.col("amount")))
        for name, keys in dimension.shares.items():
            part = F.sum(F.when(own & F.col("key").isin(list(keys)), F.col("amount")).otherwise(0))
            yield F.when(whole > 0, part / whole).cast("double").alias(name)


def campaign_features(contacts: DataFrame, responses: DataFrame, spine: DataFrame, *, stage: str) -> DataFrame:
    """Campaigns received and answered up to as_of, from contacts and responses by customer."""
    received = contacts.where(F.col("arm") == "treated").select("customer_id", "campaign_id", "day", F.lit(None).cast("date").alias("responded"))
    answered = responses.where(F.col("stage") == stage).select("customer_id", "campaign_id", F.lit(None).cast("date").alias("day"), F.col("day").alias("responded"))
    seen = received.unionByName(answered).join(spine, on="customer_id").where(F.coalesce("day", "responded") <= F.col("as_of"))
    return seen.groupBy(*KEY).agg(
        F.size(F.collect_set(F.when(F.col("day").isNotNull(), F.col("campaign_id")))).cast("bigint").alias("campaigns_received"),
        F.size(F.collect_set(F.when(F.col("responded").isNotNull(), F.col("campaign_id")))).cast("bigint").alias("campaigns_responded"),
        F.count("responded").alias("responses"),
        F.datediff(F.col("as_of"), F.max("responded")).alias("response_recency_days"),
    )


def attribute_features(person: DataFrame, attributes: tuple[Attribute, ...]) -> DataFrame:
    """Attributes of a customer as known today; of several parties the first in the order of `party_id` that has a value."""
    values = person.select("customer_id", "party_id", *(F.expr(a.sql).cast(a.type).alias(a.name) for a in attributes))
    first = [F.min_by(a.name, F.when(F.col(a.name).isNotNull(), F.col("party_id"))).alias(a.name) for a in attributes]
    return values.groupBy("customer_id").agg(*first)


def _within(days: int | None) -> Column:
    """Whether `day` lies in the window `(as_of - days, as_of]`; rows after as_of are gone already."""
    return F.lit(True) if days is None else F.col("day") > F.date_sub(F.col("as_of"), days)


def masked_windows(rows: DataFrame, measures: Measures) -> DataFrame:
    """The rows (which have the data's first day as `data_from`) with window columns that are 0 where nothing happened and
    NULL where the data do not reach back so far.
    """
    masked = {}
    for name, type_, _ in windowed(measures):
        for suffix, days in window_names(measures):
            value = F.coalesce(F.col(f"{name}_{suffix}"), F.lit(0)).cast(type_)
            known = window_start_known(F.col("data_from"), F.col("as_of"), days) if days else F.lit(True)  # noqa: FBT003  SQL's true
            masked[f"{name}_{suffix}"] = F.when(known, value)
    return rows.withColumns(masked).drop("data_from")
