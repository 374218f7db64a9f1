"""The customer base by month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pyspark.sql import SparkSession
from tests.conftest import rows_of

from bullseye.report.queries import collect
from bullseye.report.section import Source
from bullseye.settings import Settings
from bullseye.suite import contracts
from bullseye.topics.customers.report import SECTION, every_month


def test_customers_are_new_stay_lapse_and_return(spark: SparkSession, retail: Settings) -> None:
    """a: January, February and, after a pause, April. b: two parties of one customer, January only. A return is no visit."""
    tables = contracts(retail)
    days = (
        ("a", date(2017, 1, 2), 1, "10.00"),
        ("a", date(2017, 1, 9), 1, "5.00"),
        ("a", date(2017, 2, 1), 1, "1.00"),
        ("a", date(2017, 4, 30), 2, "2.00"),
        ("b", date(2017, 1, 3), 1, "3.00"),
        ("b2", date(2017, 1, 31), 1, "4.00"),
        ("b", date(2017, 2, 2), 0, "-3.00"),
    )
    facts = rows_of(
        spark,
        tables["features.party_day"],
        *({"party_id": who, "day": day, "orders": orders, "spend": Decimal(spend)} for who, day, orders, spend in days),
    )
    identity = rows_of(spark, tables["features.identity_map"], {"party_id": "b2", "customer_id": "b"})
    names = ("month", "active", "new", "returned", "stayed", "lapsed", "sales")
    source = Source(
        {"features.party_day": facts, "features.identity_map": identity},
        None,
        retail,
        date(2017, 4, 30),
    )
    counts = collect(SECTION.queries["months"], source, "months")
    found = [tuple(row[name] for name in names) for row in every_month(counts, has_sales=True)]
    assert found == [
        (date(2017, 1, 1), 2, 2, 0, 0, 0, Decimal("22.00")),
        (date(2017, 2, 1), 1, 0, 0, 1, 1, Decimal("-2.00")),
        (date(2017, 3, 1), 0, 0, 0, 0, 1, 0),
        (date(2017, 4, 1), 1, 0, 1, 0, 0, Decimal("2.00")),
    ]
