"""The job mine_associations."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from tests.conftest import context_of, rows_of

from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.settings.association import Association
from bullseye.tables import silver
from bullseye.topics.association.build import BACKTEST, RULES
from bullseye.topics.association.job import JOB
from bullseye.topics.identity.tables import IDENTITY_MAP

AS_OF = date(2017, 12, 31)
NO_MONEY = dict.fromkeys(("amount", "loyalty_discount", "coupon_discount", "coupon_match_discount"), Decimal(0))
SETTINGS = Association(exclude=("FUEL",), min_support=0.5, min_confidence=0.5, backtest_days=2)


def settings_with(retail: Settings, association: Association) -> Settings:
    return retail.replacing(association)


def mined(spark: SparkSession, settings: Settings, orders: dict[str, tuple[int, str]]) -> dict[str, DataFrame]:
    """Orders by id: days before as_of, and products by one letter each."""
    lines: list[dict[str, Any]] = [
        NO_MONEY
        | {
            "party_id": f"p{order}",
            "order_id": order,
            "line_id": str(number),
            "day": AS_OF - timedelta(days=ago),
            "product_id": product,
            "is_item": product != "$",
        }
        for order, (ago, products) in orders.items()
        for number, product in enumerate(products)
    ]
    categories = {"m": "MILK", "b": "BREAD", "t": "TEA", "f": "FUEL", "$": "MILK", "n": None}
    products = [{"product_id": letter, "category_2": category} for letter, category in categories.items()]
    tables = {
        "silver.order_line": rows_of(spark, silver.ORDER_LINE, *lines),
        "silver.product": rows_of(spark, silver.PRODUCT, *products),
        "features.identity_map": rows_of(spark, IDENTITY_MAP, {"party_id": "p2", "customer_id": "p1"}),
    }
    context = context_of(spark, settings, as_of=AS_OF)
    outputs = JOB.run(Inputs({name: (lambda frame=frame: frame) for name, frame in tables.items()}, JOB.name), context)
    conformed = {name: context.tables[name].conform(rows, maker=JOB.name) for name, rows in outputs.items()}
    assert tuple(conformed) == JOB.writes
    return conformed


ORDERS = {"1": (40, "mbf"), "2": (30, "mbbn"), "3": (20, "m?"), "4": (10, "t$f"), "5": (1, "mb"), "6": (0, "f$n")}


def test_rules_come_from_all_baskets_up_to_as_of_and_only_from_items(spark: SparkSession, retail: Settings) -> None:
    tables = mined(spark, settings_with(retail, SETTINGS), ORDERS)
    rules = tables[RULES].orderBy("antecedent").collect()
    # Five baskets have an item; money, fuel, an unknown product and one without a category are none.
    assert [
        (r["as_of"], r["antecedent"], r["consequent"], r["baskets"], r["antecedent_baskets"], r["rule_baskets"])
        for r in rules
    ] == [
        (AS_OF, "BREAD", "MILK", 5, 3, 3),
        (AS_OF, "MILK", "BREAD", 5, 4, 3),
    ]


def test_the_back_test_mines_the_days_before_its_own(spark: SparkSession, retail: Settings) -> None:
    rows = mined(spark, settings_with(retail, SETTINGS), ORDERS)[BACKTEST].orderBy("method").collect()
    assert [
        (r["method"], r["mined_until"], r["mined_baskets"], r["itemsets"], r["rules"], r["test_baskets"], r["hits"])
        for r in rows
    ] == [
        ("popular", date(2017, 12, 29), 4, 3, 2, 1, 1),
        ("rules", date(2017, 12, 29), 4, 3, 2, 1, 1),
        ("rules, then popular", date(2017, 12, 29), 4, 3, 2, 1, 1),
    ]


def test_only_the_days_of_the_settings_are_mined(spark: SparkSession, retail: Settings) -> None:
    settings = settings_with(retail, SETTINGS.model_copy(update={"days": 30}))
    assert {row["baskets"] for row in mined(spark, settings, ORDERS)[RULES].collect()} == set()
    settings = settings_with(retail, SETTINGS.model_copy(update={"days": 31}))
    assert {row["baskets"] for row in mined(spark, settings, ORDERS)[RULES].collect()} == {4}


def test_without_baskets_there_are_empty_tables(spark: SparkSession, retail: Settings) -> None:
    tables = mined(spark, settings_with(retail, SETTINGS), {"1": (3, "f$")})
    assert {name: rows.collect() for name, rows in tables.items()} == {RULES: [], BACKTEST: []}


def test_orders_without_an_item_count_where_the_settings_say_so(spark: SparkSession, retail: Settings) -> None:
    settings = settings_with(retail, SETTINGS.model_copy(update={"empty_baskets": True, "min_support": 0.4}))
    rules = mined(spark, settings, ORDERS)[RULES].orderBy("antecedent").collect()
    # The sixth order has money, fuel and a product without a category.
    assert [(r["antecedent"], r["baskets"], r["antecedent_baskets"], r["rule_baskets"], r["lift"]) for r in rules] == [
        ("BREAD", 6, 3, 3, 1.5),
        ("MILK", 6, 4, 3, 1.5),
    ]


def test_baskets_of_customers_hold_what_all_their_parties_bought(spark: SparkSession, retail: Settings) -> None:
    settings = settings_with(retail, SETTINGS.model_copy(update={"basket": "customer", "min_support": 0.4}))
    rules = mined(spark, settings, {"1": (40, "m"), "2": (30, "b"), "3": (20, "t"), "4": (9, "f")})[RULES].collect()
    # The parties p1 and p2 are one customer, who has milk and bread; p4 has nothing that is mined.
    names = ("antecedent", "consequent", "baskets", "rule_baskets")
    assert sorted(tuple(row[name] for name in names) for row in rules) == [
        ("BREAD", "MILK", 2, 1),
        ("MILK", "BREAD", 2, 1),
    ]
