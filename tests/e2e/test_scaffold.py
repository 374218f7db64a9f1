"""A stranger's folder, through `bullseye init` and the whole suite, with nothing edited."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.folders import german_shop

from bullseye.cli.run import Request, run_jobs
from bullseye.core.graph import select
from bullseye.core.lake import Lake
from bullseye.scaffold import scaffold
from bullseye.suite import JOBS, contracts, load_settings


@pytest.mark.slow
@pytest.mark.beside
def test_a_german_shop_comes_to_a_report_without_an_edit(spark: SparkSession, tmp_path: Path) -> None:
    truth = german_shop(tmp_path / "data")
    made = scaffold(tmp_path / "data", tmp_path / "conf" / "laden", title="Der Laden", local_zone="Europe/Berlin")
    root = tmp_path / "lake"
    entries = run_jobs(Request(made.target, lake=str(root)), select(JOBS), JOBS)
    assert {entry.status for entry in entries} == {"done"}
    assert "Der Laden" in (root / "report" / "index.html").read_text(encoding="utf-8")
    lake, tables = Lake(spark, str(root)), contracts(load_settings(made.target))
    lines = lake.read(tables["silver.order_line"])
    sums = lines.agg(F.sum("amount"), F.count_distinct("party_id"), F.min("day"), F.max("day")).first()
    assert sums is not None
    assert tuple(sums) == (truth.of_customers, len(truth.customers), date(2024, 1, 2), date(2024, 11, 26))
    rejected = lake.read(tables["ops.quarantine"]).select("source", "reasons").collect()
    assert [tuple(row) for row in rejected] == [("verkaeufe", ["datum_is_a_time"])]
    product = lake.read(tables["silver.product"]).where("product_id = '00101'").select("name", "category_2", "brand")
    assert [tuple(row) for row in product.collect()] == [("Müsli „Früchte“", "Frühstück", "Kölln")]
    person = lake.read(tables["silver.person"]).where("party_id = 'customer:000001'").select("birth_date", "region")
    assert [tuple(row) for row in person.collect()] == [(date(1951, 2, 2), "Bonn")]
    assert lake.read(tables["gold.score"]).count() == len(truth.customers)
    assert lake.read(tables["gold.association_rule"]).count() > 0
    assert lake.read(tables["ops.release"]).select("release_id").distinct().count() == 1
