"""The kept lake of the version before, as it is and migrated."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.conftest import ROOT

from bullseye.core.contract import Table
from bullseye.core.lake import Lake
from bullseye.core.lease import lease
from bullseye.migration.migrate import Migration
from bullseye.renames import RENAMES
from bullseye.settings import Settings
from bullseye.suite import contracts, load_settings

KEPT = ROOT / "tests" / "migrate" / "lake.tar.xz"


@dataclass(frozen=True)
class Migrated:
    """A lake before and after, and what the migration said."""

    before: Lake
    after: Lake
    lines: tuple[str, ...]


@pytest.fixture(scope="session")
def bank_settings() -> Settings:
    return load_settings(ROOT / "conf" / "bank")


@pytest.fixture(scope="session")
def tables(bank_settings: Settings) -> dict[str, Table]:
    return contracts(bank_settings)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake as it was made; nothing may write to it."""
    root = tmp_path_factory.mktemp("kept") / "lake"
    with tarfile.open(KEPT) as archive:
        archive.extractall(root, filter="data")
    return root


@pytest.fixture
def old(kept: Path, tmp_path: Path) -> Path:
    """A copy of it to write to."""
    return shutil.copytree(kept, tmp_path / "lake")


def migrate(lake: Lake, tables: dict[str, Table], *, say: Callable[[str], None] = lambda line: None) -> bool:
    """Migrate as the command does."""
    with lease(lake, "run-m"):
        return Migration(lake, tables, RENAMES, "run-m", say).run()


@pytest.fixture(scope="session")
def migrated(
    kept: Path, tables: dict[str, Table], spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> Migrated:
    """Nothing may write to it."""
    root = shutil.copytree(kept, tmp_path_factory.mktemp("migrated") / "lake")
    lines: list[str] = []
    lake = Lake(spark, str(root))
    assert migrate(lake, tables, say=lines.append)
    return Migrated(Lake(spark, str(kept)), lake, tuple(lines))
