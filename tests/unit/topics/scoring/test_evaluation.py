"""Which rows each model is judged on."""

from datetime import date

import pytest

from bullseye.learning.linear_model import LinearModel
from bullseye.learning.scale import Scale
from bullseye.learning.terms import Term
from bullseye.topics.scoring.evaluation import BASE_RATE, LOGISTIC, OUT_OF_TIME, RANDOM, SINGLE, TRAIN, Models, judge
from bullseye.topics.scoring.training import TrainedModel


def model(coefficient: float) -> TrainedModel:
    return TrainedModel(LinearModel(0.0, (Term("a", "a", "a", Scale(0.0, 1.0)),), (coefficient,)), rows=4, positives=1)


def test_each_model_sees_the_rows_of_its_samples_and_a_row_between_only_the_random_split(spark):
    rows = spark.createDataFrame(
        [
            (date(2017, 1, 31), "train", "train", 1.0, 0.0),
            (date(2017, 1, 31), "train", "test", 0.0, 0.0),
            (date(2017, 2, 28), "between", "test", 1.0, 1.0),
            (date(2017, 2, 28), "between", "train", 1.0, 1.0),
            (date(2017, 3, 31), "test", "train", 1.0, None),
            (date(2017, 4, 30), "test", "train", 0.0, -2.0),
        ],
        "as_of DATE, _sample STRING, _random STRING, _label DOUBLE, x_a DOUBLE",
    )
    judged = judge(rows, Models(logistic=model(1.0), single=model(2.0), random=model(3.0)))
    counts = {key: (int(found.rows.sum()), int(found.positives.sum())) for key, found in judged.items()}
    assert counts == {
        (LOGISTIC, TRAIN): (2, 1),
        (LOGISTIC, OUT_OF_TIME): (2, 1),
        (LOGISTIC, "out of time 2017-03-31"): (1, 1),
        (LOGISTIC, "out of time 2017-04-30"): (1, 0),
        (LOGISTIC, RANDOM): (2, 1),
        (SINGLE, TRAIN): (2, 1),
        (SINGLE, OUT_OF_TIME): (2, 1),
        (BASE_RATE, TRAIN): (2, 1),
        (BASE_RATE, OUT_OF_TIME): (2, 1),
    }
    assert judged[BASE_RATE, OUT_OF_TIME].probability.tolist() == [0.25]
    # Unknown counts as the mean, here 0, so that the probability is that of the intercept.
    assert judged[LOGISTIC, OUT_OF_TIME].probability.tolist() == [pytest.approx(0.119203), pytest.approx(0.5)]
    assert judged[LOGISTIC, RANDOM].probability.tolist() == [pytest.approx(0.5), pytest.approx(0.952574)]
