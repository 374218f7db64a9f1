"""One generated bank, and the whole suite of conf/bank run on it once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import ROOT

from bullseye.cli.run import Request, run_jobs
from bullseye.core.lake import Lake
from bullseye.suite import JOBS, contracts, load_settings
from synthetic.bank.generate import generate

PERSONS, SEED = 600, 7
FEW = {
    **{f"models.targets.{number}.min_positives": "1" for number in range(3)},
    **{f"models.targets.{number}.snapshots.first": "2025-09-30" for number in range(2)},
    "first_product.min_openings": "5",
    "repurchase.questions.0.min_rows": "30",
    "churn.questions.0.min_group": "5",
    "segments.clustering.k": "[2, 3]",
}
"""Of a few hundred persons hardly anybody leaves, and few begin; and fewer snapshots are enough to learn something from."""


@dataclass(frozen=True)
class Bank:
    """The released tables of a bank, and the truth behind its files."""

    read: Callable[[str], DataFrame]
    files: Path
    truth: Path
    lake: Path

    @property
    def dirt(self) -> Mapping[str, Mapping[str, int]]:
        """By kind of file: rows, and how many of them came twice, late or broken."""
        found: dict[str, dict[str, int]] = json.loads((self.truth / "files.json").read_text(encoding="utf-8"))
        return found

    def customer_of(self) -> dict[str, str]:
        """The customer of every party that has one of another name."""
        return {row["party_id"]: row["customer_id"] for row in self.read("features.identity_map").collect()}

    def persons(self) -> list[dict[str, Any]]:
        """Everybody, with the records that they have in each system."""
        rows: list[dict[str, Any]] = pq.read_table(self.truth / "persons.parquet").to_pylist()
        return rows


@pytest.fixture(scope="session")
def bank(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Bank:
    root = tmp_path_factory.mktemp("bank")
    conf, files, lake = root / "conf" / "bank", root / "data" / "bank", root / "lake"
    shutil.copytree(ROOT / "conf" / "bank", conf)
    files.parent.mkdir()
    truth = generate(files, persons=PERSONS, seed=SEED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BULLSEYE_BANK_SALT", "a salt for made-up persons")
        run_jobs(Request(conf, lake=str(lake), overrides=FEW), JOBS, JOBS)
    tables, kept = contracts(load_settings(conf)), Lake(spark, str(lake))
    return Bank(lambda name: kept.read(tables[name]), files, truth, lake)
