"""Source files that change or are very large, through the engine."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import wraps

import pytest
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import context_of
from tests.shop import Shop

from bullseye.core.job import Context, Inputs
from bullseye.core.lake import Lake
from bullseye.core.runlog import RunLog
from bullseye.core.runner import Suite
from bullseye.errors import SourceError
from bullseye.settings.sources import Source
from bullseye.suite import load_settings
from bullseye.topics.sources.ingest import check_source, ingest_sources
from bullseye.topics.sources.job import JOB
from bullseye.topics.sources.read import _read

LATE = "O99999,1,C001,2025-06-30 10:00:00,P1,1,9.50"


@pytest.mark.fault(
    "a file grows after its rows were checked and before they are written",
    right="the run stops, nothing is up to date, and the next run has all rows",
)
def test_a_file_that_grows_during_a_run_is_never_up_to_date(spark: SparkSession, shop: Shop) -> None:
    @wraps(ingest_sources)
    def ingest(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
        frames = ingest_sources(inputs, context)
        if LATE not in (shop.data / "orders.csv").read_text(encoding="utf-8"):
            shop.append_lines("orders.csv", [LATE])
        return frames

    lake = Lake(spark, str(shop.lake))
    context = context_of(spark, load_settings(shop.conf), root=lake.root)
    job = replace(JOB, run=ingest)
    with pytest.raises(SourceError, match=r"orders\.csv changed while it was read"):
        Suite(context, lake, RunLog(lake, "run-1")).run(job, lambda _: None)
    second = Suite(replace(context, run_id="run-2"), lake, RunLog(lake, "run-2"))
    assert second.run(job, lambda _: None).status == "done"
    lines = len((shop.data / "orders.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert lake.read(context.tables["silver.order_line"]).count() == lines
    third = Suite(replace(context, run_id="run-3"), lake, RunLog(lake, "run-3"))
    assert third.run(job, lambda _: None).status == "up to date"


@pytest.mark.fault("a cell of 50 million digits", right="its row is rejected within a minute")
def test_fifty_million_digits_do_not_hang_a_core(spark: SparkSession, shop: Shop) -> None:
    path = shop.root / "digits.csv"
    path.write_text(f"id,amount\na,1\nb,{'9' * 50_000_000}\n", encoding="utf-8")
    given = Source.model_validate(
        {"name": "orders", "format": "csv", "path": "x", "schema": "id STRING NOT NULL, amount DECIMAL(18,2)"}
    )
    started = time.monotonic()
    frame = _read(spark, given, str(path))
    found = check_source(given, frame, context_of(spark, load_settings(shop.conf), root=str(shop.lake)))
    assert [row["id"] for row in found.good.collect()] == ["a"]
    assert time.monotonic() - started < 60
