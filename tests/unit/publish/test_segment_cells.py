"""The RFM map and the moves between segments, from one query."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import rows_of
from tests.parts import settings_of
from tests.released import DAY

from bullseye.report.listing import Rows
from bullseye.report.queries import collect
from bullseye.report.section import Source
from bullseye.settings import Settings
from bullseye.suite import contracts
from bullseye.topics.segments.report import SECTION, rfm_bands, segment_moves
from bullseye.topics.segments.settings import Segments
from bullseye.topics.segments.tables import SEGMENT_ASSIGNMENT


def assigned(spark: SparkSession, scheme: str, **segments: tuple[str, int | None]) -> DataFrame:
    rows = (
        {"scheme": scheme, "customer_id": who, "segment": segment, "r": band, "f": band}
        for who, (segment, band) in segments.items()
    )
    return rows_of(spark, SEGMENT_ASSIGNMENT, *rows)


@pytest.fixture(scope="module")
def cells(spark: SparkSession, retail: Settings) -> Rows:
    """a stays, b moves up, c is new, d is gone, e has no bands; p is a prospect in no segment."""
    now = assigned(spark, "rfm", a=("loyal", 5), b=("loyal", 5), c=("new", 1), e=("unknown", None))
    now = now.union(assigned(spark, "clusters", a=("many", None)))
    before = assigned(spark, "rfm", a=("loyal", 5), b=("lost", 1), d=("lost", 1), e=("unknown", None))
    spent = {"a": "10.00", "b": "20.50", "c": "1.00", "d": "7.00", "e": "3.00", "p": None}
    customers = rows_of(
        spark,
        contracts(retail)["gold.customer"],
        *({"customer_id": who, "spend_all": amount and Decimal(amount)} for who, amount in spent.items()),
    )
    return cells_of(now, before, customers, retail[Segments])


def cells_of(now: DataFrame, before: DataFrame | None, customers: DataFrame, segments: Segments) -> Rows:
    tables = {"gold.segment_assignment": now, "gold.customer": customers}
    then = None if before is None else {"gold.segment_assignment": before}
    return collect(SECTION.queries["cells"], Source(tables, then, settings_of(segments), DAY), "cells")


def test_the_map_has_customers_and_mean_value_of_every_band(cells: Rows) -> None:
    assert rfm_bands(cells) == (
        {"r": 1, "f": 1, "customers": 1, "value": 1.0},
        {"r": 5, "f": 5, "customers": 2, "value": 15.25},
    )


def test_moves_count_customers_by_segment_then_and_now(cells: Rows) -> None:
    found = {(row["scheme"], row["segment_before"], row["segment"]): row["customers"] for row in segment_moves(cells)}
    assert found == {
        ("rfm", "loyal", "loyal"): 1,
        ("rfm", "lost", "loyal"): 1,
        ("rfm", None, "new"): 1,
        ("rfm", "lost", None): 1,
        ("rfm", "unknown", "unknown"): 1,
        ("clusters", None, "many"): 1,
    }


def test_without_rfm_there_is_no_map(spark: SparkSession, retail: Settings) -> None:
    nobody = rows_of(spark, contracts(retail)["gold.customer"])
    cells = cells_of(assigned(spark, "clusters", a=("many", None)), None, nobody, Segments())
    assert rfm_bands(cells) == ()
    assert [row["customers"] for row in segment_moves(cells)] == [1]
