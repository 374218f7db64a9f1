"""The shop after one run of everything, which several tests compare with."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from tests.e2e.test_shop import run
from tests.shop import Shop, make_shop

from bullseye.core.runlog import Entry


@pytest.fixture(scope="session")
def whole(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, dict[str, Entry]]:
    """The shop on local Spark, and what each job did. Whoever changes something works on a copy."""
    shop = make_shop(tmp_path_factory.mktemp("whole"))
    return shop, run(shop)
