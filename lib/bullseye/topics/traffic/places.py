"""Customers by where they live and who keeps them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.topics.traffic.settings import Distance, Places

UNKNOWN = "unknown"
DISTANCE = "distance"
ALL = "all"


def place_traffic(customers: DataFrame, settings: Places, *, as_of: date) -> DataFrame:
    """Rows of `gold.place_traffic`: groups of the settings times figures."""
    nothing = F.lit(0)
    parts = [_member(ALL, F.lit(ALL), nothing)]
    parts += [
        _member(name, F.coalesce(F.col(name).cast("string"), F.lit(UNKNOWN)), nothing) for name in settings.groups
    ]
    if settings.distance:
        parts.append(_member(DISTANCE, *_band(settings.distance)))
    meant = customers.where(F.expr(settings.where))
    each = meant.withColumn("_of", F.explode(F.array(*parts)))
    values = [F.expr(figure.sql).cast("double").alias(f"_{figure.name}") for figure in settings.figures]
    sums = each.groupBy("_of").agg(F.count(F.lit(1)).alias("_customers"), *values)
    everyone = F.max(F.when(F.col("_of.breakdown") == ALL, F.col("_customers")))
    total = sums.agg(everyone.alias("_everyone"))
    figures = F.explode(
        F.array(
            *(
                F.struct(
                    F.lit(f.name).alias("figure"), F.lit(f.doc).alias("meaning"), F.col(f"_{f.name}").alias("number")
                )
                for f in settings.figures
            )
        )
    ).alias("_told")
    return (
        sums.crossJoin(F.broadcast(total))
        .select("*", figures)
        .select(
            F.lit(as_of).alias("as_of"),
            "_of.breakdown",
            "_of.value",
            "_of.position",
            F.col("_customers").alias("customers"),
            (F.col("_customers") / F.col("_everyone")).alias("share"),
            "_told.figure",
            "_told.meaning",
            "_told.number",
        )
    )


def _member(breakdown: str, value: Column, position: Column) -> Column:
    return F.struct(F.lit(breakdown).alias("breakdown"), value.alias("value"), position.cast("int").alias("position"))


def _band(distance: Distance) -> tuple[Column, Column]:
    """Name and place of the band; unknown distances come last."""
    limits = [0.0, *distance.bands]
    names = [f"{low:g} to {high:g} {distance.unit}" for low, high in pairwise(limits)]
    names.append(f"{limits[-1]:g} {distance.unit} and more")
    far = F.expr(distance.sql).cast("double")
    place = sum(((far >= limit).cast("int") for limit in limits[1:]), F.lit(1))
    band_number = F.coalesce(place, F.lit(len(names) + 1))
    named = F.array(*(F.lit(name) for name in (*names, UNKNOWN)))
    return F.element_at(named, band_number), band_number
