"""Readers without Spark see the released rows: deltalake (pandas), Polars and DuckDB, each at the released version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_delta
import polars
import pytest
from deltalake import DeltaTable
from pyspark.sql import functions as F
from tests.released import DAY, FIRST_RUN, ReleasedLake

from bullseye.core.contract import Table
from bullseye.suite import PUBLISHED, contracts

_NUMBERS = ("INT", "BIGINT", "DOUBLE", "DECIMAL")
Sums = dict[str, float]


@pytest.fixture(scope="module")
def duck(lake: ReleasedLake) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the generated views, and the extension that the package brings, without a network."""
    (extension,) = Path(duckdb_extension_delta.__file__).parent.glob("extensions/*/delta.duckdb_extension")
    with duckdb.connect() as connection:
        connection.load_extension(str(extension))
        connection.execute((lake.root / "views" / "duckdb.sql").read_text())
        yield connection


@pytest.fixture(scope="module")
def released(lake: ReleasedLake) -> dict[str, dict[str, Any]]:
    """What ops.release says of the first release, by table."""
    rows = DeltaTable(str(lake.root / "ops" / "release")).to_pandas().to_dict("records")
    return {row["table"]: row for row in rows if row["release_id"] == FIRST_RUN}


@pytest.fixture(scope="module")
def by_spark(lake: ReleasedLake, released: dict[str, dict[str, Any]]) -> dict[str, Sums]:
    """Row count and sum of every number of every released table, as Spark reads them."""
    found = {}
    for name, row in released.items():
        table = contracts(lake.settings)[name]
        rows = lake.spark.read.format("delta").option("versionAsOf", row["version"]).load(str(_path(lake, name)))
        rows = rows.where(F.col("as_of") == F.lit(DAY)) if table.slice else rows
        sums = rows.agg(
            F.count(F.lit(1)).alias("(rows)"), *(F.sum(column).alias(column) for column in _numbers(table))
        ).first()
        assert sums is not None
        found[name] = {key: float(value or 0) for key, value in sums.asDict().items()}
    return found


def test_the_release_names_every_published_table_with_its_rows(
    released: dict[str, dict[str, Any]], by_spark: dict[str, Sums]
) -> None:
    assert {name: row["rows"] for name, row in released.items()} == {
        name: by_spark[name]["(rows)"] for name in PUBLISHED
    }


@pytest.mark.parametrize("name", PUBLISHED)
def test_deltalake_reads_what_spark_reads(
    name: str, lake: ReleasedLake, released: dict[str, dict[str, Any]], by_spark: dict[str, Sums]
) -> None:
    table = contracts(lake.settings)[name]
    found = DeltaTable(str(_path(lake, name)), version=released[name]["version"]).to_pandas()
    found = found[found["as_of"] == DAY] if table.slice else found
    sums = {column: float(found[column].dropna().sum()) for column in _numbers(table)}
    assert {"(rows)": len(found), **sums} == pytest.approx(by_spark[name])


@pytest.mark.parametrize("name", PUBLISHED)
def test_polars_reads_what_spark_reads(
    name: str, lake: ReleasedLake, released: dict[str, dict[str, Any]], by_spark: dict[str, Sums]
) -> None:
    table = contracts(lake.settings)[name]
    found = polars.read_delta(str(_path(lake, name)), version=released[name]["version"])
    found = found.filter(polars.col("as_of") == DAY) if table.slice else found
    sums = {column: float(found[column].sum() or 0) for column in _numbers(table)}
    assert {"(rows)": len(found), **sums} == pytest.approx(by_spark[name])


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_views_of_duckdb_show_what_spark_reads(
    name: str, lake: ReleasedLake, duck: duckdb.DuckDBPyConnection, by_spark: dict[str, Sums]
) -> None:
    columns = _numbers(contracts(lake.settings)[name])
    sums = "".join(f", sum({column})" for column in columns)
    found = duck.execute(f"SELECT count(*){sums} FROM {name.replace('.', '_')}").fetchone()
    assert found is not None
    assert dict(zip(["(rows)", *columns], (float(value or 0) for value in found), strict=True)) == pytest.approx(
        by_spark[name]
    )


def test_a_change_after_the_release_is_in_the_newest_version_only(
    lake: ReleasedLake, released: dict[str, dict[str, Any]]
) -> None:
    newest = DeltaTable(str(_path(lake, "gold.customer")))
    assert newest.version() > released["gold.customer"]["version"]
    assert len(polars.read_delta(str(_path(lake, "gold.customer"))).filter(polars.col("as_of") == DAY)) == 1


def test_money_is_exact_for_every_reader(lake: ReleasedLake, released: dict[str, dict[str, Any]]) -> None:
    version = released["gold.customer"]["version"]
    found = DeltaTable(str(_path(lake, "gold.customer")), version=version).to_pandas()
    assert sum(found[found["as_of"] == DAY]["spend_all"].dropna()) == Decimal("30.75")


@pytest.mark.parametrize("name", [*PUBLISHED, "ops.release", "ops.run"])
def test_every_published_table_has_reader_version_1(name: str, lake: ReleasedLake) -> None:
    logs = sorted((_path(lake, name) / "_delta_log").glob("*.json"))
    actions = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    protocols = [action["protocol"] for action in actions if "protocol" in action]
    assert protocols
    assert {protocol["minReaderVersion"] for protocol in protocols} == {1}
    assert not any(protocol.get("readerFeatures") for protocol in protocols)


def _path(lake: ReleasedLake, table: str) -> Path:
    return lake.root / table.replace(".", "/")


def _numbers(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.type.startswith(_NUMBERS)]
