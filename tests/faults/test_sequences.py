"""Whatever happened to a lake before, a run that nothing disturbs leaves what a run in a new lake would."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.sequences import play, sequence


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.fault(
    "a random sequence of changes, failures, kills, changes taken back and clocks set back",
    right="the next run ends as a run in a new lake",
)
def test_a_disturbed_lake_ends_as_a_new_one(spark: SparkSession, tmp_path: Path, seed: int) -> None:
    steps = sequence(seed, steps=2)
    print(f"seed {seed}: {steps}")  # noqa: T201  shown where the test fails
    play(spark, tmp_path, steps)
