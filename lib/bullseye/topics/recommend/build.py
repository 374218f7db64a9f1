"""What to offer each customer next, by rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.settings.association import Association, Recommendations
from bullseye.tables.facts import with_customer
from bullseye.tables.items import best_rules, item_lines


def recommend_items(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """What to offer each customer next, each item with the rule that explains it."""
    settings, as_of = context.settings[Association], context.as_of
    days = max(settings.recommend.bought_days, settings.recommend.lately_days)
    lines = inputs["silver.order_line"].where(F.col("day") > as_of - timedelta(days=days))
    bought = with_customer(item_lines(lines, inputs["silver.product"], settings), inputs["features.identity_map"])
    recent = bought.select("customer_id", "item", F.date_diff(F.lit(as_of), "day").alias("days_ago"))
    rows = recommendations(recent, inputs["gold.association_rule"], settings.recommend)
    return {"gold.recommendation": rows.select(F.lit(as_of).alias("as_of"), "*")}


def recommendations(bought: DataFrame, rules: DataFrame, settings: Recommendations) -> DataFrame:
    """Per customer the best items by rules whose antecedent the customer bought: the columns of gold.recommendation but as_of.

    `bought` has rows of customer_id, item and days_ago, repetitions allowed. Nothing is recommended that was bought
    lately, nor by rules below the smallest lift. Customers whom no rule fits have no row.
    """
    has = F.col("days_ago") < settings.bought_days
    taken = F.col("days_ago") < settings.lately_days
    holders = bought.select("customer_id", "item", has.alias("has"), taken.alias("taken"))
    strong = rules.where(F.col("lift") >= settings.min_lift)
    strong = strong.select("rule_id", "antecedent", "antecedent_items", "consequent", "confidence", "lift")
    return best_rules(holders, strong, key="customer_id", top=settings.top).select(
        "customer_id",
        "position",
        F.col("consequent").alias("item"),
        F.col("confidence").alias("score"),
        "lift",
        "rule_id",
        F.col("antecedent").alias("reason"),
    )
