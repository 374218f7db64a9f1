"""Counting predicted probabilities on Spark."""

import math

import numpy as np
import pytest
from pyspark.sql import functions as F

from bullseye.stats.histogram import Histogram, histograms, probability_histogram


def counted(spark, rows, resolution=None) -> dict[tuple[str, ...], Histogram]:
    frame = spark.createDataFrame(rows, "model STRING, p DOUBLE, y DOUBLE")
    found = probability_histogram(
        frame, probability=F.col("p"), outcome=F.col("y"), by=["model"], resolution=resolution
    )
    return dict(histograms(found.collect(), by=["model"]))


def test_rows_of_one_probability_are_counted_together_and_the_lowest_comes_first(spark):
    found = counted(spark, [("a", 0.8, 1.0), ("a", 0.2, 0.0), ("a", 0.8, 0.0), ("a", 0.8, 1.0)])["a",]
    assert found.probability.tolist() == [0.2, pytest.approx(0.8)]
    assert found.positives.tolist() == [0, 2]
    assert found.negatives.tolist() == [1, 1]
    assert found.rows.tolist() == [1, 3]
    assert found.squared_error == pytest.approx(0.2**2 + 2 * 0.2**2 + 0.8**2)
    assert found.log_loss == pytest.approx(-3 * math.log(0.8) - math.log(0.2))


def test_groups_do_not_mix(spark):
    found = counted(spark, [("b", 0.5, 1.0), ("a", 0.5, 0.0)])
    assert list(found) == [("a",), ("b",)]
    assert found["a",].positives.tolist() == [0]
    assert found["b",].positives.tolist() == [1]


def test_certain_probabilities_that_are_wrong_have_a_finite_loss(spark):
    found = counted(spark, [("a", 0.0, 1.0), ("a", 1.0, 0.0), ("a", 1.0, 1.0)], resolution=0.01)["a",]
    assert math.isfinite(found.log_loss)
    assert found.log_loss > 60
    assert found.squared_error == 2.0


def test_bins_of_log_odds_keep_rare_outcomes_apart_and_blur_neither_error_nor_mean(spark):
    probabilities = [0.0001, 0.0002, 0.5, 0.5000001, 0.999]
    rows = [("a", p, float(p >= 0.5)) for p in probabilities]
    exact, binned = counted(spark, rows)["a",], counted(spark, rows, resolution=0.01)["a",]
    assert exact.rows.tolist() == [1, 1, 1, 1, 1]
    assert binned.rows.tolist() == [1, 1, 2, 1]
    assert binned.squared_error == pytest.approx(exact.squared_error, rel=1e-12)
    assert binned.log_loss == pytest.approx(exact.log_loss, rel=1e-12)
    assert np.sum(binned.probability * binned.rows) == pytest.approx(sum(probabilities), rel=1e-12)


def test_no_rows_give_no_histogram(spark):
    assert counted(spark, []) == {}
