"""Recommendations by rules, compared with the most popular items, on held-out baskets."""

from __future__ import annotations

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.tables.items import best_rules

METHODS = ("rules", "rules, then popular", "popular")


def hidden_items(baskets: DataFrame) -> DataFrame:
    """One row per basket of two or more items: order_id, the item `hidden`, and the `remaining` ones.

    The hidden item is the one with the smallest hash together with its order, so every item has the same chance and
    the choice is the same each time.
    """
    hashed = F.transform("items", lambda item: F.struct(F.xxhash64("order_id", item).alias("hash"), item.alias("item")))
    chosen = baskets.where(F.size("items") >= 2).select(
        "order_id", "items", F.array_min(hashed)["item"].alias("hidden")
    )
    return chosen.select("order_id", "hidden", F.array_remove("items", F.col("hidden")).alias("remaining"))


def popular_items(baskets: DataFrame, *, most: int) -> DataFrame:
    """One row with the list `popular`: the `most` items in most baskets, equal ones in the order of the alphabet."""
    counts = baskets.select(F.explode("items").alias("item")).groupBy("item").agg((-F.count(F.lit(1))).alias("rarity"))
    ordered = F.sort_array(F.collect_list(F.struct("rarity", "item")))["item"]
    # one list: a row an item, which customers do not multiply
    return counts.agg(F.slice(ordered, 1, most).alias("popular"))


def count_hits(test: DataFrame, rules: DataFrame, popular: DataFrame, *, top: int) -> DataFrame:
    """One row: test_baskets, and for each method, by its place in `METHODS`, hits_<place>.

    `test` is what `hidden_items` gives. A hit is a hidden item among the `top` recommended. Rules whose antecedent lies
    in the remaining basket recommend their consequents that do not, ordered as `best_rules` does. `rules` alone may
    recommend fewer than `top`; `rules, then popular` fills up with the most popular items that are neither in the
    remaining basket nor recommended already; `popular` recommends those that are not in the remaining basket.
    """
    flags = (F.lit(True).alias("has"), F.lit(True).alias("taken"))
    holders = test.select("order_id", F.explode("remaining").alias("item"), *flags)
    placed = best_rules(holders, rules, key="order_id", top=top).select(
        "order_id", F.struct("position", "consequent").alias("place")
    )
    listed = placed.groupBy("order_id").agg(F.sort_array(F.collect_list("place"))["consequent"].alias("by_rules"))
    both = test.join(listed, on="order_id", how="left").join(F.broadcast(popular), how="cross")
    by_rules = F.coalesce("by_rules", F.array().cast("array<string>"))
    by_popularity = F.array_except("popular", "remaining")
    filled = F.concat(by_rules, F.array_except(by_popularity, by_rules))
    hits = [
        _hits(offered, top).alias(f"hits_{place}") for place, offered in enumerate((by_rules, filled, by_popularity))
    ]
    return both.agg(F.count(F.lit(1)).alias("test_baskets"), *hits)


def _hits(offered: Column, top: int) -> Column:
    return F.count_if(F.array_contains(F.slice(offered, 1, top), F.col("hidden")))


def backtest_rows(
    hits: DataFrame, *, as_of: date, mined_until: date, mined_baskets: int, itemsets: int, rules: int, top: int
) -> DataFrame:
    """The rows of ops.rule_backtest, one a method, from the one row of `count_hits`."""
    each = F.array(
        *(
            F.struct(F.lit(name).alias("method"), F.col(f"hits_{place}").alias("hits"))
            for place, name in enumerate(METHODS)
        )
    )
    measured = hits.select("test_baskets", F.inline(each))
    return measured.select(
        F.lit(as_of).alias("as_of"),
        "method",
        F.lit(mined_until).alias("mined_until"),
        F.lit(mined_baskets).cast("bigint").alias("mined_baskets"),
        F.lit(itemsets).cast("bigint").alias("itemsets"),
        F.lit(rules).cast("bigint").alias("rules"),
        "test_baskets",
        "hits",
        F.try_divide(F.col("hits").cast("double"), F.col("test_baskets").cast("double")).alias("hit_rate"),
        F.lit(top).alias("top"),
    )
