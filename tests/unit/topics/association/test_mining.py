"""FP-Growth finds exactly the itemsets that counting every subset finds."""

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest
from pyspark.sql import DataFrame, SparkSession

from bullseye.topics.association.mining import frequent_itemsets, minimal_count
from bullseye.topics.association.rules import association_rules

SETS = ["abc", "abd", "ab", "bcd", "abcd", "a", "acd", "bd", "e", "abce"]


def baskets_of(spark: SparkSession, sets: list[str]) -> DataFrame:
    rows = [(str(number), date(2017, 5, 1), sorted(items)) for number, items in enumerate(sets)]
    return spark.createDataFrame(rows, "order_id string, day date, items array<string>")


def counted(sets: list[str], least: int) -> dict[tuple[str, ...], int]:
    """The oracle: the baskets of every subset that is in at least `least` of them."""
    counts = Counter(
        subset for items in sets for size in range(1, len(items) + 1) for subset in combinations(sorted(items), size)
    )
    return {subset: count for subset, count in counts.items() if count >= least}


def found(itemsets: DataFrame) -> dict[tuple[str, ...], int]:
    return {tuple(row["items"]): row["baskets"] for row in itemsets.collect()}


@pytest.mark.parametrize("min_support", [0.2, 0.25, 0.5])
def test_itemsets_and_their_counts_are_those_of_counting_every_subset(spark: SparkSession, min_support: float) -> None:
    total, itemsets = frequent_itemsets(baskets_of(spark, SETS), min_support=min_support, max_basket=10)
    assert total == 10
    assert found(itemsets) == counted(SETS, minimal_count(min_support, 10))


def test_rules_are_those_of_dividing_the_counts_of_every_subset(spark: SparkSession) -> None:
    total, itemsets = frequent_itemsets(baskets_of(spark, SETS), min_support=0.2, max_basket=10)
    rules = association_rules(itemsets, baskets=total, min_confidence=0.6)
    counts = counted(SETS, 2)
    expected = {
        (tuple(x for x in items if x != last), last, count)
        for items, count in counts.items()
        for last in items
        if len(items) > 1 and Fraction(count, counts[tuple(x for x in items if x != last)]) >= Fraction(6, 10)
    }
    assert {
        (tuple(row["antecedent_items"]), row["consequent"], row["rule_baskets"]) for row in rules.collect()
    } == expected
    assert len(expected) > 10


def test_an_itemset_in_exactly_the_smallest_share_of_baskets_is_frequent(spark: SparkSession) -> None:
    """0.07 * 100 is 7.000000000000001 in floating point: rounded up, an itemset in 7 baskets would be lost."""
    _, itemsets = frequent_itemsets(
        baskets_of(spark, ["a"] * 7 + ["b"] * 6 + ["c"] * 87), min_support=0.07, max_basket=10
    )
    assert found(itemsets) == {("a",): 7, ("c",): 87}


def test_items_beyond_the_longest_basket_allowed_are_not_mined(spark: SparkSession) -> None:
    total, itemsets = frequent_itemsets(baskets_of(spark, ["abz", "ab", "a"]), min_support=0.1, max_basket=2)
    assert (total, found(itemsets)) == (3, {("a",): 3, ("b",): 2, ("a", "b"): 2})


def test_no_baskets_give_no_itemsets_and_no_rules(spark: SparkSession) -> None:
    total, itemsets = frequent_itemsets(baskets_of(spark, []), min_support=0.01, max_basket=10)
    assert (total, found(itemsets)) == (0, {})
    assert association_rules(itemsets, baskets=total, min_confidence=0.3).collect() == []
