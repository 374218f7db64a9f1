"""The rows of `gold.segment_profile` and `ops.cluster_choice`: a handful for every segment, made on the driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bullseye.core.contract import Table
from bullseye.settings.vocabulary import Described
from bullseye.topics.segments.assignment import CLUSTERS
from bullseye.topics.segments.clustering import Clusters
from bullseye.topics.segments.profile import Feature, Summary, profile
from bullseye.topics.segments.settings import UNKNOWN, ClusterFeature, Segments

TableRow = Mapping[str, object]
Located = tuple[str, float]
"""SQL of a coordinate, and a centre's value of it."""


def described(settings: Segments, customer: Table) -> list[Feature]:
    """What the profiles show: the features of clustering, what is described besides, and recency, frequency, amount."""
    docs = {column.name: column.doc.partition(";")[0] for column in customer.columns}
    features: dict[str, Feature] = {}
    parts: list[Described] = [*(settings.clustering.features if settings.clustering else ()), *settings.describe]
    for part in parts:
        features[part.name] = Feature(part.name, part.doc or docs.get(part.expression, part.name), part.expression)
    if rfm := settings.rfm:
        for role, sql in (("recency", rfm.recency), ("frequency", rfm.frequency), ("monetary", rfm.monetary)):
            name = sql if sql in docs else role
            features.setdefault(name, Feature(name, docs.get(sql, role), sql))
    return list(features.values())


def cluster_names(summaries: Sequence[Summary]) -> dict[str, str]:
    """The name of every label of k-means: `cluster 1` has the largest mean of `order_by`, and so on.

    Clusters with equal means are numbered as k-means labelled them.
    """
    clusters = [summary for summary in summaries if summary.scheme == CLUSTERS]
    ordered = sorted(clusters, key=lambda summary: (-summary.order, int(summary.segment)))
    return {summary.segment: f"cluster {place}" for place, summary in enumerate(ordered, start=1)}


def profile_rows(
    summaries: Sequence[Summary],
    features: Sequence[Feature],
    *,
    settings: Segments,
    names: Mapping[str, str],
    centres: Mapping[str, Mapping[str, Located]],
    as_of: date,
) -> list[TableRow]:
    """The rows of `gold.segment_profile`; `centres` has the place of every cluster's centre, by label and feature."""
    words = {feature.name: feature.words for feature in features}
    docs = {segment.name: segment.doc for segment in settings.rfm.segments} if settings.rfm else {}
    docs[UNKNOWN] = "Recency, frequency or amount is not known"
    rows: list[TableRow] = []
    for summary in summaries:
        scheme = [other for other in summaries if other.scheme == summary.scheme]
        share = summary.customers / sum(other.customers for other in scheme)
        lines = profile(summary, scheme, [feature.name for feature in features])
        is_cluster = summary.scheme == CLUSTERS
        segment = names[summary.segment] if is_cluster else summary.segment
        located = centres[summary.segment] if is_cluster else {}
        of_segment: dict[str, object] = {"as_of": as_of, "scheme": summary.scheme, "segment": segment}
        of_segment["description"] = None if is_cluster else docs[segment]
        for line in lines:
            coordinate, centre = located.get(line.feature, (None, None))
            row = {
                "customers": summary.customers,
                "share": share,
                "feature": line.feature,
                "feature_meaning": words[line.feature],
                "mean": line.mean,
                "overall_mean": line.overall_mean,
                "standardised_difference": line.standardised_difference,
                "rank": line.rank,
                "coordinate": coordinate,
                "centre": centre,
            }
            rows.append(of_segment | row)
    return rows


def located_centres(
    clusters: Clusters | None, features: Sequence[ClusterFeature], axes: Sequence[str]
) -> dict[str, dict[str, Located]]:
    """Of every label of k-means and every feature, the SQL of the coordinate and the coordinate of the centre."""
    if clusters is None:
        return {}
    return {
        str(label): {feature.name: (axis, x) for feature, axis, x in zip(features, axes, centre, strict=True)}
        for label, centre in enumerate(clusters.centres)
    }


def choice_rows(clusters: Clusters | None, as_of: date) -> list[TableRow]:
    """The rows of `ops.cluster_choice`; none where nothing was clustered."""
    if clusters is None:
        return []
    return [
        {
            "as_of": as_of,
            "k": candidate.k,
            "cost": candidate.cost,
            "silhouette": candidate.silhouette,
            "stability": candidate.stability,
            "smallest_share": candidate.smallest_share,
            "chosen": candidate.k == clusters.k,
            "reason": clusters.reasons[candidate.k],
        }
        for candidate in clusters.candidates
    ]
