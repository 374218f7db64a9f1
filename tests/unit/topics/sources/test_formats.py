"""JSON and Parquet: broken cells are rejected, and files that differ are read right or refused by name."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from tests.conftest import context_of
from tests.shop import Shop

from bullseye.errors import SourceError
from bullseye.settings.sources import Source
from bullseye.suite import load_settings
from bullseye.topics.sources.ingest import check_source
from bullseye.topics.sources.read import _read, open_sources

fault = pytest.mark.fault


def source(format_: str, schema: str, **more: object) -> Source:
    return Source.model_validate({"name": "orders", "format": format_, "path": "x", "schema": schema, **more})


def outcome(spark: SparkSession, shop: Shop, given: Source, path: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """Ids of the good rows, and the reasons of the rejected ones."""
    frame = _read(spark, given, str(path))
    found = check_source(given, frame, context_of(spark, load_settings(shop.conf), root=str(shop.lake)))
    rejected = found.rejected.collect() if found.rejected is not None else []
    return sorted(row["id"] for row in found.good.collect()), sorted(tuple(row["reasons"]) for row in rejected)


@fault(
    "JSON with broken lines, NUL characters, other bytes and endless digits", right="each is rejected with its reason"
)
def test_json_lines_are_checked_as_csv_lines_are(spark: SparkSession, shop: Shop) -> None:
    lines = [
        b'{"id": "good", "n": 1, "name": "x"}',
        b'{"id": "cut", "n": 1, "na',
        b'{"id": "nul", "n": 1, "name": "x\\u0000y"}',
        b'{"id": "bytes", "n": 1, "name": "M\xfcller"}',
        b'{"id": "digits", "n": "' + b"9" * 2_000_000 + b'"}',
        b'{"id": "word", "n": "many"}',
    ]
    path = shop.root / "x.json"
    path.write_bytes(b"\n".join(lines) + b"\n")
    given = source("json", "id STRING NOT NULL, n INT, name STRING")
    good, rejected = outcome(spark, shop, given, path)
    assert good == ["good"]
    assert len(rejected) == 5
    assert {("NUL in a cell",), ("n is not INT",), ("n is not INT", "cell too long")} <= set(rejected)
    assert any("malformed line" in reasons for reasons in rejected)


@fault(
    "Parquet with NUL characters, bytes that are no text and a cell of 200 KB", right="each is rejected with its reason"
)
def test_texts_of_parquet_are_checked(spark: SparkSession, shop: Shop) -> None:
    raw = pa.array([b"x", b"x\0y", b"M\xfcller", b"z" * 200_000, None], type=pa.binary()).view(pa.string())
    path = shop.root / "x.parquet"
    pq.write_table(pa.table({"id": ["good", "nul", "bytes", "long", "none"], "name": raw}), path)
    good, rejected = outcome(spark, shop, source("parquet", "id STRING NOT NULL, name STRING"), path)
    assert good == ["good", "none"]
    assert rejected == [("NUL in a cell",), ("cell too long",), ("not valid text",)]


def test_every_parquet_time_and_unsigned_number_is_read_as_it_is(spark: SparkSession, tmp_path: Path) -> None:
    stamps = ["2024-03-31T01:59:59.123456789", "1969-12-31T23:59:59.999999000"]
    times = [int(np.datetime64(stamp, "ns").astype("int64")) for stamp in stamps]
    local, instant = pa.array(times, pa.timestamp("ns")), pa.array(times, pa.timestamp("ns", "Europe/Berlin"))
    table = pa.table({"id": ["a", "b"], "at": local, "sent_at": instant, "u": pa.array([1, 2**64 - 1], pa.uint64())})
    pq.write_table(table, tmp_path / "a.parquet", version="2.6")
    given = source("parquet", "id STRING, at TIMESTAMP_NTZ, sent_at TIMESTAMP, u DECIMAL(20,0)")
    rows = _read(spark, given, str(tmp_path)).selectExpr("id", "string(at)", "string(sent_at)", "u").collect()
    late, early = "2024-03-31 01:59:59.123456", "1969-12-31 23:59:59.999999"
    assert sorted(map(tuple, rows)) == [("a", late, late, Decimal(1)), ("b", early, early, Decimal(2**64 - 1))]
    pq.write_table(table.select(["id", "at"]), tmp_path / "old.parquet", use_deprecated_int96_timestamps=True)
    given = source("parquet", "id STRING, at TIMESTAMP")
    found = _read(spark, given, str(tmp_path / "old.parquet")).where("id = 'a'").first()
    assert found is not None
    assert found["at"].replace(tzinfo=None) == datetime.fromisoformat(late)


def test_parquet_files_go_by_their_own_columns(spark: SparkSession, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"], "n": pa.array([1], pa.int64())}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"n": pa.array([2], pa.int64()), "x": [1.5], "id": ["b"]}), tmp_path / "2.parquet")
    pq.write_table(pa.table({"x": ["?"], "id": ["c"], "n": pa.array([3], pa.int64())}), tmp_path / "3.parquet")
    rows = _read(spark, source("parquet", "id STRING, n BIGINT"), str(tmp_path)).select("id", "n", "_file").collect()
    assert sorted(map(tuple, rows)) == [("a", 1, "1.parquet"), ("b", 2, "2.parquet"), ("c", 3, "3.parquet")]


@fault("one of many Parquet files with another type", right="an error that names column, types and file")
def test_a_parquet_file_of_another_type_is_named(spark: SparkSession, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"], "n": pa.array([1], pa.int64())}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"id": ["a"], "n": pa.array([None], pa.float64())}), tmp_path / "2.parquet")
    with pytest.raises(SourceError, match=r"wrong type   n is DOUBLE in 2\.parquet, the schema says BIGINT"):
        _read(spark, source("parquet", "id STRING, n BIGINT"), str(tmp_path))


@fault("a damaged file among many of Parquet", right="an error that names the file")
def test_a_damaged_parquet_file_is_named(spark: SparkSession, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "1.parquet")
    (tmp_path / "2.parquet").write_bytes((tmp_path / "1.parquet").read_bytes()[:-20])
    with pytest.raises(SourceError, match=r"cannot be read as parquet: 2\.parquet: .*drop the file again"):
        _read(spark, source("parquet", "id STRING"), str(tmp_path))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("grown", marks=fault("a source file that grows during a run", right="the run stops and names it")),
        pytest.param(
            "gone", marks=fault("a source file that vanishes during a run", right="the run stops and names it")
        ),
        pytest.param(
            "added", marks=fault("a source file that arrives during a run", right="the run stops and names it")
        ),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_an_error(spark: SparkSession, shop: Shop, change: str) -> None:
    shop.edit("sources.yaml", "path: ../../data/orders.csv", "path: ../../data/orders*.csv")
    opened = open_sources(context_of(spark, load_settings(shop.conf), root=str(shop.lake)))
    opened["source.orders"].must_be_unchanged()
    changed = shop.data / "orders.csv"
    if change == "grown":
        shop.append_lines("orders.csv", ["O99999,1,C001,2025-06-30 10:00:00,P1,1,9.50"])
    elif change == "gone":
        changed.unlink()
    else:
        changed = shop.data / "orders_2.csv"
        changed.write_text("receipt\n", encoding="utf-8")
    with pytest.raises(SourceError, match=rf"source orders: {changed.name} changed while it was read.*run again"):
        opened["source.orders"].must_be_unchanged()
    opened["source.products"].must_be_unchanged()
