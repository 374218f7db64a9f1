"""The job that segments customers."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame

from bullseye.core.job import Context, Inputs
from bullseye.topics.segments.assignment import by_scheme, customers_to_segment, named_assignment
from bullseye.topics.segments.clustering import find_clusters
from bullseye.topics.segments.features import coordinates
from bullseye.topics.segments.profile import summarise
from bullseye.topics.segments.rows import choice_rows, cluster_names, described, located_centres, profile_rows
from bullseye.topics.segments.settings import Segments

WRITES = ("gold.segment_assignment", "gold.segment_profile", "ops.cluster_choice")


def build_segments(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """RFM segments and clusters of the customers at as_of, their profiles, and how the number of clusters was found."""
    settings = context.settings[Segments]
    if not (settings.rfm or settings.clustering):
        return context.empty(*WRITES)
    customers, rule = inputs["gold.customer"], settings.clustering
    features = described(settings, context.tables["gold.customer"])
    clustered, axes = coordinates(customers, rule.features, where=rule.where) if rule else (0, ())
    # read by every pass of k-means, the profile and the assignment
    to_segment = context.keep(customers_to_segment(customers, settings, features, axes, clustered=clustered))
    clusters = None
    if rule:
        points = to_segment.where("in_clusters").select("customer_id", "features")
        clusters = find_clusters(points, rule, customers=clustered)
    rows = by_scheme(to_segment, clusters)
    summaries = summarise(rows, features)
    names = cluster_names(summaries)
    profiles = profile_rows(
        summaries,
        features,
        settings=settings,
        names=names,
        centres=located_centres(clusters, rule.features if rule else (), axes),
        as_of=context.as_of,
    )
    return {
        "gold.segment_assignment": named_assignment(rows, names, context.as_of),
        "gold.segment_profile": context.frame("gold.segment_profile", profiles),
        "ops.cluster_choice": context.frame("ops.cluster_choice", choice_rows(clusters, context.as_of)),
    }
