"""Rarer bad days of a lease."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.leases import HERE, ME, fenced, hold, holder, numbers, set_age, write

from bullseye.core import lease as module
from bullseye.core.frames import local_frame
from bullseye.core.lake import Lake, Stamp
from bullseye.core.lease import Lease, lease
from bullseye.core.own_tables import LEASE
from bullseye.core.storage import file_exists
from bullseye.errors import LeaseError


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    return Lake(spark, str(tmp_path / "lake"))


@pytest.mark.fault("the clock of the machine that holds the lease is two hours behind", right="it keeps its lease")
def test_a_holder_whose_clock_is_behind_keeps_its_lease(lake: Lake) -> None:
    hold(lake, beat_at=datetime.now(UTC) - timedelta(hours=2))
    with pytest.raises(LeaseError, match="another run is writing to this lake: run-9"):
        Lease(lake, holder("me"))


@pytest.mark.fault("the clock of the store was put back, and the holder is alive", right="it keeps its lease")
def test_a_holder_that_beats_while_it_is_watched_keeps_its_lease(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(lake, beat_at=datetime.now(UTC))
    set_age(lake, timedelta(hours=-2))

    def beat_first(spark: SparkSession, path: str) -> bool:
        hold(lake, beat_at=datetime.now(UTC))
        return file_exists(spark, path)

    monkeypatch.setattr(module, "file_exists", beat_first)
    with pytest.raises(LeaseError, match="run-9"):
        Lease(lake, holder("me"))


@pytest.mark.fault("ops.lease is compacted during a run", right="the holder goes on")
def test_another_programs_commit_to_the_lease_table_takes_nothing_over(lake: Lake) -> None:
    held = Lease(lake, holder("run"))
    lake.spark.sql(f"ALTER TABLE delta.`{lake.path(LEASE.name)}` SET TBLPROPERTIES ('note' = 'x')")
    write(fenced(lake, held), 1)
    held.renew(released=True)
    assert numbers(lake) == [1]


@pytest.mark.fault(
    "ops.lease is put back from an old copy",
    right="writes are refused, with the remedy; a removed ops.lease counts again",
)
def test_a_lease_table_that_is_older_than_the_tables_is_reported(lake: Lake) -> None:
    for _ in range(2):
        with lease(lake, "run"):
            write(lake, 1)
    row = [("old", HERE, ME, "ann", datetime.now(UTC), True, 0)]
    lake.replace(LEASE, local_frame(lake.spark, row, LEASE.schema()), Stamp("old", "lease"))
    with pytest.raises(LeaseError, match=r"ops\.(lease|numbers) refused a write of this run"), lease(lake, "run"):
        write(lake, 2)
    assert numbers(lake) == [1]
