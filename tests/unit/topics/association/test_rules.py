"""Rules and their measures, from counts."""

import hashlib
import json

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from bullseye.topics.association.rules import association_rules
from bullseye.topics.association.tables import ASSOCIATION_RULE


def itemsets_of(spark: SparkSession, counts: dict[str, int]) -> DataFrame:
    return spark.createDataFrame(
        [(items.split("+"), count) for items, count in counts.items()], "items array<string>, baskets bigint"
    )


def identity(*items: str) -> str:
    return hashlib.sha256(json.dumps(items, separators=(",", ":")).encode()).hexdigest()[:16]


def test_every_measure_of_a_rule_and_no_conviction_where_it_never_fails(spark: SparkSession) -> None:
    itemsets = itemsets_of(spark, {"bread": 50, "milk": 40, "tea": 8, "bread+milk": 25, "bread+tea": 8})
    rules = association_rules(itemsets, baskets=100, min_confidence=0.6)
    names = [name for name in ASSOCIATION_RULE.names if name != "as_of"]
    schema = ", ".join(column.ddl for column in ASSOCIATION_RULE.columns if column.name != "as_of")
    expected = spark.createDataFrame(
        [
            (
                identity("milk", "bread"),
                "milk",
                ["milk"],
                "bread",
                100,
                40,
                50,
                25,
                0.25,
                0.625,
                1.25,
                0.05,
                50 * 40 / (100 * 15),
            ),
            (identity("tea", "bread"), "tea", ["tea"], "bread", 100, 8, 50, 8, 0.08, 1.0, 2.0, 0.04, None),
        ],
        schema,
    )
    assert_df_equality(
        rules.select(*names), expected, ignore_row_order=True, ignore_nullable=True, ignore_metadata=True
    )


def test_a_rule_whose_confidence_is_exactly_the_limit_is_kept(spark: SparkSession) -> None:
    """3 / 10 < 0.1 * 3 in floating point."""
    itemsets = itemsets_of(spark, {"a": 10, "b": 100, "c": 10, "a+b": 3, "b+c": 2})
    rules = association_rules(itemsets, baskets=1000, min_confidence=0.3)
    assert [(row["antecedent"], row["consequent"]) for row in rules.collect()] == [("a", "b")]


def test_independent_items_have_lift_one_and_no_leverage(spark: SparkSession) -> None:
    itemsets = itemsets_of(spark, {"a": 3, "b": 7, "a+b": 1})
    rule = association_rules(itemsets, baskets=21, min_confidence=0.3).first()
    assert rule is not None
    assert (rule["lift"], rule["leverage"], rule["conviction"]) == (1.0, 0.0, 1.0)


def test_items_that_hold_the_separator_do_not_make_two_rules_one(spark: SparkSession) -> None:
    itemsets = itemsets_of(spark, {"a": 4, "b": 4, "c": 4, "a+b": 4, "a+c": 4, "b+c": 4, "a+b+c": 4})
    joined = spark.createDataFrame([(["a + b"], 4), (["a + b", "c"], 4)], "items array<string>, baskets bigint")
    rules = association_rules(itemsets.unionByName(joined), baskets=9, min_confidence=0.3)
    twins = rules.where("antecedent = 'a + b' and consequent = 'c'").collect()
    assert len(twins) == 2
    assert len({row["rule_id"] for row in twins}) == 2


def test_counts_of_billions_do_not_overflow(spark: SparkSession) -> None:
    many = 4_000_000_000
    rule = association_rules(
        itemsets_of(spark, {"a": many, "b": many, "a+b": many}), baskets=2 * many, min_confidence=0.123456789
    ).first()
    assert rule is not None
    assert (rule["support"], rule["confidence"], rule["lift"], rule["leverage"]) == (0.5, 1.0, 2.0, 0.25)
