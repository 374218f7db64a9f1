"""Bands in which equal values are never parted."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from random import Random

import pytest
from pyspark.sql import SparkSession

from bullseye.topics.segments.bands import band, cut, find_cuts

BANDS = 5


def by_hand(values: list[float], bands: int) -> dict[float, int]:
    """The band of the middle of each value's ranks."""
    return {
        value: ceil(bands * Fraction(2 * sum(v < value for v in values) + values.count(value), 2 * len(values)))
        for value in values
    }


@pytest.mark.parametrize(
    ("less", "equal", "at", "above"),
    [(0, 10, 3, 5), (0, 5, 2, 3), (8, 2, 5, 5), (1, 1, 1, 2), (2, 2, 2, 3)],
    ids=["all equal", "half at the bottom", "a fifth at the top", "the end of a band", "across a limit"],
)
def test_a_tie_is_in_the_band_of_the_middle_of_its_ranks(less: int, equal: int, at: int, above: int) -> None:
    found = cut(7.0, less, equal, 10, bands=BANDS)
    assert (found.at, found.above) == (at, above)


@pytest.mark.parametrize(
    "values",
    [
        [float(i) for i in range(10)],
        [1.0] * 6 + [2.0, 3.0, 4.0, 5.0],
        [0.0, 1.0, 2.0] + [9.0] * 7,
        [3.0] * 4,
        [5.0],
        [float(Random(seed).choice([0, 0, 0, 1, 1, 2, 3, 8, 20])) for seed in range(83)],
        [round(Random(seed).expovariate(0.1), 1) for seed in range(97)],
    ],
    ids=["distinct", "bottom tie", "top tie", "one value", "one row", "few values", "many values"],
)
def test_bands_equal_those_counted_by_hand(spark: SparkSession, values: list[float]) -> None:
    rows = spark.createDataFrame([(value,) for value in values], "x DOUBLE")
    cuts = find_cuts(rows, ["x"], bands=BANDS)["x"]
    found = {row["x"]: row["band"] for row in rows.select("x", band(rows["x"], cuts).alias("band")).collect()}
    assert found == by_hand(values, BANDS)


def test_null_has_no_band_and_does_not_count(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(1.0, None), (2.0, None), (None, None)], "x DOUBLE, y DOUBLE")
    cuts = find_cuts(rows, ["x", "y"], bands=2)
    found = rows.select("x", band(rows["x"], cuts["x"]).alias("of_x"), band(rows["y"], cuts["y"]).alias("of_y"))
    assert {tuple(row) for row in found.collect()} == {(1.0, 1, None), (2.0, 2, None), (None, None, None)}
    assert cuts["y"] == ()


def test_approximate_quantiles_of_few_values_give_the_same_bands(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(float(i // 3),) for i in range(60)], "x DOUBLE")
    exact = find_cuts(rows, ["x"], bands=BANDS)
    assert find_cuts(rows, ["x"], bands=BANDS, quantiles="approximate") == exact
