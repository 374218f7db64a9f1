"""Texts beside the tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from bullseye.core.job import Texts
from bullseye.core.lake import Lake
from bullseye.core.text_files import write_text, write_texts


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_text_replaces_the_one_before_and_leaves_no_draft(spark: SparkSession, tmp_path: Path, scheme: str) -> None:
    lake = Lake(spark, f"{scheme}{tmp_path}")
    write_text(lake, "views/spark.sql", "old")
    write_text(lake, "views/spark.sql", "größer als zuvor")
    assert (tmp_path / "views" / "spark.sql").read_text(encoding="utf-8") == "größer als zuvor"
    assert [path.name for path in (tmp_path / "views").iterdir() if not path.name.endswith(".crc")] == ["spark.sql"]


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_text_that_is_no_longer_made_goes_from_the_folders_that_hold_nothing_else(
    spark: SparkSession, tmp_path: Path, scheme: str
) -> None:
    lake = Lake(spark, f"{scheme}{tmp_path}")
    older = {"lists/2025-06-29/lapse.csv": "c", "report/2025-06-29.html": "d"}
    write_texts(lake, Texts({"lists/lapse.csv": "a", "lists/coupon.csv": "b", **older}, ("lists", "not there")))
    write_texts(lake, Texts({"lists/lapse.csv": "new"}, ("lists",)))
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert {name for name in files if not name.endswith(".crc")} == {"lists/lapse.csv", *older}
    assert (tmp_path / "lists" / "lapse.csv").read_text(encoding="utf-8") == "new"
    write_texts(lake, Texts({}, ("lists",)))
    assert not (tmp_path / "lists" / "lapse.csv").exists()
