"""Coordinates of customers."""

from __future__ import annotations

from math import log1p, sqrt

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.topics.segments.clustering_features import coordinates
from bullseye.topics.segments.settings import ClusterFeature

FEATURES = (
    ClusterFeature(name="share"),
    ClusterFeature(name="spend", transform="log"),
    ClusterFeature(name="same"),
)


def test_features_are_transformed_and_standardised_over_those_covered(spark: SparkSession) -> None:
    rows = [("a", 1.0, -3.0, 7), ("b", 3.0, 3.0, 7), ("c", None, None, 7), ("d", 99.0, 99.0, 9)]
    customers = spark.createDataFrame(rows, "customer_id STRING, share DOUBLE, spend DOUBLE, same INT")
    count, axes = coordinates(customers, FEATURES, where="same = 7")
    assert count == 3
    found = customers.where("same = 7").orderBy("customer_id").select(*map(F.expr, axes)).collect()
    share_deviation = sqrt(((1 - 4 / 3) ** 2 + (3 - 4 / 3) ** 2 + (4 / 3) ** 2) / 2)
    assert [row[0] for row in found] == pytest.approx([(x - 4 / 3) / share_deviation for x in (1, 3, 0)])
    # NULL counts as 0, and the mean of -log 4, log 4 and 0 is 0
    assert [row[1] for row in found] == pytest.approx([-1.0, 1.0, 0.0])
    assert log1p(3) > 1
    assert [row[2] for row in found] == [0.0, 0.0, 0.0]


def test_without_customers_every_coordinate_is_zero(spark: SparkSession) -> None:
    customers = spark.createDataFrame([], "share DOUBLE, spend DOUBLE, same INT")
    assert coordinates(customers, FEATURES, where="true") == (0, ("0D", "0D", "0D"))
