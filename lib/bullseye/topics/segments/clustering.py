"""k-means with restarts: which k, and the centres, all measured on all customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pyspark.ml.clustering import KMeans, KMeansModel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.parallel import in_parallel
from bullseye.topics.segments.choice import Candidate, choose
from bullseye.topics.segments.clustering_quality import Key, Pair, Start, label, measure_starts, silhouettes
from bullseye.topics.segments.settings import Clustering

CUSTOMERS_A_CLUSTER = 10
"""A k is tried only where there are at least this many customers for every cluster."""

STUCK = 0.02
"""A start whose cost is more than this share above the best one's ended in a poor local optimum."""

CONVERGED = 0.005
"""The fit in use ends when no centre moves by more than this, in standard deviations."""

SETTLED = 0.02
"""The same for the fits that only choose k: a share of a cluster's width that changes hardly any label."""

FITS_AT_ONCE = 4
"""A fit of few rows is a chain of short Spark jobs that leave most cores idle."""


@dataclass(frozen=True)
class Clusters:
    """The clusters in use, and the comparison of every k that led to them."""

    model: KMeansModel
    k: int
    candidates: tuple[Candidate, ...]
    reasons: Mapping[int, str]

    @property
    def centres(self) -> list[list[float]]:
        """The coordinates of every cluster, in the order of the model's labels."""
        return [[float(x) for x in centre] for centre in self.model.clusterCenters()]


def find_clusters(points: DataFrame, rule: Clustering, *, customers: int) -> Clusters | None:
    """Choose k and find its clusters among `points` (customer_id, features ARRAY<DOUBLE>), which should be kept.

    Every k is started `restarts` times, each time on another sample of the customers, by a hash of the customer; every
    start then labels all customers. Stability is the mean adjusted Rand index between the starts that are not stuck
    (after Ben-Hur, Elisseeff and Guyon 2002, A stability based method for discovering structure in clustered data).
    Cost, silhouette and smallest share are those of the start with the lowest cost over all customers; `choose` says
    how k follows. The clusters in use are the best of as many starts on all customers, or the best start on a sample
    where those are no better or leave a smaller cluster than allowed. None where there are too few customers for any k.
    """
    tried = [k for k in rule.k if customers >= CUSTOMERS_A_CLUSTER * k]
    if not tried:
        return None
    samples = [(number, _sample(points, rule, number)) for number in range(rule.restarts)]
    every = {(k, number): sample for k in tried for number, sample in samples}
    models = _fit(points.sparkSession, every, rule, tolerance=SETTLED)
    starts, agreement = measure_starts(points, models)
    best = {k: _cheapest([start for start in starts if start.k == k]) for k in tried}
    shapes = silhouettes(points, {k: models[k, best[k].start] for k in tried}, best)
    candidates = tuple(
        Candidate(k, best[k].cost, shapes[k], stability(k, starts, agreement), best[k].smallest_share) for k in tried
    )
    k, reasons = choose(candidates, rule)
    model, note = _on_all(points, rule, best[k], models[k, best[k].start])
    return Clusters(model, k, candidates, {**reasons, k: f"{reasons[k]}; {note}"})


def stability(k: int, starts: Sequence[Start], agreement: Mapping[Pair, float]) -> float:
    """Mean agreement of the starts of k that are not stuck, or of the two best where fewer are left."""
    ordered = sorted((start for start in starts if start.k == k), key=_by_cost)
    limit = ordered[0].cost * (1 + STUCK)
    compared = {start.start for place, start in enumerate(ordered) if place < 2 or start.cost <= limit}
    agreements = [value for (other, a, b), value in agreement.items() if other == k and {a, b} <= compared]
    return sum(agreements) / len(agreements)


def _on_all(points: DataFrame, rule: Clustering, sampled: Start, sampled_model: KMeansModel) -> tuple[KMeansModel, str]:
    """The model in use, and how it came about."""
    samples = {(sampled.k, number): points for number in range(rule.restarts)}
    models = _fit(points.sparkSession, samples, rule, tolerance=CONVERGED)
    starts, _ = measure_starts(points, models)
    best = _cheapest(starts)
    figures = f"cost {best.cost:.1f}, smallest cluster {best.smallest_share:.1%}"
    if best.smallest_share >= min(rule.smallest_share, sampled.smallest_share) and best.cost <= sampled.cost:
        return models[sampled.k, best.start], f"fitted again on all customers: {figures}"
    return sampled_model, f"kept as fitted on a sample, since a fit on all customers is no better: {figures}"


def _sample(points: DataFrame, rule: Clustering, number: int) -> DataFrame:
    """About `sample_share` of the customers, others for every number."""
    place = F.pmod(F.xxhash64("customer_id", F.lit(rule.seed), F.lit(number)), F.lit(10_000))
    return points.where(place < F.lit(round(rule.sample_share * 10_000)))


def _cheapest(starts: Sequence[Start]) -> Start:
    return min(starts, key=_by_cost)


def _by_cost(start: Start) -> tuple[float, int]:
    return start.cost, start.start


def _fit(
    spark: SparkSession, samples: Mapping[Key, DataFrame], rule: Clustering, *, tolerance: float
) -> dict[Key, KMeansModel]:
    """A model for every sample, with the start's own seed; which of them run side by side does not matter."""

    def fit(key: Key) -> KMeansModel:
        k, number = key
        means = KMeans(
            k=k,
            seed=rule.seed + number,
            maxIter=rule.max_iterations,
            tol=tolerance,
            solver="block",
            featuresCol="features",
            predictionCol=label(k, number),
        )
        return means.fit(samples[key])

    fits = in_parallel([partial(fit, key) for key in samples], at_once=FITS_AT_ONCE, spark=spark)
    return dict(zip(samples, fits, strict=True))
