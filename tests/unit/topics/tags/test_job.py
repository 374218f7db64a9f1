"""The job as a whole, on the made-up shop's settings."""

from __future__ import annotations

from decimal import Decimal

from pyspark.sql import SparkSession
from tests.conftest import context_of, rows_of
from tests.shop import Shop
from tests.unit.topics.tags.conftest import AS_OF

from bullseye.core.job import Inputs
from bullseye.suite import contracts, load_settings
from bullseye.topics.tags.job import JOB
from bullseye.topics.tags.settings import Tags


def test_the_shops_tags_fill_their_tables_and_fit_the_contracts(spark: SparkSession, shop: Shop) -> None:
    settings = load_settings(shop.conf)
    tables = contracts(settings)
    context = context_of(spark, settings, as_of=AS_OF)
    customers = [
        {"as_of": AS_OF, "customer_id": "a", "orders_90d": 3, "recency_days": 1},
        {"as_of": AS_OF, "customer_id": "b", "orders_90d": 2, "recency_days": 61},
        {"as_of": AS_OF, "customer_id": "p"},
    ]
    items = [
        {"day": AS_OF, "party_id": "a", "dimension": "category", "key": key, "amount": Decimal(amount), "orders": 2}
        for key, amount in (("tea", 3), ("coffee", 1))
    ]
    inputs = Inputs(
        {
            "gold.customer": lambda: rows_of(spark, tables["gold.customer"], *customers),
            "features.party_day_item": lambda: rows_of(spark, tables["features.party_day_item"], *items),
            "features.identity_map": lambda: rows_of(spark, tables["features.identity_map"]),
        },
        JOB.name,
    )
    made = JOB.run(inputs, context)
    frames = {name: tables[name].conform(rows, maker=JOB.name) for name, rows in made.items()}
    held = frames["gold.customer_tag"].drop("as_of").orderBy("customer_id", "tag", "position").collect()
    assert [tuple(row) for row in held] == [
        ("a", "favourite_categories", 1, "tea", 0.75),
        ("a", "favourite_categories", 2, "coffee", 0.25),
        ("a", "regular", 1, None, None),
        ("b", "dormant", 1, None, None),
    ]
    covered = frames["gold.tag_coverage"].select("tag", "customers", "unknown").orderBy("tag").collect()
    assert [tuple(row) for row in covered] == [("dormant", 1, 1), ("favourite_categories", 1, None), ("regular", 1, 1)]
    assert frames["gold.tag_catalog"].count() == 3
    context.release()


def test_without_tags_the_tables_are_empty(spark: SparkSession, shop: Shop) -> None:
    settings = load_settings(shop.conf).replacing(Tags())
    tables = contracts(settings)
    context = context_of(spark, settings, as_of=AS_OF)
    inputs = Inputs({"gold.customer": lambda: rows_of(spark, tables["gold.customer"])}, JOB.name)
    made = JOB.run(inputs, context)
    assert {name: tables[name].conform(rows, maker=JOB.name).count() for name, rows in made.items()} == {
        "gold.customer_tag": 0,
        "gold.tag_catalog": 0,
        "gold.tag_coverage": 0,
    }
    context.release()
