"""Recommendations, each with the rule that explains it."""

from datetime import date
from decimal import Decimal

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import context_of, rows_of

from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.settings.association import Recommendations
from bullseye.tables import silver
from bullseye.topics.association.tables import ASSOCIATION_RULE
from bullseye.topics.identity.tables import IDENTITY_MAP
from bullseye.topics.recommend.build import recommendations
from bullseye.topics.recommend.job import JOB
from bullseye.topics.recommend.tables import RECOMMENDATION

SETTINGS = Recommendations(top=2, bought_days=90, lately_days=30, min_lift=1.0)
BOUGHT = "customer_id string, item string, days_ago int"
RULE = "rule_id string, antecedent string, antecedent_items array<string>, consequent string, confidence double, lift double"
OFFER = "customer_id string, position int, item string, score double, lift double, rule_id string, reason string"


def rules_of(spark: SparkSession, *rules: tuple[str, str, str, float, float]) -> DataFrame:
    """Rules as (id, one letter for each condition, consequent, confidence, lift)."""
    return spark.createDataFrame(
        [(name, " + ".join(items), list(items), then, sure, lift) for name, items, then, sure, lift in rules], RULE
    )


def offers(
    spark: SparkSession, bought: list[tuple[str, str, int]], *rules: tuple[str, str, str, float, float]
) -> list[tuple[object, ...]]:
    found = recommendations(spark.createDataFrame(bought, BOUGHT), rules_of(spark, *rules), SETTINGS)
    return [tuple(row) for row in found.orderBy("customer_id", "position").collect()]


def test_the_best_rule_explains_an_item_and_the_best_items_come_first(spark: SparkSession) -> None:
    found = recommendations(
        spark.createDataFrame([("c", "a", 40), ("c", "b", 50), ("c", "a", 60), ("d", "b", 40)], BOUGHT),
        rules_of(
            spark,
            ("1", "a", "x", 0.5, 2.0),
            ("2", "ab", "x", 0.7, 3.0),
            ("3", "b", "y", 0.6, 1.0),
            ("4", "a", "z", 0.4, 9.0),
        ),
        SETTINGS,
    )
    expected = [
        ("c", 1, "x", 0.7, 3.0, "2", "a + b"),
        ("c", 2, "y", 0.6, 1.0, "3", "b"),
        ("d", 1, "y", 0.6, 1.0, "3", "b"),
    ]
    assert_df_equality(found, spark.createDataFrame(expected, OFFER), ignore_row_order=True, ignore_nullable=True)


def test_what_was_bought_lately_is_not_recommended_but_may_explain(spark: SparkSession) -> None:
    bought = [("c", "a", 0), ("c", "x", 29), ("c", "y", 30)]
    found = offers(spark, bought, ("1", "a", "x", 0.9, 2.0), ("2", "a", "y", 0.5, 2.0))
    assert found == [("c", 1, "y", 0.5, 2.0, "2", "a")]


def test_what_was_bought_before_the_window_matches_no_rule(spark: SparkSession) -> None:
    rules = (("1", "a", "x", 0.9, 2.0), ("2", "ab", "y", 0.9, 2.0))
    assert offers(spark, [("c", "a", 89), ("c", "b", 90)], *rules) == [("c", 1, "x", 0.9, 2.0, "1", "a")]
    assert offers(spark, [("c", "a", 90)], *rules) == []


def test_rules_below_the_smallest_lift_recommend_nothing(spark: SparkSession) -> None:
    assert offers(spark, [("c", "a", 40)], ("1", "a", "x", 0.9, 0.99), ("2", "a", "y", 0.3, 1.0)) == [
        ("c", 1, "y", 0.3, 1.0, "2", "a")
    ]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("9", "ab", "x", 0.9, 2.0), ("1", "a", "x", 0.8, 3.0)),  # confidence
        (("9", "ab", "x", 0.9, 3.0), ("1", "a", "x", 0.9, 2.0)),  # then lift
        (("9", "a", "x", 0.9, 2.0), ("1", "ab", "x", 0.9, 2.0)),  # then fewer conditions
        (("1", "b", "x", 0.9, 2.0), ("9", "a", "x", 0.9, 2.0)),  # then the id
    ],
)
def test_ties_have_an_order(
    spark: SparkSession, better: tuple[str, str, str, float, float], worse: tuple[str, str, str, float, float]
) -> None:
    (only,) = offers(spark, [("c", "a", 40), ("c", "b", 40)], worse, better)
    assert only[5] == better[0]


def test_rules_over_more_items_than_a_number_has_bits(spark: SparkSession) -> None:
    names = [f"i{number:03}" for number in range(200)]
    rules = [(name, f"{name} + i000", ["i000", name], f"to {name}", 0.5, 2.0) for name in names[1:]]
    bought = [
        ("c", "i000", 40),
        ("c", "i062", 40),
        ("c", "i063", 40),
        ("c", "i199", 40),
        ("c", "to i063", 1),
        ("d", "i062", 40),
    ]
    found = recommendations(
        spark.createDataFrame(bought, BOUGHT),
        spark.createDataFrame(rules, RULE),
        SETTINGS.model_copy(update={"top": 9}),
    )
    assert sorted((row["customer_id"], row["item"]) for row in found.collect()) == [("c", "to i062"), ("c", "to i199")]


def test_no_rules_and_no_purchases_give_no_recommendations(spark: SparkSession) -> None:
    assert offers(spark, [("c", "a", 40)]) == []
    assert offers(spark, [], ("1", "a", "x", 0.9, 2.0)) == []


def test_the_job_recommends_to_the_customer_of_a_party_and_fills_its_table(
    spark: SparkSession, retail: Settings
) -> None:
    def line(party: str, number: str, day: date, product: str) -> dict[str, object]:
        no_money = dict.fromkeys(("amount", "loyalty_discount", "coupon_discount", "coupon_match_discount"), Decimal(0))
        return {
            **no_money,
            "party_id": party,
            "order_id": number,
            "line_id": "1",
            "day": day,
            "product_id": product,
            "is_item": True,
        }

    # as_of is 31 December: 3 October is the first day of 90, 2 December the first of 30
    lines = (
        line("s:1", "1", date(2017, 10, 3), "m"),
        line("s:2", "2", date(2017, 10, 3), "b"),
        line("s:3", "3", date(2017, 10, 2), "m"),
        line("s:3", "4", date(2017, 12, 31), "b"),
    )
    rule = {
        "rule_id": "r",
        "antecedent": "BREAD + MILK",
        "antecedent_items": ["BREAD", "MILK"],
        "consequent": "TEA",
        "confidence": 0.5,
        "lift": 2.0,
    }
    tables = {
        "silver.order_line": rows_of(spark, silver.ORDER_LINE, *lines),
        "silver.product": rows_of(
            spark, silver.PRODUCT, {"product_id": "m", "category_2": "MILK"}, {"product_id": "b", "category_2": "BREAD"}
        ),
        "features.identity_map": rows_of(spark, IDENTITY_MAP, {"party_id": "s:2", "customer_id": "s:1"}),
        "gold.association_rule": rows_of(spark, ASSOCIATION_RULE, rule),
    }
    context = context_of(spark, retail, as_of=date(2017, 12, 31))
    outputs = JOB.run(Inputs({name: (lambda frame=frame: frame) for name, frame in tables.items()}, JOB.name), context)
    rows = RECOMMENDATION.conform(outputs["gold.recommendation"], maker=JOB.name).collect()
    assert [tuple(row) for row in rows] == [(date(2017, 12, 31), "s:1", 1, "TEA", 0.5, 2.0, "r", "BREAD + MILK")]
