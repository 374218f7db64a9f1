"""A model as columns."""

import math

from pyspark.sql import functions as F

from bullseye.scoring.scorecard import contribution, probability, reasons
from bullseye.scoring.training import LogisticModel, Term

TERMS = (
    Term("a", "a", "visits", 2.0, mean=1.0, deviation=2.0),
    Term("b", "b", "spend", -3.0, mean=0.0, deviation=1.0),
    Term("flat", "c", "region", 0.0, mean=5.0, deviation=0.0),
)
MODEL = LogisticModel(-1.0, TERMS, rows=10, positives=5)


def scored(spark, *rows):
    added = [contribution(term, F.col(term.feature)) for term in TERMS]
    frame = spark.createDataFrame(rows, "a DOUBLE, b DOUBLE, flat DOUBLE")
    return [
        (row["p"], [(reason["meaning"], reason["direction"]) for reason in row["reasons"]])
        for row in frame.select(probability(MODEL, added).alias("p"), reasons(TERMS, added).alias("reasons")).collect()
    ]


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_the_mean_customer_has_the_intercept_and_no_reason(spark):
    assert scored(spark, (1.0, 0.0, 5.0)) == [(logistic(-1.0), [])]


def test_reasons_come_by_the_size_of_what_they_add_and_say_in_which_direction(spark):
    assert scored(spark, (5.0, 2.0, 9.0), (-4.0, -1.0, 0.0)) == [
        (logistic(-1.0 + 4.0 - 6.0), [("spend", "lowers"), ("visits", "raises")]),
        (logistic(-1.0 - 5.0 + 3.0), [("visits", "lowers"), ("spend", "raises")]),
    ]


def test_null_counts_as_the_mean_and_is_no_reason(spark):
    assert scored(spark, (None, 1.0, None)) == [(logistic(-1.0 - 3.0), [("spend", "lowers")])]


def test_equal_contributions_keep_the_order_of_the_features(spark):
    ((_, found),) = scored(spark, (4.0, -1.0, 0.0))
    assert found == [("visits", "raises"), ("spend", "raises")]


def test_an_extreme_customer_has_a_finite_probability(spark):
    assert [p for p, _ in scored(spark, (1e6, 0.0, 0.0), (-1e6, 0.0, 0.0))] == [1.0, 0.0]
