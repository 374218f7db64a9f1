"""Small folders of real habits in tests/cases, each with its right figures: the checked rows of one ingest."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.conftest import ROOT, context_of
from tests.shop import Shop

from bullseye.settings.sources import Source
from bullseye.suite import load_settings
from bullseye.topics.sources.ingest import check_source
from bullseye.topics.sources.read import _read

CASES = ROOT / "tests" / "cases"
LINES = (
    "receipt STRING NOT NULL, line INT NOT NULL, customer STRING NOT NULL, sold_at TIMESTAMP NOT NULL, sku STRING NOT NULL,"
    " pieces INT NOT NULL, paid DECIMAL(18,2) NOT NULL"
)
IN_PARQUET = (
    "order_id STRING NOT NULL, customer_id STRING, order_date TIMESTAMP_NTZ NOT NULL, sku STRING, quantity INT,"
    " amount DECIMAL(18,2)"
)


def case(
    name: str, what: str, right: str, lines: int, paid: str, customers: int = 40, *, part: str = "", **more: Any
) -> Any:
    given = {"name": "orders", "format": "csv", "path": "orders.csv", "schema": LINES, **more}
    return pytest.param(
        name, given, (lines, customers, Decimal(paid)), id=name + part, marks=pytest.mark.fault(what, right=right)
    )


@pytest.mark.parametrize(
    ("name", "given", "right"),
    [
        case(
            "pruned",
            "a row with two cells too many and one with a cell too few",
            "both are in quarantine and nowhere else: 1,992 lines",
            1992,
            "34279.00",
            schema=f"{LINES}, note STRING, memo STRING",
        ),
        case(
            "pruned",
            "the same in a file that is read in parts",
            "both are in quarantine and nowhere else: 1,992 lines",
            1992,
            "34279.00",
            part="_in_parts",
            schema=f"{LINES}, note STRING, memo STRING",
            multi_line=False,
        ),
        case(
            "years_column_added",
            "a file of the second year with one column more",
            "both files are used",
            1994,
            "34300.90",
            path="sales_*.csv",
            schema=f"{LINES}, store STRING",
        ),
        case(
            "drift_extra_column",
            "a later daily file with an undeclared column",
            "it is read, and the column is reported",
            1994,
            "34300.90",
            path=".",
            schema=f"{LINES}, title STRING",
        ),
        case("trailing_sep", "a separator at the end of every line", "the same figures", 1994, "34300.90"),
        case(
            "quotes_late_mid",
            "the first doubled quote after 256 KB of a file",
            "no line is lost",
            14428,
            "248223.10",
            300,
            schema=f"{LINES}, title STRING",
        ),
        case("utf16", "a file in UTF-16", "the same figures", 1994, "34300.90", options={"sep": "\t"}),
        case(
            "pq_ns",
            "Parquet with times in nanoseconds, as pandas writes them",
            "the same figures",
            1994,
            "34300.90",
            format="parquet",
            path="orders.parquet",
            schema=IN_PARQUET,
        ),
    ],
)
def test_the_figures_of_the_case_are_right(
    spark: SparkSession,
    shop: Shop,
    caplog: pytest.LogCaptureFixture,
    name: str,
    given: dict[str, Any],
    right: tuple[int, int, Decimal],
) -> None:
    source = Source.model_validate(given)
    frame = _read(spark, source, str(CASES / name / "data" / source.path))
    with caplog.at_level(logging.WARNING):
        found = check_source(source, frame, context_of(spark, load_settings(shop.conf), root=str(shop.lake)))
    customer, paid = ("customer_id", "amount") if source.format == "parquet" else ("customer", "paid")
    row = found.good.agg(F.count(F.lit(1)), F.countDistinct(customer), F.sum(paid)).first()
    assert row is not None
    assert tuple(row) == right
    rejected = sum(row["failed"] for row in found.counts if row["rule"] == "rows")
    assert (found.rows - rejected, rejected) == (right[0], 2 if name == "pruned" else 0)
    if name == "drift_extra_column":
        assert "has undeclared column(s) till: left out" in caplog.text
    if name == "years_column_added":
        assert found.good.where("store IS NOT NULL").count() == found.good.where("sold_at >= '2025-01-01'").count()


@pytest.mark.fault(
    "a rejected row of a file with names and phones", right="the other rows are read, it is rejected once"
)
def test_a_bad_birth_date_rejects_its_row_only(spark: SparkSession, shop: Shop) -> None:
    given = Source.model_validate(
        {
            "name": "customers",
            "format": "csv",
            "path": "x",
            "schema": "customer STRING NOT NULL, birth_date DATE, region STRING",
        }
    )
    frame = _read(spark, given, str(CASES / "personal_rejected" / "data" / "customers.csv"))
    found = check_source(given, frame, context_of(spark, load_settings(shop.conf), root=str(shop.lake)))
    assert found.good.count() == found.rows - 1
    assert found.rejected is not None
    assert [row["reasons"] for row in found.rejected.collect()] == [["birth_date is not DATE"]]
