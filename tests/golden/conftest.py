"""What the tests on real and published data share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession
from tests.conftest import FEW_ROWS


@pytest.fixture(scope="module")
def compiled(spark: SparkSession) -> Iterator[SparkSession]:
    """The session, compiling its queries as by default."""
    compiling = [name for name in FEW_ROWS if "codegen" in name]
    for name in compiling:
        spark.conf.unset(name)
    yield spark
    for name in compiling:
        spark.conf.set(name, FEW_ROWS[name])
