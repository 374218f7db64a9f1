"""One item of each later basket is hidden, and must be found."""

from datetime import date

from chispa import assert_df_equality
from pyspark.sql import SparkSession

from bullseye.topics.association.backtest import backtest_rows, count_hits, hidden_items, popular_items
from bullseye.topics.association.tables import RULE_BACKTEST

DAY = date(2017, 12, 31)
BASKET = "order_id string, day date, items array<string>"
TEST = "order_id string, hidden string, remaining array<string>"
RULE = "rule_id string, antecedent_items array<string>, consequent string, confidence double, lift double"


def test_one_item_is_hidden_whatever_the_order_of_items_and_a_single_item_is_no_test(spark: SparkSession) -> None:
    baskets = [(str(n), DAY, ["bread", "milk", "tea"]) for n in range(40)] + [("x", DAY, ["bread"])]
    turned = [(order, day, items[::-1]) for order, day, items in baskets]
    hidden = {row["order_id"]: row for row in hidden_items(spark.createDataFrame(baskets, BASKET)).collect()}
    again = {row["order_id"]: row for row in hidden_items(spark.createDataFrame(turned, BASKET)).collect()}
    assert sorted(hidden) == sorted(str(n) for n in range(40))
    assert {row["hidden"] for row in hidden.values()} == {"bread", "milk", "tea"}
    for order, row in hidden.items():
        assert sorted([row["hidden"], *row["remaining"]]) == ["bread", "milk", "tea"]
        assert row["hidden"] == again[order]["hidden"]


def test_popular_items_are_those_in_most_baskets_and_equal_ones_follow_the_alphabet(spark: SparkSession) -> None:
    baskets = spark.createDataFrame(
        [("1", DAY, ["a", "b", "z"]), ("2", DAY, ["a", "z"]), ("3", DAY, ["c", "z"])], BASKET
    )
    found = popular_items(baskets, most=3).first()
    assert found is not None
    assert found["popular"] == ["z", "a", "b"]


def hits(spark: SparkSession, *test: tuple[str, str, list[str]]) -> tuple[int, ...]:
    rules = [
        ("r1", ["a"], "b", 0.9, 2.0),
        ("r2", ["a"], "c", 0.8, 2.0),
        ("r3", ["a", "b"], "d", 0.7, 2.0),
        ("r4", ["a"], "e", 0.6, 2.0),
    ]
    popular = spark.createDataFrame([(["p", "q", "a", "b", "c"],)], "popular array<string>")
    found = count_hits(spark.createDataFrame(list(test), TEST), spark.createDataFrame(rules, RULE), popular, top=2)
    assert [row.asDict() for row in found.collect()] != []
    return tuple(found.collect()[0])


def test_a_rule_fits_only_when_all_its_conditions_remain_and_what_it_recommends_does_not(spark: SparkSession) -> None:
    # order 1: b and c are recommended; 2: b is there already, so c and d; 3: no rule fits, p and q are the popular ones
    assert hits(spark, ("1", "b", ["a"]), ("2", "d", ["a", "b"]), ("3", "q", ["b"])) == (3, 2, 3, 1)


def test_beyond_the_top_nothing_is_a_hit(spark: SparkSession) -> None:
    assert hits(spark, ("1", "e", ["a"])) == (1, 0, 0, 0)


def test_popular_items_fill_up_what_rules_leave_free(spark: SparkSession) -> None:
    # rules leave only e for the first; the second place goes to p, which nobody has yet
    assert hits(spark, ("1", "p", ["a", "b", "c", "d"]), ("2", "q", ["a", "b", "c", "d"])) == (2, 0, 1, 2)


def test_rows_of_the_back_test_and_no_rate_without_baskets(spark: SparkSession) -> None:
    counts = "test_baskets bigint, hits_0 bigint, hits_1 bigint, hits_2 bigint"
    about = {"as_of": DAY, "mined_until": date(2017, 11, 30), "mined_baskets": 10, "itemsets": 3, "rules": 2, "top": 5}
    some = backtest_rows(spark.createDataFrame([(4, 1, 2, 0)], counts), **about)  # type: ignore[arg-type]
    start, end = (DAY, date(2017, 11, 30), 10, 3, 2, 4), 5
    expected = [("rules", 1, 0.25), ("rules, then popular", 2, 0.5), ("popular", 0, 0.0)]
    rows = [(start[0], method, *start[1:], found, rate, end) for method, found, rate in expected]
    assert_df_equality(
        some,
        spark.createDataFrame(rows, RULE_BACKTEST.schema()),
        ignore_row_order=True,
        ignore_nullable=True,
        ignore_metadata=True,
    )
    none = backtest_rows(spark.createDataFrame([(0, 0, 0, 0)], counts), **about)  # type: ignore[arg-type]
    assert [row["hit_rate"] for row in none.collect()] == [None, None, None]
