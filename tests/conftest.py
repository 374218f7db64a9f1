"""What tests share: one Spark session, one browser, and the shop that the end-to-end tests run on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from pyspark.sql import DataFrame, SparkSession

from bullseye.core.contract import Table
from bullseye.core.job import Context
from bullseye.core.session import start_session
from bullseye.settings import Settings
from bullseye.suite import contracts, load_settings
from tests.shop import Shop, make_shop

ROOT = Path(__file__).parents[1]
FEW_ROWS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}
"""Settings for a few rows: compiling a query takes longer than interpreting it, and planning each of its stages anew (a Spark
job each) a fifth of all CPU-seconds. What is submitted, and what reads the real files, does both.
"""
_CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """The session; master and memory come from scripts/test, or are small ones where pytest was started by hand."""
    by_hand = {
        "spark.master": "local[2]",
        "spark.driver.memory": "3g",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    session = start_session("tests", {} if "PYSPARK_SUBMIT_ARGS" in os.environ else by_hand)
    plan_for_few_rows(session)
    yield session
    session.stop()


def plan_for_few_rows(session: SparkSession) -> None:
    """Give the session `FEW_ROWS`."""
    for name, value in FEW_ROWS.items():
        session.conf.set(name, value)


@pytest.fixture(scope="session")
def retail() -> Settings:
    """The settings of the demo deployment."""
    return load_settings(ROOT / "conf" / "retail")


@contextmanager
def as_submitted(session: SparkSession) -> Iterator[None]:
    """Inside, the session has the settings of a submitted job."""
    for name in FEW_ROWS:
        session.conf.unset(name)
    try:
        yield
    finally:
        plan_for_few_rows(session)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A fresh copy of the small made-up shop of the newcomer's page: its files, settings and an empty lake."""
    return make_shop(tmp_path)


def rows_of(spark: SparkSession, table: Table, *rows: dict[str, Any]) -> DataFrame:
    """Rows of a contract's table from the columns that matter; the others are NULL, or a plain value where required."""
    return spark.createDataFrame(
        [[_value(column.type, column.required, row.get(column.name)) for column in table.columns] for row in rows],
        table.schema(),
    )


def _value(type_: str, required: bool, given: Any) -> Any:
    if given is not None or not required:
        return given
    plain = {
        "STRING": "x",
        "BIGINT": 0,
        "INT": 0,
        "DOUBLE": 0.0,
        "BOOLEAN": True,
        "DATE": date(2017, 1, 1),
        "TIMESTAMP": datetime(2017, 1, 1, tzinfo=UTC),
    }
    return Decimal(0) if type_.startswith("DECIMAL") else plain[type_]


def context_of(
    spark: SparkSession, settings: Settings, *, as_of: date | None = None, root: str = "", slices: tuple[date, ...] = ()
) -> Context:
    """What a job would be given."""
    return Context(spark, settings, contracts(settings), as_of, "run-1", root, slices)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the system's own, because Playwright's needs a download of its own."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing = (
            "Chromium is missing, so that the report is not tested in a browser. On Debian: apt-get install chromium"
        )
        if os.environ.get("BULLSEYE_BROWSER") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(_CHROMIUM))
        yield started
        started.close()
