"""Sums and joins that every domain shares."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.tables.facts import from_units, in_units


@pytest.mark.parametrize(
    ("type_", "value", "units"),
    [
        ("DECIMAL(18,2)", Decimal("-1234.56"), -123456),
        ("DECIMAL(18,2)", Decimal("9999999999999999.99"), 999999999999999999),
        ("DECIMAL(9, 0)", Decimal(7), 7),
        ("DECIMAL(18,2)", None, None),
        ("DECIMAL(38,2)", Decimal("0.01"), Decimal("0.01")),
        ("DOUBLE", 0.5, 0.5),
        ("BIGINT", 3, 3),
    ],
)
def test_units_are_whole_numbers_of_the_last_digit_and_the_way_back_is_exact(
    spark: SparkSession, type_: str, value: object, units: object
) -> None:
    there = local_frame(spark, [(value,)], f"value {type_}").select(
        "value", in_units(F.col("value"), type_).alias("units")
    )
    row = there.select("value", "units", from_units(F.col("units"), type_).alias("back")).first()
    assert row is not None
    assert (row["units"], row["back"]) == (units, value)
