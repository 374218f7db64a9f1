"""What may go wrong in a run: each time one clear error, and nothing half-published."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from pyspark.sql import DataFrame, SparkSession
from tests.e2e.test_shop import UNTIL_CUSTOMERS, run, table
from tests.shop import Shop

from bullseye.cli.run import Request, run_jobs
from bullseye.cli.suite import JOBS
from bullseye.core.contract import Table
from bullseye.core.graph import select
from bullseye.core.lake import Lake, Stamp, Written
from bullseye.core.lease import LEASE, lease
from bullseye.errors import BullseyeError, LakeError, LeaseError, QualityGateError, SettingsError


def hold(spark: SparkSession, lake: Lake, *, host: str, pid: int, beat_at: datetime) -> None:
    row = [("run-9", host, pid, "ann", beat_at, False)]
    lake.replace(LEASE, spark.createDataFrame(row, LEASE.schema()), Stamp("run-9", "lease"))


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
    shop.edit("tags.yaml", "when: orders_90d >= 3", "when: orders_90 >= 3")
    shop.edit("measures.yaml", "sql: sum(quantity)", "sql: sum(quantty)")
    with pytest.raises(SettingsError) as error:
        run(shop)
    told = str(error.value)
    assert "there is no column 'orders_90' (did you mean 'orders_90d'?)" in told
    assert "there is no column 'quantty' (did you mean 'quantity'?)" in told
    assert not shop.lake.exists()


def test_a_target_with_too_few_positives_is_an_error_with_the_remedy(shop: Shop) -> None:
    shop.edit("models.yaml", "min_positives: 10", "min_positives: 1000")
    names = [job.name for job in select(JOBS, until="train_models")]
    with pytest.raises(BullseyeError, match="lapse_30d"):
        run_jobs(Request(shop.conf, lake=str(shop.lake)), select(JOBS, only=names), JOBS)
    assert not (shop.lake / "ops" / "release").exists()


def test_a_day_before_all_facts_has_customers_without_history(shop: Shop, spark: SparkSession) -> None:
    run(shop, only=UNTIL_CUSTOMERS, as_of=date(2024, 12, 31))
    assert table(spark, shop, "gold.customer").where("orders_all > 0").count() == 0


def test_a_full_disk_is_told_with_what_is_free_and_the_run_goes_on_when_there_is_room(
    shop: Shop, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Lake.replace_slices

    def no_room(lake: Lake, into: Table, rows: DataFrame, slices: Sequence[date] | None, stamp: Stamp) -> Written:
        if into.name == "gold.customer":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(lake, into, rows, slices, stamp)

    with monkeypatch.context() as full:
        full.setattr(Lake, "replace_slices", no_room)
        with pytest.raises(
            LakeError, match=r"a disk is full\n  the lake: .*lake, [0-9,.]+ MiB free\n  Spark's scratch"
        ):
            run(shop, only=UNTIL_CUSTOMERS)
    assert table(spark, shop, "ops.run").where("status = 'failed'").select("job").collect() == [("build_customers",)]
    status = {job: entry.status for job, entry in run(shop, only=UNTIL_CUSTOMERS).items()}
    assert (status["ingest_sources"], status["build_customers"]) == ("up to date", "done")
