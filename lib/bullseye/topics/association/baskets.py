"""What was bought together."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def order_baskets(item_lines: DataFrame, *, partitions: int) -> DataFrame:
    """One row per order: order_id, day and its distinct items, sorted.

    An order that lasts over midnight belongs to its last day, so that none is known before it is complete. Baskets lie
    in a fixed number of partitions, the short ones first: see `frequent_itemsets`.
    """
    together = item_lines.repartition(partitions, "order_id").groupBy("order_id")
    baskets = together.agg(F.max("day").alias("day"), F.sort_array(F.collect_set("item")).alias("items"))
    return baskets.sortWithinPartitions(F.size("items"), "order_id")


def with_empty(baskets: DataFrame, lines: DataFrame) -> DataFrame:
    """The baskets, and one without items for every other order of the lines."""
    orders = lines.groupBy("order_id").agg(F.max("day").alias("day"))
    others = orders.join(baskets.select("order_id"), on="order_id", how="left_anti")
    return baskets.unionByName(others.withColumn("items", F.array().cast("array<string>")))


def without_rarest(baskets: DataFrame, *, max_basket: int) -> DataFrame:
    """The baskets without their items beyond `max_basket`.

    Dropped are those in the fewest baskets, and of equally rare ones those last in the alphabet.
    """
    single = baskets.select("order_id", "day", F.explode("items").alias("item"))
    rarity = single.groupBy("item").agg((-F.count(F.lit(1))).alias("rarity"))
    ordered = F.sort_array(F.collect_list(F.struct("rarity", "item")))
    kept = F.sort_array(F.slice(ordered, 1, max_basket)["item"])
    regrouped = (
        single.join(F.broadcast(rarity), on="item", how="inner")
        .groupBy("order_id")
        .agg(F.max("day").alias("day"), kept.alias("items"))
    )
    return regrouped.sortWithinPartitions(F.size("items"), "order_id")
