"""The released lake, and a report without the script that takes seconds to bundle."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from tests.released import ReleasedLake, released_lake

from bullseye.settings import Settings


@pytest.fixture(scope="session")
def lake(spark: SparkSession, retail: Settings, tmp_path_factory: pytest.TempPathFactory) -> ReleasedLake:
    return released_lake(spark, retail, tmp_path_factory.mktemp("released"))
