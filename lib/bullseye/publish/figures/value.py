"""Answers to the questions about value, as far as the report shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyspark.sql import functions as F

from bullseye.core.job import Inputs
from bullseye.publish.figures.collect import Rows, small
from bullseye.settings.insights import Insights


@dataclass(frozen=True)
class ValueFigures:
    """The numbers of the section about value; a question that is not asked has none."""

    cuts: Rows = ()
    curve: Rows = ()
    shifts: Rows = ()
    holdings: Rows = ()
    pairs: Rows = ()
    portraits: Rows = ()
    estimates: Rows = ()
    estimate_quality: Rows = ()
    preferences: Rows = ()
    prospects: Rows = ()
    prospect_quality: Rows = ()


def value_figures(inputs: Inputs, insights: Insights) -> ValueFigures:
    """All of them; a table is read only where its question is asked."""
    found: dict[str, Rows] = {}
    for asked, queries in (
        (insights.tiers, _TIERS),
        (insights.lines, _LINES),
        (insights.portraits, {"portraits": lambda one: small(one["gold.portrait"], "portrait", "distinction")}),
        (insights.estimates, _ESTIMATES),
        (insights.preferences, {"preferences": _preferences}),
        (insights.prospects, _PROSPECTS),
    ):
        if asked:
            found |= {name: query(inputs) for name, query in queries.items()}
    return ValueFigures(**found)


def _estimates(inputs: Inputs) -> Rows:
    """Sums over the customers of every estimate: one row each."""
    rows = inputs["gold.estimate"].groupBy("estimate")
    summed = rows.agg(
        F.count(F.lit(1)).alias("customers"),
        F.count("observed").alias("shown"),
        F.sum("here").alias("here"),
        F.sum("expected").alias("expected"),
        F.count_if("opportunity").alias("opportunities"),
        F.sum(F.when(F.col("opportunity"), F.col("expected"))).alias("opportunity_amount"),
    )
    share = F.col("here") / F.expr("nullif(here + expected, 0)")
    return small(summed.withColumn("share_of_wallet", share), "estimate")


def _preferences(inputs: Inputs) -> Rows:
    """Customers by preferred key: one row a key of a dimension."""
    keys = inputs["gold.preference"].groupBy("preference", "key")
    counted = keys.agg(
        F.count(F.lit(1)).alias("customers"), F.avg("share").alias("share"), F.avg("strength").alias("strength")
    )
    return small(counted, "preference", "-customers", "key")


def _prospects(inputs: Inputs) -> Rows:
    """Prospects by the line in first place, and what their probabilities add up to: one row a line."""
    lines = inputs["gold.prospect"].groupBy("line")
    first = F.count_if(F.col("position") == 1).alias("customers")
    return small(lines.agg(first, F.sum("probability").alias("expected")), "-customers", "line")


_Queries = Mapping[str, Callable[[Inputs], Rows]]
_TIERS: _Queries = {
    "cuts": lambda one: small(one["gold.tier_cut"], "method"),
    "curve": lambda one: small(one["gold.tier_curve"], "top"),
    "shifts": lambda one: small(one["gold.tier_shift"], "-customers", "tier", "tier_suggested"),
}
_LINES: _Queries = {
    "holdings": lambda one: small(one["gold.line_holding"], "tier", "-customers", "line"),
    "pairs": lambda one: small(one["gold.line_pair"], "-lift", "line", "other_line"),
}
_ESTIMATES: _Queries = {
    "estimates": _estimates,
    "estimate_quality": lambda one: small(one["gold.estimate_quality"], "estimate", "sample", "method"),
}
_PROSPECTS: _Queries = {
    "prospects": _prospects,
    "prospect_quality": lambda one: small(one["gold.prospect_quality"], "method"),
}
