"""Answers to the questions of insights.yaml, as far as the report shows them: value, leavers, buying again, sources, plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Inputs, Standing
from bullseye.publish.figures.collect import Rows, small

Query = Callable[[DataFrame], Rows]


def _in_order(*order: str) -> Query:
    """The whole table."""
    return lambda rows: small(rows, *order)


def _estimates(rows: DataFrame) -> Rows:
    """Sums over the customers of every estimate: one row each."""
    summed = rows.groupBy("estimate").agg(
        F.count(F.lit(1)).alias("customers"),
        F.count("observed").alias("shown"),
        F.sum("here").alias("here"),
        F.sum("expected").alias("expected"),
        F.count_if("opportunity").alias("opportunities"),
        F.sum(F.when(F.col("opportunity"), F.col("expected"))).alias("opportunity_amount"),
    )
    share = F.col("here") / F.expr("nullif(here + expected, 0)")
    return small(summed.withColumn("share_of_wallet", share), "estimate")


def _preferences(rows: DataFrame) -> Rows:
    """Customers by preferred key: one row a key of a dimension."""
    counted = rows.groupBy("preference", "key").agg(
        F.count(F.lit(1)).alias("customers"), F.avg("share").alias("share"), F.avg("strength").alias("strength")
    )
    return small(counted, "preference", "-customers", "key")


def _prospects(rows: DataFrame) -> Rows:
    """Prospects by the line in first place, and what their probabilities add up to: one row a line."""
    first = F.count_if(F.col("position") == 1).alias("customers")
    return small(rows.groupBy("line").agg(first, F.sum("probability").alias("expected")), "-customers", "line")


def _everybody(rows: DataFrame) -> Rows:
    """The curve of everybody; those of groups stay in the table."""
    return small(rows.where(F.col("breakdown") == "all"), "question", "month")


def _plans(rows: DataFrame) -> Rows:
    """Customers, value and cost by plan, offer, channel and whether it is worth it: as many rows as the settings allow."""
    kinds = [F.coalesce(name, F.lit("none")).alias(name) for name in ("offer", "channel")]
    sums = rows.groupBy("plan", "worth", *kinds).agg(
        F.count(F.lit(1)).alias("customers"),
        F.sum("value_at_risk").alias("value_at_risk"),
        F.sum("loss_avoided").alias("loss_avoided"),
        F.sum("cost").alias("cost"),
    )
    return small(sums, "plan", "-worth", "-customers", "offer", "channel")


def _plan_times(rows: DataFrame) -> Rows:
    """Customers to be contacted by plan, best day of the week, and part of the month in which money comes: few rows."""
    day = F.col("month_day")
    parts = {"early": day <= 10, "middle": day.between(11, 20), "late": day > 20, "unknown": day.isNull()}
    sums = (
        rows.where("worth")
        .groupBy("plan", F.coalesce("weekday", F.lit("unknown")).alias("weekday"))
        .agg(
            F.count(F.lit(1)).alias("customers"),
            F.mode("hour", deterministic=True).alias("hour"),
            *(F.count_if(inside).alias(part) for part, inside in parts.items()),
        )
    )
    return small(sums, "plan", "-customers", "weekday")


_QUERIES: Mapping[str, tuple[str, Query]] = {
    "cuts": ("gold.tier_cut", _in_order("method")),
    "curve": ("gold.tier_curve", _in_order("top")),
    "shifts": ("gold.tier_shift", _in_order("-customers", "tier", "tier_suggested")),
    "holdings": ("gold.line_holding", _in_order("tier", "-customers", "line")),
    "pairs": ("gold.line_pair", _in_order("-lift", "line", "other_line")),
    "portraits": ("gold.portrait", _in_order("portrait", "distinction")),
    "estimates": ("gold.estimate", _estimates),
    "estimate_quality": ("gold.estimate_quality", _in_order("estimate", "sample", "method")),
    "preferences": ("gold.preference", _preferences),
    "prospects": ("gold.prospect", _prospects),
    "prospect_quality": ("gold.prospect_quality", _in_order("method")),
    "churn": ("gold.churn", _in_order("question", "breakdown", "horizon_months", "value")),
    "hazard": ("gold.hazard", _in_order("question", "breakdown", "value")),
    "survival": ("gold.survival", _everybody),
    "drivers": ("gold.driver", _in_order("question", "position")),
    "factors": ("gold.factor", _in_order("question", "position")),
    "loadings": ("gold.factor_loading", _in_order("question", "item", "factor")),
    "weights": ("gold.factor_weight", _in_order("question", "position")),
    "traffic": ("gold.traffic", _in_order("-days", "breakdown", "-touches", "channel", "device")),
    "places": ("gold.place_traffic", _in_order("breakdown", "position", "value", "figure")),
    "plans": ("gold.maintenance_plan", _plans),
    "plan_times": ("gold.maintenance_plan", _plan_times),
}
"""What is shown of each table: as many rows as the settings allow, whatever the customers."""
NO_ANSWERS: Mapping[str, Rows] = dict.fromkeys(_QUERIES, ())
"""The answers where nothing is asked."""


def answer_queries(inputs: Inputs, standing: Standing) -> dict[str, Callable[[], Any]]:
    """One query for every table that has rows: an empty one is not read."""
    return {name: partial(_ask, inputs, *asked) for name, asked in _QUERIES.items() if standing.rows(asked[0])}


def _ask(inputs: Inputs, table: str, query: Query) -> Rows:
    return query(inputs[table])
