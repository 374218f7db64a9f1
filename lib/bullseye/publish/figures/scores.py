"""How customers are scored, and which reasons stand first."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.publish.figures.collect import Rows, small


def score_figures(scores: DataFrame) -> Rows:
    """Customers by target, band of ten points, first reason, its direction, and whether they are of the top tenth.

    A few hundred rows a target: features, times two directions, times eleven.
    """
    band = (F.least(F.col("score"), F.lit(99)) / 10).cast("int") * 10
    counted = scores.groupBy(
        "target",
        band.alias("band"),
        (F.col("decile") == 1).alias("top"),
        F.col("reason_1").alias("reason"),
        F.col("reason_1_direction").alias("direction"),
    )
    return small(
        counted.agg(
            F.count(F.lit(1)).alias("customers"),
            F.sum(F.col("probability").cast("decimal(18,6)")).alias("expected"),
        ),
        "target",
        "band",
    )


def by_band(found: Rows) -> Rows:
    """By target and band of ten points: customers, those of the top tenth, and the sum of the probabilities."""
    customers: Counter[tuple[str, int]] = Counter()
    top: Counter[tuple[str, int]] = Counter()
    expected: dict[tuple[str, int], Decimal] = {}
    for row in found:
        key = (row["target"], row["band"])
        customers[key] += row["customers"]
        top[key] += row["customers"] if row["top"] else 0
        expected[key] = expected.get(key, Decimal(0)) + row["expected"]
    return tuple(
        {
            "target": key[0],
            "band": key[1],
            "customers": customers[key],
            "top": top[key],
            "expected": expected[key],
        }
        for key in sorted(customers)
    )


def by_reason(found: Rows) -> Rows:
    """By target, first reason and its direction: the customers, and those of the top tenth; the most frequent first."""
    everyone: Counter[tuple[str, str, str]] = Counter()
    top: Counter[tuple[str, str, str]] = Counter()
    for row in found:
        if row["reason"] is not None:
            key = (row["target"], row["reason"], row["direction"])
            everyone[key] += row["customers"]
            top[key] += row["customers"] if row["top"] else 0
    return tuple(
        {"target": key[0], "reason": key[1], "direction": key[2], "customers": count, "top": top[key]}
        for key, count in sorted(everyone.items(), key=lambda item: (item[0][0], -item[1], item[0]))
    )
