"""Contracts: what a table promises, and what happens when rows do not keep it."""

from __future__ import annotations

import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession

from bullseye.core.contract import Column, Table, columns, same_type
from bullseye.errors import ContractError

VISIT = Table(
    "gold.visit",
    columns=columns(
        """
        customer_id STRING NOT NULL COMMENT 'who',
        value DECIMAL(18,2) COMMENT 'what, in EUR; NULL when unknown',
        """
    ),
    key=("customer_id",),
    doc="One row per customer.",
)


def test_ddl_lines_become_columns() -> None:
    assert VISIT.columns == (
        Column("customer_id", "STRING", "who", required=True),
        Column("value", "DECIMAL(18,2)", "what, in EUR; NULL when unknown"),
    )


def test_a_column_without_a_comment_is_refused() -> None:
    with pytest.raises(ContractError, match="not a column with a comment: a STRING"):
        columns("a STRING,")


def test_rows_that_fit_come_back_in_the_contracts_order(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("1", "c")], "value STRING, customer_id STRING").selectExpr(
        "CAST(value AS DECIMAL(18,2)) AS value", "customer_id"
    )
    expected = spark.createDataFrame([("c", "1")], "customer_id STRING, value STRING").selectExpr(
        "customer_id", "CAST(value AS DECIMAL(18,2)) AS value"
    )
    assert_df_equality(VISIT.conform(rows, maker="test"), expected)


def test_all_differences_are_told_at_once(spark: SparkSession) -> None:
    rows = spark.createDataFrame([], "value DOUBLE, customerid STRING, extra INT")
    with pytest.raises(ContractError) as error:
        VISIT.conform(rows, maker="job build_visits")
    assert str(error.value).splitlines() == [
        "gold.visit breaks its contract",
        "  missing      customer_id STRING (did you mean 'customerid'?)",
        "  wrong type   value is DOUBLE, the contract says DECIMAL(18,2)",
        "  unexpected   customerid STRING",
        "  unexpected   extra INT",
        "  (made by job build_visits)",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INT", "integer"),
        ("DECIMAL(18, 2)", "decimal(18,2)"),
        ("ARRAY<STRUCT<a: INT, b STRING>>", "array<struct<a:int,b:string>>"),
    ],
)
def test_one_type_in_two_spellings_is_the_same(one: str, other: str) -> None:
    assert same_type(one) == same_type(other)
