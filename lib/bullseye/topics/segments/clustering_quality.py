"""How good clusterings are: cost, sizes, agreement and silhouette of many models, from two aggregates over all rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.ml.clustering import KMeansModel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.topics.segments.agreement import adjusted_rand_index

Key = tuple[int, int]
"""k, and the number of the start."""
Pair = tuple[int, int, int]
"""k, and the numbers of two starts, the smaller one first."""


@dataclass(frozen=True)
class Sums:
    """A cluster's number of points, the sum of their coordinates and of their squared lengths."""

    points: int
    total: tuple[float, ...]
    squares: float

    @property
    def mean(self) -> tuple[float, ...]:
        return tuple(x / self.points for x in self.total)

    def cost(self, centre: Sequence[float]) -> float:
        """Sum of the squared distances of the points to `centre`."""
        product = sum(c * x for c, x in zip(centre, self.total, strict=True))
        return self.squares - 2 * product + self.points * sum(c * c for c in centre)


@dataclass(frozen=True)
class Start:
    """One fit of k-means, measured on all points. `smallest_share` is 0 where fewer than k clusters have points."""

    k: int
    start: int
    cost: float
    smallest_share: float
    clusters: Mapping[int, Sums]


def measure_starts(points: DataFrame, models: Mapping[Key, KMeansModel]) -> tuple[list[Start], dict[Pair, float]]:
    """Every model measured on all points, and the agreement of every pair of starts of a k, from one aggregate.

    Agreement is the adjusted Rand index of the labels that the two starts give to all points.
    """
    size = _size(models.values())
    pairs = [(k, a, b) for k, a in models for other, b in models if other == k and a <= b]
    labels = [
        F.struct(
            *(F.lit(value).alias(name) for name, value in (("k", k), ("start", a), ("other", b))),
            F.col(label(k, a)).alias("label"),
            F.col(label(k, b)).alias("other_label"),
        )
        for k, a, b in pairs
    ]
    coordinates = [F.col(f"x{i}") for i in range(size)]
    grouped = (
        _labelled(points, models.values())
        .select(*(_x(i).alias(f"x{i}") for i in range(size)), F.inline(F.array(*labels)))
        .groupBy("k", "start", "other", "label", "other_label")
        .agg(
            F.count(F.lit(1)).alias("points"),
            F.sum(_sum(x * x for x in coordinates)).alias("squares"),
            *(F.sum(x).alias(f"x{i}") for i, x in enumerate(coordinates)),
        )
    )
    tables: dict[Pair, dict[tuple[int, int], Sums]] = {pair: {} for pair in pairs}
    # at most k x k rows for every pair of starts
    for row in grouped.collect():
        sums = Sums(row["points"], tuple(row[f"x{i}"] for i in range(size)), row["squares"])
        tables[row["k"], row["start"], row["other"]][row["label"], row["other_label"]] = sums
    starts = [_start(k, number, model, tables[k, number, number]) for (k, number), model in models.items()]
    agreement = {
        (k, a, b): adjusted_rand_index({cell: sums.points for cell, sums in tables[k, a, b].items()})
        for k, a, b in pairs
        if a < b
    }
    return starts, agreement


def silhouettes(
    points: DataFrame, models: Mapping[int, KMeansModel], starts: Mapping[int, Start]
) -> dict[int, float | None]:
    """The mean silhouette of one model of every k, from one aggregate over `points`; None for a single cluster.

    The silhouette of a point is (b - a) / max(a, b): a is its mean squared distance to the other points of its own
    cluster, b that to the points of the nearest other one; 0 for a point alone in its cluster (Rousseeuw 1987). The
    mean squared distance to a cluster follows from its sums, |x|² + squares / n - 2 x·mean, which is how Spark's
    ClusteringEvaluator computes it (org.apache.spark.ml.evaluation.SquaredEuclideanSilhouette); with Euclidean
    distance, as elsewhere, the figures are lower.
    """
    compared = {k: model for k, model in models.items() if len(starts[k].clusters) > 1}
    if not compared:
        return dict.fromkeys(models)
    length = _sum(_x(i) * _x(i) for i in range(_size(compared.values())))
    labelled = _labelled(points, compared.values()).select(
        "features", length.alias("length"), *(_place(starts[k]).alias(f"place_{k}") for k in compared)
    )
    distances = labelled.select(
        "*", *(F.array(*_mean_distances(starts[k].clusters)).alias(f"distances_{k}") for k in compared)
    )
    shapes = [F.avg(_silhouette(k, starts[k].clusters)).alias(f"silhouette_{k}") for k in compared]
    sums = distances.agg(*shapes).first()
    assert sums is not None, "an aggregate without groups has one row"
    return {k: float(sums[f"silhouette_{k}"]) if k in compared else None for k in models}


def squared_distance(centre: Sequence[float]) -> Column:
    """Of a row's `features` to a centre."""
    return _sum((_x(i) - F.lit(c)) * (_x(i) - F.lit(c)) for i, c in enumerate(centre))


def label(k: int, start: int) -> str:
    """The column in which a model puts its label."""
    return f"label_{k}_{start}"


def _labelled(points: DataFrame, models: Iterable[KMeansModel]) -> DataFrame:
    return reduce(lambda labelled, model: model.transform(labelled), models, points.select("features"))


def _start(k: int, start: int, model: KMeansModel, cells: Mapping[tuple[int, int], Sums]) -> Start:
    clusters = {place: sums for (place, _), sums in sorted(cells.items())}
    centres = model.clusterCenters()
    cost = sum(sums.cost([float(c) for c in centres[place]]) for place, sums in clusters.items())
    smallest = min(sums.points for sums in clusters.values()) if len(clusters) == k else 0
    return Start(k, start, cost, smallest / sum(sums.points for sums in clusters.values()), clusters)


def _place(start: Start) -> Column:
    """The place of a point's cluster among those that have points, from 0."""
    labels = F.array(*map(F.lit, sorted(start.clusters)))
    return F.array_position(labels, F.col(label(start.k, start.start))).cast("int") - 1


def _mean_distances(clusters: Mapping[int, Sums]) -> list[Column]:
    """Mean squared distance of a point to all points of every cluster, in the order of labels."""
    return [
        F.col("length")
        + F.lit(sums.squares / sums.points)
        - F.lit(2.0) * _sum(_x(i) * F.lit(mean) for i, mean in enumerate(sums.mean))
        for _, sums in sorted(clusters.items())
    ]


def _silhouette(k: int, clusters: Mapping[int, Sums]) -> Column:
    own, distances = F.col(f"place_{k}"), F.col(f"distances_{k}")
    # the point itself, at distance 0, is not one of the others
    sizes = [sums.points for _, sums in sorted(clusters.items())]
    without_itself = F.array(*(F.lit(n / (n - 1) if n > 1 else None).cast("double") for n in sizes))
    a = F.get(distances, own) * F.get(without_itself, own)
    b = F.array_min(F.filter(distances, lambda _, place: place != own))
    return F.when(a.isNull() | (F.greatest(a, b) <= 0), 0.0).otherwise((b - a) / F.greatest(a, b))


def _size(models: Iterable[KMeansModel]) -> int:
    return len(next(iter(models)).clusterCenters()[0])


def _sum(terms: Iterable[Column]) -> Column:
    return reduce(Column.__add__, terms)


def _x(i: int) -> Column:
    return F.get("features", F.lit(i))
