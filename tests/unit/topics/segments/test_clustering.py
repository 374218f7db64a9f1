"""k-means: the number of clusters, the centres and the measures, on points of which the truth is known."""

from __future__ import annotations

from random import Random

import pytest
from pyspark.ml.clustering import KMeans
from pyspark.ml.evaluation import ClusteringEvaluator
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.topics.segments.clustering import find_clusters, stability
from bullseye.topics.segments.clustering_quality import Start, label, measure_starts, silhouettes
from bullseye.topics.segments.settings import ClusterFeature, Clustering

CENTRES = ((0.0, 0.0), (6.0, 0.0), (0.0, 6.0))
RULE = Clustering(features=(ClusterFeature(name="a"), ClusterFeature(name="b")), order_by="a", k=(2, 3, 4), restarts=2)


@pytest.fixture(scope="module")
def points(spark: SparkSession) -> DataFrame:
    """Three round clouds of 60, 40 and 20 points."""
    chance = Random(11)
    rows = [
        (f"{place}-{number}", chance.gauss(x, 0.7), chance.gauss(y, 0.7))
        for place, ((x, y), size) in enumerate(zip(CENTRES, (60, 40, 20), strict=True))
        for number in range(size)
    ]
    drawn = spark.createDataFrame(rows, "customer_id STRING, a DOUBLE, b DOUBLE")
    features = F.array(*(F.coalesce(name, F.lit(0.0)) for name in ("a", "b"))).alias("features")
    return drawn.select("customer_id", features).repartition(1).sortWithinPartitions("customer_id").persist()


def test_the_planted_clusters_are_found(points: DataFrame) -> None:
    found = find_clusters(points, RULE, customers=120)
    assert found is not None
    assert found.k == 3
    assert sorted(tuple(round(x) for x in centre) for centre in found.centres) == [(0, 0), (0, 6), (6, 0)]
    chosen = next(candidate for candidate in found.candidates if candidate.k == 3)
    assert chosen.stability == pytest.approx(1.0)
    assert chosen.smallest_share == pytest.approx(20 / 120)
    assert set(found.reasons) == {2, 3, 4}
    assert "fitted again on all customers" in found.reasons[3]


def test_few_customers_limit_the_numbers_tried(points: DataFrame) -> None:
    assert find_clusters(points, RULE, customers=19) is None


def test_measures_equal_those_of_spark(points: DataFrame) -> None:
    models = {
        (3, start): KMeans(
            k=3, seed=start, maxIter=2, initMode="random", featuresCol="features", predictionCol=label(3, start)
        ).fit(points)
        for start in (0, 1)
    }
    starts, agreement = measure_starts(points, models)
    assert set(agreement) == {(3, 0, 1)}
    shape = silhouettes(points, {3: models[3, 1]}, {3: starts[1]})[3]
    labelled = models[3, 1].transform(points)
    evaluator = ClusteringEvaluator(featuresCol="features", predictionCol=label(3, 1))
    assert shape == pytest.approx(evaluator.evaluate(labelled))
    centres = models[3, 1].clusterCenters()
    cost = sum(
        min(sum((x - c) ** 2 for x, c in zip(row["features"], centre, strict=True)) for centre in centres)
        for row in points.collect()
    )
    assert starts[1].cost == pytest.approx(cost)
    sizes = {row[label(3, 1)]: row["count"] for row in labelled.groupBy(label(3, 1)).count().collect()}
    assert {place: sums.points for place, sums in starts[1].clusters.items()} == sizes


def test_a_start_that_is_stuck_does_not_count_for_stability() -> None:
    starts = [Start(4, number, cost, 0.1, {}) for number, cost in enumerate((100.0, 101.0, 140.0))]
    agreement = {(4, 0, 1): 0.9, (4, 0, 2): 0.2, (4, 1, 2): 0.3}
    assert stability(4, starts, agreement) == 0.9
    stuck = [Start(4, number, cost, 0.1, {}) for number, cost in enumerate((100.0, 150.0, 140.0))]
    assert stability(4, stuck, agreement) == 0.2
