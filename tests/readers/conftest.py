"""The released lake, for other readers than the one that wrote it."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from tests.released import ReleasedLake, released_lake

from bullseye.settings import Settings


@pytest.fixture(scope="session")
def lake(spark: SparkSession, retail: Settings, tmp_path_factory: pytest.TempPathFactory) -> ReleasedLake:
    return released_lake(spark, retail, tmp_path_factory.mktemp("released"))
