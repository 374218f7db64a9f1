"""RFM bands with names, k-means with the number of clusters chosen by stability and silhouette, profiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from benchmark.peer.session import Peer, in_duckdb
from bullseye.settings.vocabulary import Described
from bullseye.topics.segments.settings import UNKNOWN, ClusterFeature, Clustering, Segments

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]
_STUCK = 0.02
"""A start whose cost is more than this share above the best one's is not compared."""


@dataclass(frozen=True)
class Fit:
    """One k-means on a sample (or on all), measured on all points."""

    labels: Labels
    centres: Floats
    cost: float
    smallest_share: float


def build_segments(peer: Peer, as_of: date) -> None:
    """gold.segment_assignment, gold.segment_profile, ops.cluster_choice."""
    settings = peer.settings[Segments]
    rule = settings.clustering
    assert rule, "conf/retail has clusters"
    _rfm(peer)
    numbers = ", ".join(f"({_transformed(feature)}) AS {feature.name}" for feature in rule.features)
    found = peer.connection.execute(
        f"SELECT customer_id, ({in_duckdb(rule.order_by)})::DOUBLE AS ordering, {numbers} FROM customer"
        f" WHERE {in_duckdb(rule.where)} ORDER BY customer_id"
    ).to_arrow_table()
    raw = np.column_stack([found[feature.name].to_numpy() for feature in rule.features])
    deviation = raw.std(axis=0, ddof=1)
    points = (raw - raw.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    choices, fit = _cluster(points, rule)
    order = found["ordering"].to_numpy()
    means = [order[fit.labels == label].mean() for label in range(len(fit.centres))]
    place = np.empty(len(means), dtype=int)
    place[np.argsort(-np.array(means), kind="stable")] = np.arange(1, len(means) + 1)
    clustered = pa.table(
        {
            "customer_id": found["customer_id"],
            "segment": [f"cluster {place[label]}" for label in fit.labels],
            "distance": np.sqrt(((points - fit.centres[fit.labels]) ** 2).sum(axis=1)),
        }
    )
    peer.connection.register("clustered", clustered)
    peer.sql("""
        CREATE TABLE assigned AS
        SELECT 'rfm' AS scheme, customer_id, segment, r, f, m, NULL::DOUBLE AS distance FROM rfm UNION ALL
        SELECT 'clusters', customer_id, segment, NULL, NULL, NULL, distance FROM clustered
    """)
    peer.write("gold.segment_assignment", f"SELECT DATE '{as_of}' AS as_of, * FROM assigned", by="as_of")
    _profile(peer, as_of)
    peer.write_rows("ops.cluster_choice", pa.Table.from_pylist([{"as_of": as_of, **row} for row in choices]))


def _rfm(peer: Peer) -> None:
    """Table `rfm`: the band of a value is that of the middle of its ranks, so that equal values share it."""
    rfm = peer.settings[Segments].rfm
    assert rfm
    parts = {"r": f"-({rfm.recency})", "f": rfm.frequency, "m": rfm.monetary}
    numbers = ", ".join(f"({in_duckdb(sql)})::DOUBLE AS {name}_value" for name, sql in parts.items())
    ranks = ", ".join(
        f"CASE WHEN {name}_value IS NOT NULL THEN (2 * (rank() OVER (ORDER BY {name}_value) - 1)"
        f" + count(*) OVER (PARTITION BY {name}_value)) END AS {name}_ranks, count({name}_value) OVER () AS {name}_rows"
        for name in parts
    )
    bands = ", ".join(
        f"(({rfm.bands} * {name}_ranks + 2 * {name}_rows - 1) // (2 * {name}_rows))::INTEGER AS {name}"
        for name in parts
    )
    named = " ".join(f"WHEN {segment.where} THEN '{segment.name}'" for segment in rfm.segments)
    peer.sql(f"""
        CREATE TABLE rfm AS
        SELECT customer_id, r, f, m,
          CASE WHEN r IS NULL OR f IS NULL OR m IS NULL THEN '{UNKNOWN}' {named} END AS segment
        FROM (SELECT customer_id, {bands} FROM (
          SELECT customer_id, {ranks} FROM (
            SELECT customer_id, {numbers} FROM customer WHERE {in_duckdb(rfm.where)})))
    """)


def _transformed(feature: ClusterFeature) -> str:
    number = f"coalesce(({in_duckdb(feature.expression)})::DOUBLE, 0)"
    return f"sign({number}) * ln(1 + abs({number}))" if feature.transform == "log" else number


def _cluster(points: Floats, rule: Clustering) -> tuple[list[dict[str, object]], Fit]:
    """The figures of every k, and the clusters of the one taken, fitted again on all points."""
    samples = [_sample(len(points), rule, number) for number in range(rule.restarts)]
    candidates: dict[int, dict[str, object]] = {}
    best: dict[int, Fit] = {}
    for k in rule.k:
        fits = sorted(
            (_fit(points, points[sample], k, rule, number) for number, sample in enumerate(samples)),
            key=lambda fit: fit.cost,
        )
        best[k] = fits[0]
        compared = [fit for place, fit in enumerate(fits) if place < 2 or fit.cost <= fits[0].cost * (1 + _STUCK)]
        agreement = [float(adjusted_rand_score(a.labels, b.labels)) for a, b in combinations(compared, 2)]
        candidates[k] = {
            "k": k,
            "cost": fits[0].cost,
            "silhouette": silhouette(points, fits[0].labels),
            "stability": sum(agreement) / len(agreement),
            "smallest_share": fits[0].smallest_share,
        }
    k = _chosen(candidates, rule)
    again = min((_fit(points, points, k, rule, number) for number in range(rule.restarts)), key=lambda fit: fit.cost)
    kept = (
        again
        if again.cost <= best[k].cost and again.smallest_share >= min(rule.smallest_share, best[k].smallest_share)
        else best[k]
    )
    return [{**row, "chosen": row["k"] == k} for row in candidates.values()], kept


def _sample(rows: int, rule: Clustering, number: int) -> NDArray[np.bool_]:
    return np.random.default_rng([rule.seed, number]).random(rows) < rule.sample_share


def _fit(points: Floats, sample: Floats, k: int, rule: Clustering, number: int) -> Fit:
    model = KMeans(k, n_init=1, max_iter=rule.max_iterations, random_state=rule.seed % 2**31 + number).fit(sample)
    labels = model.predict(points).astype(np.int32)
    sizes = np.bincount(labels, minlength=k)
    cost = float(((points - model.cluster_centers_[labels]) ** 2).sum())
    return Fit(labels, model.cluster_centers_, cost, float(sizes.min() / len(points)))


def silhouette(points: Floats, labels: Labels) -> float:
    """The mean silhouette by squared Euclidean distance, from sums per cluster: a pass, where pairs would be squares."""
    k = int(labels.max()) + 1
    sizes = np.bincount(labels, minlength=k).astype(float)
    squares = (points**2).sum(axis=1)
    means = np.stack([points[labels == c].mean(axis=0) for c in range(k)])
    lengths = np.array([squares[labels == c].mean() for c in range(k)])
    distances = squares[:, None] + lengths - 2 * points @ means.T
    rows = np.arange(len(points))
    with np.errstate(divide="ignore", invalid="ignore"):
        own = distances[rows, labels] * (sizes / (sizes - 1))[labels]
        distances[rows, labels] = np.inf
        other = distances.min(axis=1)
        found = (other - own) / np.maximum(own, other)
    return float(np.where(np.isfinite(found), found, 0.0).mean())


def _chosen(candidates: dict[int, dict[str, object]], rule: Clustering) -> int:
    """The largest k that is stable, has no small cluster and a silhouette near the best; else the most stable."""

    def number(k: int, name: str) -> float:
        return float(str(candidates[k][name]))

    large = [k for k in candidates if number(k, "smallest_share") >= rule.smallest_share]
    stable = [k for k in large if number(k, "stability") >= rule.min_stability]
    if not stable:
        return min(large or list(candidates), key=lambda k: (-number(k, "stability"), k))
    best = max(number(k, "silhouette") for k in stable)
    return max(k for k in stable if number(k, "silhouette") >= best - rule.silhouette_tolerance * abs(best))


def _profile(peer: Peer, as_of: date) -> None:
    """Means of every described feature by segment, and their standardised difference from the others of the scheme."""
    settings = peer.settings[Segments]
    parts: list[Described] = [*(settings.clustering.features if settings.clustering else ()), *settings.describe]
    features = {part.name: part.expression for part in parts}
    if rfm := settings.rfm:
        features |= {sql: sql for sql in (rfm.recency, rfm.frequency, rfm.monetary)}
    lists = ", ".join(f"({in_duckdb(sql)})::DOUBLE" for sql in features.values())
    names = ", ".join(f"'{name}'" for name in features)
    peer.write(
        "gold.segment_profile",
        f"""
        WITH rows AS (SELECT scheme, segment, unnest([{names}]) AS feature, unnest([{lists}]) AS value
                      FROM assigned JOIN customer USING (customer_id)),
        own AS (SELECT scheme, segment, feature, count(*) AS customers, count(value) AS n, coalesce(avg(value), 0) AS mean,
                       coalesce(var_pop(value), 0) AS v FROM rows GROUP BY ALL),
        -- the moments of everybody else, from those of all segments
        rest AS (SELECT one.scheme, one.segment, one.feature, coalesce(sum(o.n), 0) AS n,
                        coalesce(sum(o.n * o.mean) / nullif(sum(o.n), 0), 0) AS mean,
                        coalesce(sum(o.n * (o.v + o.mean * o.mean)) / nullif(sum(o.n), 0), 0) AS square
                 FROM own one LEFT JOIN own o
                   ON o.scheme = one.scheme AND o.feature = one.feature AND o.segment <> one.segment GROUP BY ALL),
        compared AS (SELECT own.*, rest.n AS others, rest.mean AS others_mean,
                            (own.v * own.n / nullif(own.n - 1, 0)
                             + (rest.square - rest.mean * rest.mean) * rest.n / nullif(rest.n - 1, 0)) / 2 AS spread
                     FROM own JOIN rest USING (scheme, segment, feature)),
        differing AS (SELECT *, CASE WHEN n > 1 AND others > 1 AND spread > 0 THEN (mean - others_mean) / sqrt(spread) END
                                  AS standardised_difference FROM compared)
        SELECT DATE '{as_of}' AS as_of, scheme, segment, customers,
          customers / sum(customers) OVER (PARTITION BY scheme, feature) AS share, feature,
          CASE WHEN n > 0 THEN mean END AS mean, (n * mean + others * others_mean) / nullif(n + others, 0) AS overall_mean,
          standardised_difference,
          row_number() OVER (PARTITION BY scheme, segment ORDER BY abs(standardised_difference) DESC NULLS LAST, feature)
            AS rank
        FROM differing
        """,
    )
