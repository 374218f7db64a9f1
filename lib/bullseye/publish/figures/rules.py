"""The rules worth showing, and what is recommended."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.publish.figures.collect import Rows

MIN_RULE_BASKETS = 50
"""Rules with fewer baskets are left out of the report: a high lift of a handful of baskets is chance."""
TOP_RULES = 40
TOP_ITEMS = 10


def top_rules(rules: DataFrame) -> Rows:
    """The rules with the highest lift, `TOP_RULES` at most; of rules over the same items the most confident one."""
    items = F.array_sort(F.concat("antecedent_items", F.array("consequent")))
    best = F.max_by(F.struct(*rules.columns), F.struct("confidence", "rule_id"))
    first = rules.where(F.col("rule_baskets") >= MIN_RULE_BASKETS).groupBy(items.alias("items")).agg(best.alias("best"))
    top = first.select("best.*").orderBy(F.desc("lift"), F.desc("confidence"), "rule_id").limit(TOP_RULES)
    return tuple(row.asDict() for row in top.collect())


def top_items(recommendations: DataFrame) -> Rows:
    """The items recommended to most customers, `TOP_ITEMS` at most, with the customers who have any recommendation."""
    first = F.count_if(F.col("position") == 1)
    counted = recommendations.groupBy("item").agg(F.count(F.lit(1)).alias("customers"), first.alias("first"))
    everyone = F.sum("first").over(Window.partitionBy(F.lit(1))).alias("everyone")
    top = counted.select("*", everyone).orderBy(F.desc("customers"), "item").limit(TOP_ITEMS)
    return tuple(row.asDict() for row in top.collect())
