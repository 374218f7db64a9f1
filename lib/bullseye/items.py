"""Items that customers buy, and the rules whose antecedents they fulfil: shared by association and recommend."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.facts import with_product
from bullseye.settings.association import Association

_BITS = 64
"""Items in one BIGINT of a mask."""


def item_lines(lines: DataFrame, product: DataFrame, settings: Association) -> DataFrame:
    """party_id, order_id, day and `item` of the order lines that have an item at the product level of the settings.

    One row per line. Left out: money-only lines (`is_item` is false), unknown products, products without a value at
    that level, and the excluded items.
    """
    sold = lines.where("is_item").select("party_id", "order_id", "day", "product_id")
    found = with_product(sold, product.select("product_id", F.col(settings.level).alias("item")))
    counts = F.col("item").isNotNull()
    if settings.exclude:
        counts &= ~F.col("item").isin(*settings.exclude)
    return found.where(counts).select("party_id", "order_id", "day", "item")


def best_rules(holders: DataFrame, rules: DataFrame, *, key: str, top: int) -> DataFrame:
    """The `top` best rules of each holder, one for each item to recommend: key, position from 1, columns of `rules`.

    `holders` has rows of key, item, `has` and `taken`, repetitions allowed: a rule fits a holder who `has` every item of
    its antecedent and to whom its consequent is not `taken`. Rules are ordered by confidence, lift, the shorter
    antecedent, rule_id; so the order is total.

    Items become bits, so that one pass over the rules, broadcast, tests each holder by a few integer operations and
    only fitting rules become rows; all of it after one shuffle by `key`.
    """
    ranked = rules.withColumn("rank", F.row_number().over(Window.orderBy(*_order())))
    items = _numbered(rules)
    # grows with the items that are sold often, not with customers
    words = max(1, -(-items.count() // _BITS))
    masked = _undominated(_rule_masks(ranked, items, words), words)
    fits = _all(
        F.col(f"has_{w}").bitwiseAND(F.col(f"antecedent_{w}")) == F.col(f"antecedent_{w}") for w in range(words)
    )
    free = _all(F.col(f"taken_{w}").bitwiseAND(F.col(f"consequent_{w}")) == 0 for w in range(words))
    fitting = _holder_masks(holders, items, words, key=key).join(F.broadcast(masked), on=fits & free, how="inner")
    best = fitting.groupBy(key, "consequent_no").agg(F.min("rank").alias("rank"))
    placed = best.withColumn("position", F.row_number().over(Window.partitionBy(key).orderBy("rank")))
    return (
        placed.where(F.col("position") <= top)
        .select(key, "position", "rank")
        .join(F.broadcast(ranked), on="rank", how="inner")
        .drop("rank")
    )


def _order() -> list[Column]:
    return [F.desc("confidence"), F.desc("lift"), F.size("antecedent_items").asc(), F.asc("rule_id")]


def _numbered(rules: DataFrame) -> DataFrame:
    """item, number, word and bit of every item that a rule names."""
    named = rules.select(F.explode(F.concat("antecedent_items", F.array("consequent"))).alias("item")).distinct()
    # one partition: a few items, the same for any number of customers
    number = F.row_number().over(Window.orderBy("item")) - 1
    bit = F.expr(f"shiftleft(1L, item_no % {_BITS})")
    return named.select("item", number.alias("item_no")).withColumns(
        {"word": F.expr(f"item_no div {_BITS}"), "bit": bit}
    )


def _rule_masks(ranked: DataFrame, items: DataFrame, words: int) -> DataFrame:
    """rank, consequent_no, and the masks `antecedent_<word>` and `consequent_<word>` of each rule."""
    parts = ranked.select("rank", F.explode("antecedent_items").alias("item"), F.lit(True).alias("before"))
    parts = parts.unionByName(ranked.select("rank", F.col("consequent").alias("item"), F.lit(False).alias("before")))
    masks = [_mask("before", w).alias(f"antecedent_{w}") for w in range(words)]
    masks += [_mask("not before", w).alias(f"consequent_{w}") for w in range(words)]
    number = F.max(F.expr("if(before, null, item_no)")).alias("consequent_no")
    return parts.join(F.broadcast(items), on="item", how="inner").groupBy("rank").agg(number, *masks)


def _holder_masks(holders: DataFrame, items: DataFrame, words: int, *, key: str) -> DataFrame:
    """The masks `has_<word>` and `taken_<word>` of each holder of an item that any rule names."""
    masks = [_mask(name, w).alias(f"{name}_{w}") for name in ("has", "taken") for w in range(words)]
    return holders.join(F.broadcast(items), on="item", how="inner").groupBy(key).agg(*masks)


def _mask(condition: str, word: int) -> Column:
    return F.bit_or(F.expr(f"if(word = {word} and {condition}, bit, 0L)"))


def _undominated(masked: DataFrame, words: int) -> DataFrame:
    """Without the rules that can never be the best: one with the same consequent and fewer conditions ranks before."""
    better, worse = masked.alias("better"), masked.alias("worse")
    antecedents = [(F.col(f"better.antecedent_{w}"), F.col(f"worse.antecedent_{w}")) for w in range(words)]
    contained = _all(few.bitwiseAND(more) == few for few, more in antecedents)
    same = F.col("better.consequent_no") == F.col("worse.consequent_no")
    return worse.join(better, on=same & (F.col("better.rank") < F.col("worse.rank")) & contained, how="left_anti")


def _all(conditions: object) -> Column:
    return reduce(lambda left, right: left & right, conditions)  # type: ignore[arg-type]
