"""What may go wrong in a run: each time one clear error, and nothing half-published."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import SparkSession
from tests.e2e.test_shop import UNTIL_CUSTOMERS, run, table
from tests.shop import Shop

from bullseye.core.lake import Lake, Stamp
from bullseye.core.lease import lease
from bullseye.core.own_tables import LEASE
from bullseye.errors import LeaseError, QualityGateError, SettingsError


def hold(spark: SparkSession, lake: Lake, *, host: str, pid: int, beat_at: datetime) -> None:
    row = [("run-9", host, pid, "ann", beat_at, False, 1)]
    version = lake.replace(LEASE, spark.createDataFrame(row, LEASE.schema()), Stamp("run-9", "lease")).version
    # The clock of the store counts.
    os.utime(f"{lake.path(LEASE.name)}/_delta_log/{version:020d}.json", (beat_at.timestamp(), beat_at.timestamp()))


def test_too_many_broken_rows_stop_the_run_and_are_kept_with_their_reasons(shop: Shop, spark: SparkSession) -> None:
    shop.append_lines("orders.csv", [f"X{number},1,C001,2025-03-03 10:00:00,P1,-1,1.00" for number in range(60)])
    with pytest.raises(QualityGateError, match=r"orders: 60 of [0-9,]+ rows rejected \(.*%, allowed 1.00%\)"):
        run(shop, only=UNTIL_CUSTOMERS)
    assert table(spark, shop, "ops.quarantine").where("reasons = array('pieces_positive')").count() == 60
    assert table(spark, shop, "ops.quality").where("NOT passed").select("source", "rule", "failed").collect() == [
        ("orders", "rows", 60)
    ]
    assert table(spark, shop, "ops.run").where("status = 'failed'").select("job").collect() == [("ingest_sources",)]
    assert not (shop.lake / "silver").exists()


def test_a_second_run_stops_and_names_the_first(shop: Shop, spark: SparkSession) -> None:
    lake = Lake(spark, str(shop.lake))
    hold(spark, lake, host="other-host", pid=4711, beat_at=datetime.now(UTC))
    with pytest.raises(
        LeaseError, match=r"another run is writing to this lake: run-9, started by ann on other-host \(process 4711\)"
    ):
        run(shop, only=["ingest_sources"])
    assert not (shop.lake / "silver").exists()


@pytest.mark.parametrize(
    ("host", "pid", "age"),
    [("other-host", 1, timedelta(minutes=5)), (os.uname().nodename, 2**22 + 1, timedelta(0))],
    ids=["no heartbeat for four minutes", "a process of this machine that is gone"],
)
def test_the_lease_of_a_dead_run_is_taken_over(
    shop: Shop, spark: SparkSession, host: str, pid: int, age: timedelta
) -> None:
    lake = Lake(spark, str(shop.lake))
    hold(spark, lake, host=host, pid=pid, beat_at=datetime.now(UTC) - age)
    with lease(lake, "run-10"):
        assert [tuple(row) for row in lake.read(LEASE).select("run_id", "released").collect()] == [("run-10", False)]
    assert [tuple(row) for row in lake.read(LEASE).select("run_id", "released").collect()] == [("run-10", True)]


def test_every_mistake_in_sql_is_told_before_any_job_runs(shop: Shop) -> None:
    shop.edit("tags.yaml", "where: orders_90d >= 3", "where: orders_90 >= 3")
    shop.edit("measures.yaml", "sql: sum(quantity)", "sql: sum(quantty)")
    with pytest.raises(SettingsError) as error:
        run(shop)
    told = str(error.value)
    assert "there is no column 'orders_90' (did you mean 'orders_90d'?)" in told
    assert "there is no column 'quantty' (did you mean 'quantity'?)" in told
    assert not shop.lake.exists()
