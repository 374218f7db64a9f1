"""Rows that the driver holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import Row, SparkSession

from bullseye.core.contract import Table, columns
from bullseye.core.frames import local_frame, table_frame
from bullseye.errors import ContractError

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


WEIGHT = Table(
    "ops.weight",
    columns=columns(
        """
        name STRING NOT NULL COMMENT 'name',
        mean DOUBLE COMMENT 'mean',
        deviation DOUBLE COMMENT 'deviation',
        rows BIGINT COMMENT 'rows',
        amount DECIMAL(6,2) COMMENT 'amount',
        day DATE COMMENT 'day',
        parts ARRAY<STRUCT<x: INT, y: STRING>> COMMENT 'parts',
        shares MAP<STRING, DOUBLE> COMMENT 'shares',
        """
    ),
    key=("name",),
    doc="Weights.",
)
FULL = {
    "name": "a",
    "mean": 1.5,
    "deviation": 0.5,
    "rows": 3,
    "amount": Decimal("2.50"),
    "day": date(2020, 2, 29),
    "parts": [{"x": 1, "y": None}, None],
    "shares": {"k": 0.5, "l": None},
}
NULLS: dict[str, Any] = dict.fromkeys(FULL) | {"name": "b"}


def test_rows_of_a_table_go_by_name_whatever_their_order(spark: SparkSession) -> None:
    turned = dict(reversed(NULLS.items()))
    frame = table_frame(spark, WEIGHT, [FULL, turned])
    stored = {**FULL, "parts": [Row(x=1, y=None), None]}
    assert [row.asDict() for row in frame.collect()] == [stored, NULLS]
    assert frame.schema == WEIGHT.schema()


def test_no_rows_of_a_table_have_its_columns(spark: SparkSession) -> None:
    frame = table_frame(spark, WEIGHT, [])
    assert (frame.collect(), frame.schema) == ([], WEIGHT.schema())


def test_whole_numbers_are_doubles_and_decimals_where_that_is_exact(spark: SparkSession) -> None:
    row = table_frame(spark, WEIGHT, [FULL | {"mean": 2**53, "amount": 3}]).first()
    assert row is not None
    assert (row["mean"], row["amount"]) == (float(2**53), Decimal("3.00"))


def test_unknown_and_missing_columns_are_listed_together_with_the_first_row_that_has_them(spark: SparkSession) -> None:
    misspelt = {("deviaton" if name == "deviation" else name): value for name, value in FULL.items()}
    without = {name: value for name, value in FULL.items() if name != "day"}
    with pytest.raises(ContractError) as error:
        table_frame(spark, WEIGHT, [FULL, misspelt, misspelt, without])
    assert str(error.value).splitlines() == [
        "rows for ops.weight do not fit its contract",
        "  unexpected   deviaton (did you mean 'deviation'?) (row 2 of 4)",
        "  missing      deviation DOUBLE (row 2 of 4)",
        "  missing      day DATE (row 4 of 4)",
        "  name every column in every row, None for NULL",
    ]


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"name": None}, "NULL         name, the contract says STRING NOT NULL"),
        ({"name": b"secret"}, "wrong type   name is a Python bytes, which does not fit STRING"),
        ({"mean": True}, "wrong type   mean is a Python bool, which does not fit DOUBLE"),
        ({"mean": "secret"}, "wrong type   mean is a Python str, which does not fit DOUBLE"),
        ({"rows": 1.0}, "wrong type   rows is a Python float, which does not fit BIGINT"),
        ({"amount": 1.5}, "wrong type   amount is a Python float, which does not fit DECIMAL(6,2)"),
        ({"day": datetime(2020, 1, 1, tzinfo=UTC)}, "wrong type   day is a Python datetime, which does not fit DATE"),
        ({"day": "2020-01-01"}, "wrong type   day is a Python str, which does not fit DATE"),
        ({"parts": "secret"}, "wrong type   parts is a Python str, which does not fit ARRAY<STRUCT<X:INT,Y:STRING>>"),
        (
            {"parts": [{"x": 1}]},
            "wrong type   parts is a Python list, which does not fit ARRAY<STRUCT<X:INT,Y:STRING>>",
        ),
        ({"shares": {"k": "x"}}, "wrong type   shares is a Python dict, which does not fit MAP<STRING,DOUBLE>"),
    ],
)
def test_a_value_that_would_be_converted_is_an_error(spark: SparkSession, wrong: Mapping[str, Any], line: str) -> None:
    with pytest.raises(ContractError) as error:
        table_frame(spark, WEIGHT, [FULL | wrong])
    assert str(error.value).splitlines()[1:-1] == [f"  {line} (row 1 of 1)"]


@pytest.mark.parametrize(
    ("wrong", "type_"),
    [
        ({"rows": 2**63}, "BIGINT"),
        ({"mean": 2**53 + 1}, "DOUBLE"),
        ({"amount": Decimal("1.234")}, "DECIMAL(6,2)"),
        ({"amount": Decimal("12345.00")}, "DECIMAL(6,2)"),
        ({"name": "\ud800"}, "STRING"),
    ],
)
def test_a_value_out_of_range_is_an_error_that_does_not_show_it(
    spark: SparkSession, wrong: Mapping[str, Any], type_: str
) -> None:
    with pytest.raises(ContractError) as error:
        table_frame(spark, WEIGHT, [FULL | wrong])
    (name,) = wrong
    assert str(error.value).splitlines()[1:-1] == [f"  out of range {name}, a value does not fit {type_}"]
    assert error.value.__suppress_context__
