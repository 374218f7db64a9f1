"""What the tests on real and published data share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession
from tests.conftest import FEW_ROWS, compiling

_COMPILING = tuple(name for name in FEW_ROWS if "codegen" in name)


@pytest.fixture(scope="module")
def compiled(spark: SparkSession) -> Iterator[SparkSession]:
    """The session, compiling its queries as by default."""
    with compiling(spark):
        yield spark


@pytest.fixture
def interpreted(compiled: SparkSession) -> Iterator[SparkSession]:
    """The same session for a test on a few of the rows: interpreting their queries, as unit tests do."""
    for name in _COMPILING:
        compiled.conf.set(name, FEW_ROWS[name])
    yield compiled
    for name in _COMPILING:
        compiled.conf.unset(name)
