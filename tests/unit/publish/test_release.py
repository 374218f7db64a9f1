"""What a release is, and when there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from tests.conftest import context_of, rows_of
from tests.released import DAY, FIRST_RUN, LATER_RUN, ROWS, ReleasedLake

from bullseye.core.job import Context
from bullseye.core.own_tables import QUALITY, RUN
from bullseye.errors import BullseyeError, QualityGateError
from bullseye.release.release import Release, Released, check_gates, release_of
from bullseye.settings import Settings
from bullseye.suite import PUBLISH_RELEASE as JOB
from bullseye.suite import PUBLISHED


@dataclass(frozen=True)
class FakeStanding:
    """Two tables, of which one has been made."""

    started_at: datetime = datetime(2018, 1, 1, 1, tzinfo=UTC)
    runs_of: DataFrame | None = None

    def path(self, table: str) -> str:
        return f"/lake/{table}"

    def version(self, table: str) -> int:
        return 7

    def released(self, table: str, version: int, as_of: date) -> DataFrame:
        raise NotImplementedError

    def rows(self, table: str) -> int | None:
        return {"gold.customer": 3, "gold.score": 0}.get(table)

    def runs(self) -> DataFrame:
        assert self.runs_of is not None
        return self.runs_of


def context(spark: SparkSession, settings: Settings, day: date = DAY) -> Context:
    return replace(context_of(spark, settings, as_of=day), standing=FakeStanding())


def gate(spark: SparkSession, run_id: str, source: str, passed: bool) -> DataFrame:
    row = {
        "run_id": run_id,
        "source": source,
        "rule": "rows",
        "action": "gate",
        "checked": 200,
        "failed": 10,
        "share": 0.05,
        "allowed": 0.01,
        "passed": passed,
    }
    return rows_of(spark, QUALITY, row)


def runs(spark: SparkSession, *run_ids: str) -> DataFrame:
    """`ops.run` with one row a run, recorded in this order."""
    return rows_of(spark, RUN, *({"run_id": run_id, "sequence": n} for n, run_id in enumerate(run_ids, start=1)))


def test_a_release_names_version_and_rows_of_every_table_even_of_an_empty_one(
    spark: SparkSession, retail: Settings
) -> None:
    found = release_of(context(spark, retail), ("gold.customer", "gold.score"))
    tables = (Released("gold.customer", "/lake/gold.customer", 7, 3), Released("gold.score", "/lake/gold.score", 7, 0))
    assert found == Release("run-1", FakeStanding.started_at, DAY, tables)


def test_tables_that_were_not_made_for_the_day_are_all_named(spark: SparkSession, retail: Settings) -> None:
    with pytest.raises(BullseyeError, match=r"2017-12-31 yet: nothing .* in gold.customer_tag, ops.model; run_suite"):
        release_of(context(spark, retail), ("gold.customer", "gold.customer_tag", "ops.model"))


def test_a_gate_of_the_newest_ingest_that_failed_stops_the_release(spark: SparkSession) -> None:
    quality = gate(spark, FIRST_RUN, "orders", True).union(gate(spark, LATER_RUN, "orders", False))
    with pytest.raises(QualityGateError, match=r"orders: 10 of 200 rows rejected \(5.00%, allowed 1.00%\)") as error:
        check_gates(quality, runs(spark, FIRST_RUN, LATER_RUN))
    assert error.value.exit_code == 3


def test_a_gate_that_failed_in_an_older_ingest_does_not_matter(spark: SparkSession) -> None:
    quality = gate(spark, FIRST_RUN, "orders", False).union(gate(spark, LATER_RUN, "orders", True))
    check_gates(quality, runs(spark, FIRST_RUN, LATER_RUN))


@pytest.mark.fault(
    "the clock was two hours ahead in an earlier run, and the newest ingest rejects too many rows",
    right="nothing is published: the newest ingest is the one that ops.run recorded last",
)
def test_the_newest_ingest_is_the_one_recorded_last_whatever_its_clock(spark: SparkSession) -> None:
    quality = gate(spark, LATER_RUN, "orders", True).union(gate(spark, FIRST_RUN, "orders", False))
    with pytest.raises(QualityGateError, match="orders: 10 of 200 rows rejected"):
        check_gates(quality, runs(spark, LATER_RUN, FIRST_RUN))


def test_an_ingest_that_was_killed_before_it_was_recorded_is_the_newest(spark: SparkSession) -> None:
    quality = gate(spark, LATER_RUN, "orders", True).union(gate(spark, FIRST_RUN, "orders", False))
    with pytest.raises(QualityGateError, match="orders: 10 of 200 rows rejected"):
        check_gates(quality, runs(spark, LATER_RUN))


def test_without_any_gate_there_is_nothing_to_stop(spark: SparkSession) -> None:
    check_gates(rows_of(spark, QUALITY), runs(spark))


def test_one_commit_holds_the_whole_release(lake: ReleasedLake) -> None:
    rows = lake.spark.read.format("delta").load(f"{lake.root}/ops/release").where(F.col("release_id") == FIRST_RUN)
    found = {row["table"]: (row["as_of"], row["rows"]) for row in rows.collect()}
    assert found == {table: (DAY, len(ROWS[table])) for table in PUBLISHED}
    counts = [
        lake.spark.read.format("delta").option("versionAsOf", n).load(f"{lake.root}/ops/release").count()
        for n in (0, 1)
    ]
    assert counts == [0, len(PUBLISHED)]


def test_the_same_tables_are_released_once_and_again_only_by_force(lake: ReleasedLake) -> None:
    page = lake.root / "report" / "index.html"
    before = page.read_text()
    lake.run(replace(JOB, name="publish_again", files=None), "20180103T010000-cccccc")
    assert lake.run(replace(JOB, name="publish_again", files=None), "20180103T020000-dddddd").status == "up to date"
    assert lake.run(replace(JOB, name="publish_again", files=None), "20180103T030000-eeeeee", force=True).rows == len(
        PUBLISHED
    )
    assert page.read_text() == before
