"""Who holds which product lines, by tier, and which are held together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chispa import assert_df_equality
from pyspark.sql import SparkSession
from tests.conftest import context_of

from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.suite import contracts
from bullseye.topics.holdings.job import JOB
from bullseye.topics.holdings.lines import customer_lines, line_holdings, line_pairs
from bullseye.topics.holdings.settings import Lines

DAY = date(2017, 6, 30)
RULE = Lines(level="category_2", where="customer_no > 0", pairs="ever", not_paired=("account",))
HOLDING = "party_id string, product_id string, opened_day date, closed_day date, principal decimal(18,2)"
PRODUCT = "product_id string, category_2 string"


def day(month: int, number: int = 30) -> date:
    return date(2017, month, number)


HELD = [
    ("p1", "fund1", day(1), None, Decimal(10)),
    ("p1", "fund2", day(1), None, Decimal(5)),
    ("p2", "loan", day(3), day(6), Decimal(7)),  # ends on the day itself: not held any more
    ("q", "fund1", day(5), date(2017, 7, 1), None),  # ends the day after: held
    ("q", "loan", date(2017, 7, 1), None, Decimal(9)),  # begins the day after
    ("q", "account", day(1), None, None),
    ("q", "gone", day(1), None, Decimal(3)),  # a product that is not known
    ("r", "loan", day(6), None, Decimal(2)),  # begins on the day itself: held
    ("z", "loan", day(1), None, Decimal(2)),  # a customer who is not counted
]
PRODUCTS = [("fund1", "fund"), ("fund2", "fund"), ("loan", "loan"), ("account", "account")]


def test_what_stands_at_as_of_is_held_by_the_customer_of_the_party(spark: SparkSession, retail: Settings) -> None:
    asking = retail.replacing(RULE)
    tables = {
        "silver.holding": spark.createDataFrame(HELD, HOLDING),
        "silver.product": spark.createDataFrame(PRODUCTS, PRODUCT),
        "features.identity_map": spark.createDataFrame(
            [("p1", "p"), ("p2", "p")], "party_id string, customer_id string"
        ),
        "gold.customer": spark.createDataFrame(
            [("p", 1), ("q", 2), ("r", 3), ("s", 4), ("z", 0)], "customer_id string, customer_no bigint"
        ),
        "gold.customer_tier": spark.createDataFrame(
            [("p", "big"), ("q", "big"), ("s", "small")], "customer_id string, tier string"
        ),
    }
    inputs = Inputs({name: (lambda frame=frame: frame) for name, frame in tables.items()}, JOB.name)
    found = JOB.run(inputs, context_of(spark, asking, as_of=DAY))
    for name, frame in found.items():
        contracts(asking)[name].conform(frame, maker="test")
    holdings = [
        (DAY, "all", "account", 4, 1, 0.25, 1, 1, None),
        (DAY, "all", "fund", 4, 2, 0.5, 2, 3, Decimal("15.00")),
        (DAY, "all", "loan", 4, 1, 0.25, 2, 1, Decimal("2.00")),
        (DAY, "big", "account", 2, 1, 0.5, 1, 1, None),
        (DAY, "big", "fund", 2, 2, 1.0, 2, 3, Decimal("15.00")),
        (DAY, "big", "loan", 2, 0, 0.0, 1, 0, None),
        (DAY, "small", "account", 1, 0, 0.0, 0, 0, None),
        (DAY, "small", "fund", 1, 0, 0.0, 0, 0, None),
        (DAY, "small", "loan", 1, 0, 0.0, 0, 0, None),
    ]
    assert sorted(tuple(row) for row in found["gold.line_holding"].collect()) == holdings
    # both have a fund, p once had a loan too: 1 of 4 where 2 * 2 / 4 = 1 is what chance makes; accounts pair with nothing
    pairs = [(DAY, "fund", "loan", 4, 2, 2, 1, 0.5, 1.0), (DAY, "loan", "fund", 4, 2, 2, 1, 0.5, 1.0)]
    assert sorted(tuple(row) for row in found["gold.line_pair"].collect()) == pairs


def test_pairs_of_what_is_held_now_and_pairs_that_nobody_has(spark: SparkSession) -> None:
    held = spark.createDataFrame([("a", "x"), ("a", "y"), ("b", "x"), ("c", "z")], "customer_id string, line string")
    base = spark.createDataFrame([(name,) for name in "abcde"], "customer_id string")
    schema = "line string, other_line string, base bigint, customers bigint, other_customers bigint, both_customers bigint, share double, lift double"
    expected = [
        ("x", "y", 5, 2, 1, 1, 0.5, 2.5),
        ("x", "z", 5, 2, 1, 0, 0.0, 0.0),
        ("y", "x", 5, 1, 2, 1, 1.0, 2.5),
        ("y", "z", 5, 1, 1, 0, 0.0, 0.0),
        ("z", "x", 5, 1, 2, 0, 0.0, 0.0),
        ("z", "y", 5, 1, 1, 0, 0.0, 0.0),
    ]
    found = line_pairs(held, base)
    assert_df_equality(found, spark.createDataFrame(expected, schema), ignore_row_order=True, ignore_nullable=True)


def test_without_tiers_there_is_everybody_and_without_holdings_nothing(spark: SparkSession) -> None:
    base = spark.createDataFrame([("a", None)], "customer_id string, tier string")
    facts = spark.createDataFrame(
        [("a", "fund", DAY, None, None)],
        "customer_id string, category_2 string, opened_day date, closed_day date, principal decimal(18,2)",
    )
    held = customer_lines(facts, RULE, as_of=DAY).join(base, on="customer_id", how="inner")
    assert [tuple(row) for row in line_holdings(held, base).collect()] == [("all", "fund", 1, 1, 1.0, 1, 1, None)]
    nothing = held.where("false")
    assert (line_holdings(nothing, base).count(), line_pairs(nothing, base).count()) == (0, 0)
