"""Who leaves when and why, what makes customers buy again, where they come from, and what is planned."""

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
    return lambda rows: small(rows, *order)


def _everybody(rows: DataFrame) -> Rows:
    """The curve of everybody; those of groups stay in the table."""
    return small(rows.where(F.col("breakdown") == "all"), "question", "month")


def _plans(rows: DataFrame) -> Rows:
    """Customers, value and cost by plan, channel, offer and whether it is worth it: as many rows as the settings allow."""
    sums = rows.groupBy("plan", "worth", F.coalesce("channel", F.lit("none")).alias("channel")).agg(
        F.count(F.lit(1)).alias("customers"),
        F.sum("value_at_risk").alias("value_at_risk"),
        F.sum("loss_avoided").alias("loss_avoided"),
        F.sum("cost").alias("cost"),
    )
    return small(sums, "plan", "-worth", "channel")


TIME_QUERIES: Mapping[str, tuple[str, Query]] = {
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
}
"""What is shown of each table; all but the plan have as many rows as the settings allow, whatever the customers."""


def behaviour_queries(inputs: Inputs, standing: Standing) -> dict[str, Callable[[], Any]]:
    """One query a table that has rows: an empty one is not read."""
    return {
        f"behaviour {name}": partial(_asked, inputs, table, query)
        for name, (table, query) in TIME_QUERIES.items()
        if standing.rows(table)
    }


def _asked(inputs: Inputs, table: str, query: Query) -> Rows:
    return query(inputs[table])
