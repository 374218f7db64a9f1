"""Features as SQL, and their scale over the rows that a model learns from."""

import pytest

from bullseye.errors import BullseyeError
from bullseye.learning.features import Predictor, expression, feature_columns, meaning, predictors
from bullseye.learning.scale import Scale, moments, scale_of
from bullseye.settings.vocabulary import Feature


def test_log_keeps_the_sign_and_null_stays_null(spark):
    features = [Feature(name="spend", sql="spend", transform="log"), Feature(name="plain", sql="spend > 0")]
    rows = spark.createDataFrame([(0.0,), (1.718281828459045,), (-1.718281828459045,), (None,)], "spend DOUBLE")
    found = [tuple(row) for row in rows.select(*feature_columns(features)).collect()]
    assert found == [(0.0, 0.0), (pytest.approx(1.0), 1.0), (pytest.approx(-1.0), 0.0), (None, None)]


def test_an_expression_is_closed_in_itself(spark):
    feature = Feature(name="half", sql="a + b", transform="log")
    assert expression(feature) == "signum(CAST((a + b) AS DOUBLE)) * log1p(abs(CAST((a + b) AS DOUBLE)))"


def test_a_feature_without_words_is_called_by_its_name():
    assert meaning(Feature(name="recency", sql="recency_days")) == "recency"
    assert (
        meaning(Feature(name="recency", sql="recency_days", doc="days since the last purchase"))
        == "days since the last purchase"
    )


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1.0, None, 3.0], Scale(2.0, 1.41421356)),
        # 0.1 + 0.1 + 0.1 leaves a rest of rounding
        ([0.1, 0.1, 0.1], Scale(0.1, 0.0)),
        ([5.0], Scale(5.0, 0.0)),
        ([None, None], Scale(0.0, 0.0)),
    ],
    ids=["differs", "constant", "one row", "never known"],
)
def test_the_scale_of_a_feature(spark, values, scale):
    rows = spark.createDataFrame([(value,) for value in values], "x DOUBLE")
    found = rows.agg(moments("x").alias("x")).first()["x"]
    assert scale_of(found, feature="x", sql="x", name="t") == scale


def test_what_is_unknown_stands_at_the_mean_and_what_never_varies_says_nothing(spark):
    rows = spark.createDataFrame([(4.0,), (None,)], "x DOUBLE")
    columns = [Scale(2.0, 4.0).standardised(rows.x), Scale(2.0, 0.0).standardised(rows.x)]
    assert [tuple(row) for row in rows.select(*columns).collect()] == [(0.5, 0.0), (0.0, 0.0)]


def test_a_feature_that_is_infinite_somewhere_is_refused(spark):
    rows = spark.createDataFrame([(1.0,), (float("inf"),)], "x DOUBLE")
    found = rows.agg(moments("x").alias("x")).first()["x"]
    with pytest.raises(BullseyeError, match=r"target t: the feature 'ratio' is infinite .* nullif.*given: 'a / b'"):
        scale_of(found, feature="ratio", sql="a / b", name="target t")


def test_features_are_predictors_in_their_order():
    features = [Feature(name="spend", sql="a + b", doc="money spent"), Feature(name="age", sql="age")]
    assert predictors(features) == (
        Predictor("spend", "CAST((a + b) AS DOUBLE)", "money spent"),
        Predictor("age", "CAST((age) AS DOUBLE)", "age"),
    )
    assert [one.column for one in predictors(features)] == ["x_spend", "x_age"]
