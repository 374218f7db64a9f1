"""Customers by place."""

from __future__ import annotations

from datetime import date

from pyspark.sql import SparkSession

from bullseye.topics.traffic.places import place_traffic
from bullseye.topics.traffic.settings import Distance, Figure, Places


def test_groups_and_bands_of_distance_have_their_customers_and_figures(spark: SparkSession) -> None:
    rows = [
        ("a", "north", 0.0, 10.0),
        ("b", "north", 2.0, 30.0),
        ("c", None, 1.99, None),
        ("d", "south", None, 4.0),
        ("no", "x", 1.0, 1.0),
    ]
    customers = spark.createDataFrame(rows, "customer_id STRING, region STRING, km DOUBLE, assets DOUBLE")
    settings = Places(
        where="customer_id <> 'no'",
        groups=("region",),
        distance=Distance(sql="km", bands=(2.0, 5.0)),
        figures=(Figure(name="mean_assets", sql="avg(assets)", doc="mean assets"),),
    )
    found = place_traffic(customers, settings, as_of=date(2024, 6, 30))
    names = ("breakdown", "value", "position", "customers", "share", "figure", "number")
    rows_ = sorted(tuple(row[name] for name in names) for row in found.collect())
    assert rows_ == [
        ("all", "all", 0, 4, 1.0, "mean_assets", 44 / 3),
        ("distance", "0 to 2 km", 1, 2, 0.5, "mean_assets", 10.0),
        ("distance", "2 to 5 km", 2, 1, 0.25, "mean_assets", 30.0),
        ("distance", "unknown", 4, 1, 0.25, "mean_assets", 4.0),
        ("region", "north", 0, 2, 0.5, "mean_assets", 20.0),
        ("region", "south", 0, 1, 0.25, "mean_assets", 4.0),
        ("region", "unknown", 0, 1, 0.25, "mean_assets", None),
    ]
