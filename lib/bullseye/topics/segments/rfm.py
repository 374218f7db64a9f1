"""Recency, frequency and monetary value: bands, and the name of every combination of bands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.topics.segments.bands import band, find_cuts
from bullseye.topics.segments.settings import UNKNOWN, Rfm, RfmSegment

BANDS = ("r", "f", "m")


def rfm_bands(customers: DataFrame, rfm: Rfm) -> tuple[Column, Column, Column]:
    """The bands r, f and m as columns over `customers`; their limits come from the customers of `rfm.where`.

    A higher band is better: recency counts backwards. NULL where the number is NULL.
    """
    numbers = {"r": _number(f"-({rfm.recency})"), "f": _number(rfm.frequency), "m": _number(rfm.monetary)}
    covered = customers.where(rfm.where).select(*(number.alias(name) for name, number in numbers.items()))
    cuts = find_cuts(covered, BANDS, bands=rfm.bands, quantiles=rfm.quantiles)
    r, f, m = (band(numbers[name], cuts[name]) for name in BANDS)
    return r, f, m


def rfm_segment(segments: Sequence[RfmSegment]) -> Column:
    """The first segment whose condition holds, over columns r, f and m; `unknown` where one of the three is NULL."""
    named = F.when(F.col("r").isNull() | F.col("f").isNull() | F.col("m").isNull(), F.lit(UNKNOWN))
    for segment in segments:
        named = named.when(F.expr(segment.where), F.lit(segment.name))
    return named


def names_of_cube(spark: SparkSession, rfm: Rfm) -> dict[tuple[int, int, int], str | None]:
    """The segment of every combination of bands; None where no condition holds."""
    every = range(1, rfm.bands + 1)
    cube = local_frame(spark, list(product(every, every, every)), "r INT, f INT, m INT")
    # bands to the power of three rows, at most a thousand
    rows = cube.select(*BANDS, rfm_segment(rfm.segments).alias("segment")).collect()
    return {(row["r"], row["f"], row["m"]): row["segment"] for row in rows}


def _number(sql: str) -> Column:
    return F.expr(sql).cast("double")
