"""Rows that the driver holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from pyspark.sql import Row, SparkSession

from bullseye.core.rows import local_frame

SCHEMA = (
    "name STRING NOT NULL, day DATE, at TIMESTAMP, amount DECIMAL(18,2), share DOUBLE, tags ARRAY<STRING>,"
    " extra MAP<STRING, STRING>, parts ARRAY<STRUCT<x: INT, y: STRING>>"
)


def test_values_of_every_type_and_null_come_back_as_they_were(spark: SparkSession) -> None:
    at = datetime(2017, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)
    full = ("a", date(9999, 12, 31), at, Decimal("-0.01"), 1.5, ["x", None], {"k": "v"}, [{"x": 1, "y": None}])
    empty = ("b", None, None, None, None, None, None, None)
    found = local_frame(spark, [full, empty], SCHEMA).collect()
    stored = (*full[:2], at.replace(tzinfo=None), *full[3:7], [Row(x=1, y=None)])
    assert [tuple(row) for row in found] == [stored, empty]


def test_rows_by_name_need_not_be_in_order(spark: SparkSession) -> None:
    rows = [Row(b=2, a=1), {"b": 4, "a": 3}]
    assert [tuple(row) for row in local_frame(spark, rows, "a INT, b BIGINT").collect()] == [(1, 2), (3, 4)]


def test_no_rows_have_the_columns_too(spark: SparkSession) -> None:
    found = local_frame(spark, [], SCHEMA)
    assert (found.count(), len(found.columns)) == (0, 8)


def test_reading_them_starts_no_spark_job(spark: SparkSession) -> None:
    spark.sparkContext.setJobGroup("local rows", "test")
    assert local_frame(spark, [(1,)], "a INT").collect() == [Row(a=1)]
    assert list(spark.sparkContext.statusTracker().getJobIdsForGroup("local rows")) == []


def test_a_value_of_another_type_is_an_error(spark: SparkSession) -> None:
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        local_frame(spark, [("one",)], "a INT")
