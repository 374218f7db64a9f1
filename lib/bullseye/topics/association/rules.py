"""Rules with one consequent and their measures, from the integer counts of itemsets."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def association_rules(itemsets: DataFrame, *, baskets: int, min_confidence: float) -> DataFrame:
    """Every rule antecedent -> consequent of at least `min_confidence`: the columns of gold.association_rule but as_of.

    One row per itemset of two or more and item of it as the consequent. `itemsets` must hold all subsets of each
    itemset, as those of `frequent_itemsets` do. The limit compares whole numbers: a quotient in floating point loses
    rules that reach it exactly.
    """
    split = itemsets.where(F.size("items") > 1).select(
        "items", F.explode("items").alias("consequent"), F.col("baskets").alias("rule_baskets")
    )
    rules = split.select(
        F.array_remove("items", F.col("consequent")).alias("antecedent_items"), "consequent", "rule_baskets"
    )
    antecedents = itemsets.select(
        F.col("items").alias("antecedent_items"), F.col("baskets").alias("antecedent_baskets")
    )
    single = itemsets.where(F.size("items") == 1)
    consequents = single.select(F.col("items")[0].alias("consequent"), F.col("baskets").alias("consequent_baskets"))
    counted = rules.join(antecedents, on="antecedent_items", how="inner").join(
        consequents, on="consequent", how="inner"
    )
    limit = Fraction(str(min_confidence))
    strong = _exact("rule_baskets") * _whole(limit.denominator) >= _exact("antecedent_baskets") * _whole(
        limit.numerator
    )
    return counted.where(strong).select(
        rule_id(F.col("antecedent_items"), F.col("consequent")).alias("rule_id"),
        F.array_join("antecedent_items", " + ").alias("antecedent"),
        "antecedent_items",
        "consequent",
        F.lit(baskets).cast("bigint").alias("baskets"),
        "antecedent_baskets",
        "consequent_baskets",
        "rule_baskets",
        *_measures(baskets),
    )


def rule_id(antecedent_items: Column, consequent: Column) -> Column:
    """The first 16 digits of the SHA-256 of the JSON list of the antecedent's items, sorted, and the consequent."""
    return F.substring(F.sha2(F.to_json(F.array_append(antecedent_items, consequent)), 256), 1, 16)


def _measures(baskets: int) -> list[Column]:
    """Support, confidence, lift, leverage, conviction; products of counts are exact, only the last division rounds.

    Lift (as interest) and conviction: Brin, Motwani, Ullman, Tsur 1997; leverage: Piatetsky-Shapiro 1991.
    """
    both, before, after = _exact("rule_baskets"), _exact("antecedent_baskets"), _exact("consequent_baskets")
    total = _whole(baskets)
    failed = before - both
    conviction = F.when(failed > 0, _ratio((total - after) * before, total * failed))
    return [
        _ratio(both, total).alias("support"),
        _ratio(both, before).alias("confidence"),
        _ratio(both * total, before * after).alias("lift"),
        _ratio(both * total - before * after, total * total).alias("leverage"),
        conviction.alias("conviction"),
    ]


def _exact(count: str) -> Column:
    """A count whose product with another cannot overflow."""
    return F.col(count).cast("decimal(18,0)")


def _whole(number: int) -> Column:
    return F.lit(Decimal(number)).cast("decimal(18,0)")


def _ratio(part: Column, whole: Column) -> Column:
    return part.cast("double") / whole.cast("double")
