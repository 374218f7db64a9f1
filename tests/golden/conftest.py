"""What the tests on real and published data share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession
from tests.conftest import FEW_ROWS, as_submitted, plan_for_few_rows


@pytest.fixture(scope="module")
def compiled(spark: SparkSession) -> Iterator[SparkSession]:
    """The session, for many rows."""
    with as_submitted(spark):
        yield spark


@pytest.fixture
def interpreted(compiled: SparkSession) -> Iterator[SparkSession]:
    """The same session for a test on a few of the rows, as in unit tests."""
    plan_for_few_rows(compiled)
    yield compiled
    for name in FEW_ROWS:
        compiled.conf.unset(name)
