"""Who is in which segment: one row per customer with all that the schemes need, then one per scheme and customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.topics.segments.clustering import Clusters
from bullseye.topics.segments.clustering_quality import squared_distance
from bullseye.topics.segments.profile import Feature
from bullseye.topics.segments.rfm import BANDS, rfm_bands, rfm_segment
from bullseye.topics.segments.settings import Rfm, Segments

RFM, CLUSTERS = "rfm", "clusters"
CUSTOMERS_A_PARTITION = 100_000
"""k-means passes over the rows for every iteration: below this number one task is faster than many."""


def customers_to_segment(
    customers: DataFrame, settings: Segments, features: Sequence[Feature], axes: Sequence[str], *, clustered: int
) -> DataFrame:
    """One row per customer of at least one scheme: bands, RFM segment, coordinates and described numbers.

    The rows lie the same way whatever the files are: k-means draws its first centres by place, so that the same
    customers must be in the same place in every run.
    """
    rfm, clustering = settings.rfm, settings.clustering
    rows = customers.select(
        "customer_id",
        _covered(rfm.where if rfm else None).alias("in_rfm"),
        _covered(clustering.where if clustering else None).alias("in_clusters"),
        *(column.alias(name) for name, column in zip(BANDS, _bands(customers, rfm), strict=True)),
        # never NULL, and Spark's k-means wants to see that in the type
        F.array(*(F.coalesce(F.expr(axis), F.lit(0.0)) for axis in axes)).alias("features"),
        F.expr(clustering.order_by if clustering else "NULL").cast("double").alias("ordering"),
        *(F.expr(feature.sql).cast("double").alias(feature.column) for feature in features),
    )
    partitions = max(1, clustered // CUSTOMERS_A_PARTITION)
    placed = (
        rows.where("in_rfm OR in_clusters").repartition(partitions, "customer_id").sortWithinPartitions("customer_id")
    )
    return placed.withColumn("rfm_segment", rfm_segment(rfm.segments if rfm else ()))


def by_scheme(customers: DataFrame, clusters: Clusters | None) -> DataFrame:
    """One row per scheme and customer that it covers; clusters still have the label that k-means gave them."""
    if clusters is None:
        nothing = F.lit(None)
        return _stacked(customers, label=nothing, distance=nothing)
    labelled = clusters.model.transform(customers)
    distances = [F.sqrt(squared_distance(centre)) for centre in clusters.centres]
    label = F.col(clusters.model.getPredictionCol())
    return _stacked(labelled, label=label, distance=F.get(F.array(*distances), label))


def named_assignment(rows: DataFrame, names: Mapping[str, str], as_of: date) -> DataFrame:
    """The rows of `gold.segment_assignment`, with the names of clusters in place of their labels."""
    segment = F.col("segment")
    for label, name in names.items():
        segment = F.when((F.col("scheme") == CLUSTERS) & (F.col("segment") == label), F.lit(name)).otherwise(segment)
    return rows.select(
        F.lit(as_of).alias("as_of"), "scheme", "customer_id", segment.alias("segment"), *BANDS, "distance"
    )


def _stacked(customers: DataFrame, *, label: Column, distance: Column) -> DataFrame:
    nothing = F.lit(None)
    rfm = _row(RFM, F.col("rfm_segment"), [F.col(name) for name in BANDS], nothing)
    cluster = _row(CLUSTERS, label, [nothing] * 3, distance)
    schemes = F.array_compact(
        F.array(F.when(F.col("in_rfm"), rfm), F.when(F.col("in_clusters") & label.isNotNull(), cluster))
    )
    kept = [name for name in customers.columns if name.startswith(Feature.PREFIX)]
    return customers.select("customer_id", "ordering", *kept, F.inline(schemes))


def _row(scheme: str, segment: Column, bands: Sequence[Column], distance: Column) -> Column:
    return F.struct(
        F.lit(scheme).alias("scheme"),
        segment.cast("string").alias("segment"),
        *(column.cast("int").alias(name) for name, column in zip(BANDS, bands, strict=True)),
        distance.cast("double").alias("distance"),
    )


def _bands(customers: DataFrame, rfm: Rfm | None) -> tuple[Column, Column, Column]:
    if rfm:
        return rfm_bands(customers, rfm)
    unknown = F.lit(None).cast("int")
    return unknown, unknown, unknown


def _covered(where: str | None) -> Column:
    return F.coalesce(F.expr(where), F.expr("false")) if where else F.expr("false")
