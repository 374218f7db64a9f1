"""Deliveries with impossible dates, repeated rows or missing rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.conftest import ROOT, context_of
from tests.shop import Shop

from bullseye.settings.sources import Source
from bullseye.suite import load_settings
from bullseye.topics.sources.ingest import check_source
from bullseye.topics.sources.read import _read

pytestmark = pytest.mark.beside

ORDERS = "receipt STRING NOT NULL, line INT NOT NULL, customer STRING NOT NULL, sold_at TIMESTAMP NOT NULL, sku STRING NOT NULL, pieces INT, paid DECIMAL(18,2)"


@pytest.mark.parametrize(
    ("case", "key", "lines", "paid", "rejected"),
    [
        pytest.param(
            "few_duplicates",
            ["receipt", "line"],
            1_994,
            "34300.90",
            {"duplicate": 2},
            id="few_duplicates",
            marks=pytest.mark.fault("two lines are sent twice", right="two duplicates in quarantine, 34,300.90"),
        ),
        pytest.param(
            "t_future",
            ["receipt", "line"],
            1_993,
            "34291.60",
            {"later than its delivery": 1},
            id="t_future",
            marks=pytest.mark.fault(
                "one line is dated 2052", right="it is rejected; 1,993 lines, the last on 2025-02-25"
            ),
        ),
        pytest.param(
            "t_1900",
            ["receipt", "line"],
            1_992,
            "34279.00",
            {"before the begin": 2},
            id="t_1900",
            marks=pytest.mark.fault("two lines are dated 1900", right="they are rejected; history begins 2024-01-03"),
        ),
        pytest.param(
            "receipts_restart",
            ["receipt", "line", "sold_at"],
            1_994,
            "34300.90",
            {},
            id="receipts_restart",
            marks=pytest.mark.fault(
                "receipt numbers begin at 1 every day", right="with the day in the key no line is lost"
            ),
        ),
    ],
)
def test_a_case_gives_its_right_values(
    spark: SparkSession, shop: Shop, case: str, key: list[str], lines: int, paid: str, rejected: dict[str, int]
) -> None:
    given = Source.model_validate({"name": "orders", "format": "csv", "path": "x", "schema": ORDERS, "key": key})
    context = replace(
        context_of(spark, load_settings(shop.conf)),
        standing=SimpleNamespace(started_at=datetime(2025, 2, 26, 3, tzinfo=UTC)),  # type: ignore[arg-type]  # what is used of it
    )
    frame = _read(spark, given, str(ROOT / "tests" / "cases" / case / "data" / "orders.csv"))
    found = check_source(given, frame, context)
    totals = found.good.agg(
        F.count(F.lit(1)), F.sum("paid"), F.min("sold_at").cast("date"), F.max("sold_at").cast("date")
    ).collect()
    assert [tuple(row) for row in totals] == [(lines, Decimal(paid), date(2024, 1, 3), date(2025, 2, 25))]
    rows = (
        found.rejected.select(F.explode("reasons").alias("reason")).groupBy("reason").count().collect()
        if found.rejected
        else []
    )
    assert {row["reason"]: row["count"] for row in rows} == rejected
    assert {
        row["rule"]: row["failed"] for row in found.counts if row["failed"] and row["action"] == "reject"
    } == rejected


@pytest.mark.fault("receipt numbers begin at 1 every day and the key is the number alone", right="the run stops")
def test_a_key_that_is_no_key_does_not_pass(spark: SparkSession, shop: Shop) -> None:
    given = Source.model_validate(
        {"name": "orders", "format": "csv", "path": "x", "schema": ORDERS, "key": ["receipt", "line"]}
    )
    frame = _read(spark, given, str(ROOT / "tests" / "cases" / "receipts_restart" / "data" / "orders.csv"))
    gate = check_source(given, frame, context_of(spark, load_settings(shop.conf))).counts[-1]
    assert (gate["rule"], gate["passed"]) == ("rows", False)
