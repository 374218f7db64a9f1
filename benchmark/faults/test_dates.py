"""Runs over a shop with dates that cannot be: as of which day, and since when."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.conftest import ROOT
from tests.e2e.test_shop import UNTIL_CUSTOMERS, run, table
from tests.shop import Shop

CASES = ROOT / "tests" / "cases"


def with_case(shop: Shop, case: str) -> Path:
    """The shop with the receipts of a case; its products and customers are those of the shop."""
    return Path(shutil.copyfile(CASES / case / "data" / "orders.csv", shop.data / "orders.csv"))


@pytest.mark.parametrize(
    ("case", "lines"),
    [
        pytest.param(
            "t_future",
            1_993,
            id="2052",
            marks=pytest.mark.fault("a run over one line dated 2052", right="the run is as of the last real day"),
        ),
        pytest.param(
            "t_1900",
            1_992,
            id="1900",
            marks=pytest.mark.fault("a run over two lines of 1900", right="no day and no snapshot before 2024"),
        ),
    ],
)
def test_a_run_has_neither_the_future_nor_a_century_of_history(
    shop: Shop, spark: SparkSession, case: str, lines: int
) -> None:
    with_case(shop, case)
    # The last receipt of the case is of 17:32.
    overrides = {"deployment.as_of.complete_after": "'17:00'"}
    run(shop, only=[*UNTIL_CUSTOMERS, "build_training_snapshots"], overrides=overrides)
    assert table(spark, shop, "silver.order_line").count() == lines
    as_of = {row["as_of"] for row in table(spark, shop, "gold.customer").select("as_of").distinct().collect()}
    assert as_of == {date(2025, 2, 25)}
    for name, column in (("features.party_day", "day"), ("features.training_snapshot", "as_of")):
        first, last = table(spark, shop, name).agg(F.min(column), F.max(column)).collect()[0]
        assert date(2024, 1, 1) <= first <= last <= date(2025, 2, 25), name
