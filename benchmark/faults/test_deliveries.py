"""Deliveries with impossible dates, repeated rows or missing rows."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from tests.e2e.test_shop import run, table
from tests.shop import Shop

from bullseye.core.lake import Lake
from bullseye.errors import QualityGateError


@pytest.mark.fault(
    "a file is cut in half",
    right="the run stops with exit 3, the tables stay as they were; with --set sources.max_shrink=1 it goes on",
)
def test_a_delivery_that_shrinks_stops_the_run_until_it_is_meant(shop: Shop, spark: SparkSession) -> None:
    run(shop, only=["ingest_sources"])
    path = shop.data / "orders.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lake = Lake(spark, str(shop.lake))
    version, half = lake.version("silver.order_line"), len(lines) // 2
    path.write_text("".join([header, *lines[:half]]), encoding="utf-8")
    with pytest.raises(QualityGateError) as error:
        run(shop, only=["ingest_sources"])
    assert f"orders: {len(lines) - half:,} of {len(lines):,} rows of the last ingest are gone" in str(error.value)
    assert "--set sources.max_shrink=1" in str(error.value)
    assert error.value.exit_code == 3
    assert lake.version("silver.order_line") == version
    assert table(spark, shop, "ops.quality").where("NOT passed").select("source", "rule").collect() == [
        ("orders", "gone rows")
    ]
    files = table(spark, shop, "ops.source_file").where("source = 'orders'")
    assert files.where("delivered_at = modified_at AND rows = " + str(len(lines))).count() == 1
    run(shop, only=["ingest_sources"], overrides={"sources.max_shrink": "1"})
    assert table(spark, shop, "silver.order_line").count() == half
    assert table(spark, shop, "ops.quality").where("NOT passed").count() == 0
