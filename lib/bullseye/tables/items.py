"""Items that customers buy, and the rules whose antecedents they fulfil: shared by association and recommend."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.settings.association import Association
from bullseye.tables.facts import with_product

_BITS = 63
"""Items in one BIGINT of a mask; the sign is left alone."""


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

    A holder meets only the rules whose rarest condition they have, by a join with the broadcast rules; items as bits of
    a few BIGINT then test the other conditions by integer operations. Only rules that fit become rows, and all of it
    needs one shuffle, by `key`. To leave out rules that are always beaten by one with a part of their conditions is not
    worth it: of 6,205 rules from real receipts, 6.
    """
    order = (F.desc("confidence"), F.desc("lift"), F.size("antecedent_items"), F.asc("rule_id"))
    ranked = rules.withColumn("rank", F.row_number().over(Window.orderBy(*order)))
    bits, words = _bits(rules)
    met = _holder_masks(holders, bits, words, key=key).join(
        F.broadcast(_rule_masks(ranked, bits, words)), on="rarest", how="inner"
    )
    fits = _every(
        F.col(f"has_{w}").bitwiseAND(F.col(f"antecedent_{w}")) == F.col(f"antecedent_{w}") for w in range(words)
    )
    free = _every(F.col(f"taken_{w}").bitwiseAND(F.col(f"consequent_{w}")) == 0 for w in range(words))
    best = met.where(fits & free).groupBy(key, "consequent_no").agg(F.min("rank").alias("rank"))
    placed = best.withColumn("position", F.row_number().over(Window.partitionBy(key).orderBy("rank")))
    found = placed.where(F.col("position") <= top).join(F.broadcast(ranked), on="rank", how="inner")
    return found.select(key, "position", *rules.columns)


def _bits(rules: DataFrame) -> tuple[DataFrame, int]:
    """item, item_no, word and bit of every item that a rule names, and the number of words.

    Numbered from the item that is a condition of the fewest rules, equal ones by the alphabet.
    """
    counts = _parts(rules).groupBy("item").agg(F.count_if("condition").alias("rules"))
    # items that are in a rule: they grow with what is sold often, not with customers
    items = [item for _, item in sorted((row["rules"], row["item"]) for row in counts.collect())]
    rows = [(item, number, number // _BITS, 1 << number % _BITS) for number, item in enumerate(items)]
    bits = local_frame(rules.sparkSession, rows, "item string, item_no int, word int, bit bigint")
    return bits, max(1, -(-len(items) // _BITS))


def _parts(rules: DataFrame, *keep: str) -> DataFrame:
    """One row per rule and item: the item, and whether it is a condition or what follows."""
    conditions = F.transform(
        "antecedent_items", lambda item: F.struct(item.alias("item"), F.lit(True).alias("condition"))
    )
    outcome = F.struct(F.col("consequent").alias("item"), F.lit(False).alias("condition"))
    return rules.select(*keep, F.inline(F.array_append(conditions, outcome)))


def _rule_masks(ranked: DataFrame, bits: DataFrame, words: int) -> DataFrame:
    """rank, rarest condition, consequent_no, and the masks `antecedent_<word>` and `consequent_<word>` of each rule."""
    masks = [_mask("condition", w).alias(f"antecedent_{w}") for w in range(words)]
    masks += [_mask("not condition", w).alias(f"consequent_{w}") for w in range(words)]
    rarest = F.min(F.expr("if(condition, item_no, null)")).alias("rarest")
    outcome = F.max(F.expr("if(condition, null, item_no)")).alias("consequent_no")
    parts = _parts(ranked, "rank").join(F.broadcast(bits), on="item", how="inner")
    return parts.groupBy("rank").agg(rarest, outcome, *masks)


def _holder_masks(holders: DataFrame, bits: DataFrame, words: int, *, key: str) -> DataFrame:
    """One row per holder and item that they have, as `rarest`, with the masks `has_<word>` and `taken_<word>`."""
    masks = [_mask(name, w).alias(f"{name}_{w}") for name in ("has", "taken") for w in range(words)]
    held = F.collect_set(F.expr("if(has, item_no, null)")).alias("held")
    masked = holders.join(F.broadcast(bits), on="item", how="inner").groupBy(key).agg(held, *masks)
    return masked.select("*", F.explode("held").alias("rarest")).drop("held")


def _mask(condition: str, word: int) -> Column:
    return F.bit_or(F.expr(f"if(word = {word} and {condition}, bit, 0L)"))


def _every(conditions: Iterable[Column]) -> Column:
    return reduce(lambda left, right: left & right, conditions)
