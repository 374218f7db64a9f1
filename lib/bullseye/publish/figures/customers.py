"""How many customers there are, how active they are, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.job import Context
from bullseye.publish.figures.collect import Rows

ACTIVE_WINDOWS = (30, 90, 365)
"""Days within which a customer counts as active, in the report."""
RECENCY_BANDS = ((0, 7), (8, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))
_FOREVER = 1_000_000


def customer_figures(customers: DataFrame, table: Table, context: Context) -> Mapping[str, Any]:
    """Counts, recency bands, and the sums of every measure over every window: one row."""
    recency = F.col("recency_days")
    counts = [
        F.count(F.lit(1)).alias("customers"),
        F.count_if(F.col("last_day").isNull()).alias("prospects"),
        F.avg("tenure_days").alias("tenure_days"),
        F.percentile_approx("recency_days", 0.5).alias("median_recency_days"),
        F.percentile_approx("gap_mean_days", 0.5).alias("median_gap_days"),
        F.min("first_day").alias("first_day"),
        F.max("last_day").alias("last_day"),
    ]
    counts += [F.count_if(recency < days).alias(f"active_{days}d") for days in ACTIVE_WINDOWS]
    counts += [
        F.count_if(recency.between(low, _FOREVER if high is None else high)).alias(f"recency_{low}")
        for low, high in RECENCY_BANDS
    ]
    sums = [F.sum(name).alias(f"sum_{name}") for name in summed(table, context)]
    found = customers.agg(*counts, *sums).first()
    return found.asDict() if found else {}


def windows(context: Context) -> tuple[str, ...]:
    """Suffixes of the measures' windows, all time last."""
    return (*(f"{days}d" for days in context.settings.measures.windows), "all")


def summed(table: Table, context: Context) -> Sequence[str]:
    """Columns of the customer table that are sums over a window: those of the additive measures."""
    names = [measure.name for measure in context.settings.measures.measures if measure.in_customer]
    wanted = [f"{name}_{window}" for name in names for window in windows(context)]
    return [name for name in wanted if name in table.names]


def measure_figures(base: Mapping[str, Any], table: Table, context: Context) -> Rows:
    """One row a measure: its sum over all customers in every window."""
    return tuple(
        {
            "name": measure.name,
            "doc": measure.doc,
            "type": measure.type,
            **{window: base.get(f"sum_{measure.name}_{window}") for window in windows(context)},
        }
        for measure in context.settings.measures.measures
        if measure.in_customer and f"{measure.name}_all" in table.names
    )
