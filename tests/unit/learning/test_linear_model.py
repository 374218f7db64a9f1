"""A linear model as columns and as rows."""

import math

from bullseye.learning.linear_model import LinearModel, model_of, model_rows, reasons
from bullseye.learning.scale import Scale
from bullseye.learning.terms import Term

TERMS = (
    Term("a", "a", "visits", Scale(1.0, 2.0)),
    Term("b", "b", "spend", Scale(0.0, 1.0)),
    Term("flat", "c", "region", Scale(5.0, 0.0)),
)
MODEL = LinearModel(-1.0, TERMS, (2.0, -3.0, 0.0))


def scored(spark, *rows):
    frame = spark.createDataFrame(rows, "x_a DOUBLE, x_b DOUBLE, x_flat DOUBLE")
    explained = reasons(MODEL, {"a", "b", "flat"})
    return [
        (row["p"], [(reason["meaning"], reason["direction"]) for reason in row["reasons"]])
        for row in frame.select(MODEL.probability().alias("p"), explained.alias("reasons")).collect()
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


def test_only_named_terms_are_reasons(spark):
    frame = spark.createDataFrame([(5.0, 2.0, 9.0)], "x_a DOUBLE, x_b DOUBLE, x_flat DOUBLE")
    (row,) = frame.select(reasons(MODEL, {"a"}).alias("reasons")).collect()
    assert [reason["meaning"] for reason in row["reasons"]] == ["visits"]


def test_contributions_add_up_to_the_prediction(spark):
    frame = spark.createDataFrame([(5.0, 2.0, 9.0)], "x_a DOUBLE, x_b DOUBLE, x_flat DOUBLE")
    (row,) = frame.select(*MODEL.contributions(), MODEL.predicted()).collect()
    assert tuple(row) == (4.0, -6.0, 0.0, -3.0)


def test_a_model_is_rows_and_the_rows_are_the_model():
    rows = model_rows(MODEL)
    assert [tuple(row.values()) for row in rows] == [
        (0, "(intercept)", "1", "every customer alike", -1.0, 0.0, 1.0),
        (1, "a", "a", "visits", 2.0, 1.0, 2.0),
        (2, "b", "b", "spend", -3.0, 0.0, 1.0),
        (3, "flat", "c", "region", 0.0, 5.0, 0.0),
    ]
    assert model_of(rows[::-1]) == MODEL
