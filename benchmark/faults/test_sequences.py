"""Sequences of bad days with the engine and tiny jobs, and with the whole small shop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.sequences import FIRST, play_all
from tests.tiny import COUNT, DATES, ITEM, JOBS, LINE, PERSON, TOTAL, contents, expected, holds, run

from bullseye.core.lake import Lake
from bullseye.errors import ContractError

INGEST, TOTALS = JOBS[0], JOBS[-1]
EARLIER, LATER = DATES


SEQUENCES, PART = 200, 25
PARTS = [range(first, first + PART) for first in range(0, SEQUENCES, PART)]


@pytest.mark.parametrize("seeds", PARTS, ids=[f"{part.start} to {part.stop - 1}" for part in PARTS])
@pytest.mark.fault(
    f"{PART} of {SEQUENCES} random sequences of changes, failures, kills, changes taken back and clocks set back",
    right="the next run ends as a run in a new lake",
)
def test_a_disturbed_lake_ends_as_a_new_one(spark: SparkSession, tmp_path: Path, seeds: range) -> None:
    play_all(spark, tmp_path, seeds, steps=2)


@pytest.mark.fault(
    "a table is left by a failed run, and the settings have that table no more",
    right="the table is emptied, once",
)
def test_a_table_that_the_settings_have_no_more_is_emptied(spark: SparkSession, tmp_path: Path) -> None:
    lake, without = Lake(spark, str(tmp_path / "lake")), replace(FIRST, items=())
    with pytest.raises(ContractError):
        run(lake, replace(FIRST, broken=LINE.name), LATER, "run-1", jobs=[INGEST])
    assert contents(lake.root, LATER)[ITEM.name] == [("jam",), ("tea",)]
    run(lake, without, LATER, "run-2", jobs=[INGEST])
    holds(lake, LINE, ITEM, PERSON, company=without, as_of=LATER)
    assert run(lake, without, LATER, "run-3", jobs=[INGEST])["ingest"].status == "up to date"


@pytest.mark.fault(
    "a failed run leaves wrong rows of an earlier day, and the next run is about another day",
    right="the earlier day stays unknown, and is made again when it is run",
)
def test_a_day_of_a_failed_run_stays_unknown_after_a_run_for_another_day(spark: SparkSession, tmp_path: Path) -> None:
    lake = Lake(spark, str(tmp_path / "lake"))
    run(lake, FIRST, LATER, "run-1")
    run(lake, FIRST, EARLIER, "run-2", jobs=JOBS[2:])
    with pytest.raises(ContractError):
        run(lake, replace(FIRST, broken=COUNT.name), EARLIER, "run-3", jobs=[TOTALS])
    assert contents(lake.root, EARLIER)[TOTAL.name] != expected(FIRST, EARLIER)[TOTAL.name]
    assert run(lake, FIRST, LATER, "run-4", jobs=[TOTALS])["build_totals"].status == "up to date"
    run(lake, FIRST, LATER, "run-5", jobs=[TOTALS], force=True)
    entry = run(lake, FIRST, EARLIER, "run-6", jobs=[TOTALS])["build_totals"]
    assert entry.reason == f"the rows of {EARLIER} in gold.total were changed by a commit that no finished run recorded"
    holds(lake, TOTAL, COUNT, as_of=EARLIER, company=FIRST)
    holds(lake, TOTAL, COUNT, as_of=LATER, company=FIRST)
