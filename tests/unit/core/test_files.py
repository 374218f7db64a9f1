"""Texts beside the tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from bullseye.core.files import write_text
from bullseye.core.lake import Lake


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_text_replaces_the_one_before_and_leaves_no_draft(spark: SparkSession, tmp_path: Path, scheme: str) -> None:
    lake = Lake(spark, f"{scheme}{tmp_path}")
    write_text(lake, "views/spark.sql", "old")
    write_text(lake, "views/spark.sql", "größer als zuvor")
    assert (tmp_path / "views" / "spark.sql").read_text(encoding="utf-8") == "größer als zuvor"
    assert [path.name for path in (tmp_path / "views").iterdir() if not path.name.endswith(".crc")] == ["spark.sql"]
