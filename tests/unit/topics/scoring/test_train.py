"""A target from labelled rows to model, measures and curves."""

import logging
from datetime import date

import numpy as np
import pytest
from tests.conftest import context_of

from bullseye.errors import BullseyeError
from bullseye.learning.linear_model import model_rows
from bullseye.settings.models import Models, Target
from bullseye.stats.binary import quality
from bullseye.stats.histogram import Histogram
from bullseye.topics.scoring.evaluation import BASE_RATE, LOGISTIC, OUT_OF_TIME, RANDOM, SINGLE, TRAIN
from bullseye.topics.scoring.train import curve_rows, metric_rows, train, train_models

MONTHLY = {"kind": "monthly", "event_where": "orders > 0", "outcome": "event", "horizon_days": 30}
TARGET = Target(
    name="t",
    doc="Some outcome.",
    where="true",
    snapshots=MONTHLY,
    features=[{"name": "visits", "sql": "visits"}, {"name": "noise", "sql": "noise"}],
    baseline="noise",
    min_positives=5,
)
SCHEMA = "as_of DATE, customer_id STRING, _unit STRING, _sample STRING, _label DOUBLE, visits DOUBLE, noise DOUBLE"


@pytest.fixture(scope="module")
def planted(spark):
    """Log-odds of 2 per visit more than three, at three snapshots of 200 customers; the last tests."""
    generator = np.random.default_rng(3)
    visits, noise = generator.normal(3, 1, 600), generator.normal(0, 1, 600)
    labels = generator.random(600) < 1 / (1 + np.exp(-2 * (visits - 3)))
    days = [(date(2017, 1, 31), "train"), (date(2017, 2, 28), "between"), (date(2017, 3, 31), "test")]
    rows = [
        (*days[n % 3][:1], f"c{n // 3}", "", days[n % 3][1], float(labels[n]), float(visits[n]), float(noise[n]))
        for n in range(600)
    ]
    return spark.createDataFrame(rows, SCHEMA)


@pytest.fixture(scope="module")
def trained(planted):
    return train(planted, TARGET, name="target t")


def test_the_planted_driver_is_found(trained):
    visits, _ = trained.model.linear.terms
    of_visits, of_noise = trained.model.linear.coefficients
    assert of_visits / visits.scale.deviation == pytest.approx(2, abs=0.5)
    assert abs(of_noise) < 0.4
    assert trained.model.rows == 200


def test_every_model_is_judged_in_and_out_of_time_and_the_kept_one_on_a_random_split_too(trained):
    measured = {key: quality(histogram) for key, histogram in trained.judged.items()}
    assert set(measured) == {
        *((model, sample) for model in (LOGISTIC, SINGLE, BASE_RATE) for sample in (TRAIN, OUT_OF_TIME)),
        (LOGISTIC, "out of time 2017-03-31"),
        (LOGISTIC, RANDOM),
    }
    assert measured[LOGISTIC, OUT_OF_TIME].rows == measured[LOGISTIC, TRAIN].rows == 200
    assert measured[LOGISTIC, OUT_OF_TIME].auc > 0.8 > measured[SINGLE, OUT_OF_TIME].auc
    assert measured[BASE_RATE, OUT_OF_TIME].auc == 0.5
    assert measured[BASE_RATE, OUT_OF_TIME].top_decile_lift == pytest.approx(1)
    assert measured[LOGISTIC, OUT_OF_TIME].log_loss < measured[BASE_RATE, OUT_OF_TIME].log_loss
    assert 0 < measured[LOGISTIC, RANDOM].rows < 600


def test_rows_fit_their_contracts(spark, retail, trained):
    context = context_of(spark, retail, as_of=date(2017, 12, 31))
    of_target = {"as_of": context.as_of, "target": "t"}
    of_model = {**of_target, "model_version": "v1"}
    made = {
        "ops.model": [{**of_model, **row} for row in model_rows(trained.model.linear)],
        "ops.model_metric": [{**of_model, **row} for row in metric_rows(trained.judged)],
        "ops.model_curve": [{**of_target, **row} for row in curve_rows(trained.judged[LOGISTIC, OUT_OF_TIME])],
    }
    for table, rows in made.items():
        assert context.frame(table, rows).count() == len(rows)
    assert tuple(made["ops.model"][0].values())[3:] == (
        0,
        "(intercept)",
        "1",
        "every customer alike",
        trained.model.linear.intercept,
        0.0,
        1.0,
    )
    assert {row["curve"] for row in made["ops.model_curve"]} == {"roc", "gains", "calibration"}


def test_a_curve_that_one_class_leaves_undefined_is_left_out():
    one_class = Histogram(np.array([0.0, 0.0]), np.array([1.0, 3.0]), np.array([0.2, 0.4]), 0.1, 0.2)
    assert {row["curve"] for row in curve_rows(one_class)} == {"calibration"}


def test_a_feature_that_separates_the_outcomes_is_left_out(spark, caplog):
    days = {"train": date(2017, 1, 31), "test": date(2017, 3, 31)}
    rows = [(days[s], f"c{n}", "", s, float(n >= 15), float(n), float(n % 7)) for n in range(30) for s in days]
    with caplog.at_level(logging.WARNING):
        model = train(spark.createDataFrame(rows, SCHEMA), TARGET, name="target t").model
    assert "left out: visits separates the outcomes perfectly" in caplog.text
    assert model.linear.coefficients[0] == 0 != model.linear.coefficients[1]


def test_features_that_separate_the_outcomes_only_together_are_a_warning(spark, caplog):
    days = {"train": date(2017, 1, 31), "test": date(2017, 3, 31)}
    pairs = [(float(n % 6), float(n // 6)) for n in range(36)]
    rows = [(days[s], f"c{n}", "", s, float(2 * x + y > 7), x, y) for n, (x, y) in enumerate(pairs) for s in days]
    with caplog.at_level(logging.WARNING):
        train(spark.createDataFrame(rows, SCHEMA), TARGET, name="target t")
    assert "together separate the outcomes of all training rows perfectly, most of all visits" in caplog.text


def test_a_target_without_test_rows_is_an_error(planted):
    with pytest.raises(BullseyeError, match="target t: there are no test rows"):
        train(planted.where("_sample <> 'test'"), TARGET, name="target t")


def test_a_target_without_snapshots_to_train_on_is_an_error_that_names_its_place(spark, retail):
    context = context_of(spark, retail, as_of=date(2017, 5, 31))
    days = spark.createDataFrame([(date(2017, 1, 1),)], "day DATE")
    nothing = spark.createDataFrame([], "as_of DATE, customer_id STRING")
    inputs = {"features.party_day": days, "features.training_snapshot": nothing, "features.identity_map": nothing}
    with pytest.raises(
        BullseyeError, match=r"target lapse_30d \(.*models.yaml:\d+ targets.0\): no snapshot is left to train on"
    ):
        train_models(inputs, context)


def test_a_deployment_without_targets_makes_empty_tables(spark, retail):
    context = context_of(spark, retail.replacing(Models()), as_of=date(2017, 12, 31))
    made = train_models({}, context)
    assert {table: rows.count() for table, rows in made.items()} == {
        "ops.model": 0,
        "ops.model_metric": 0,
        "ops.model_curve": 0,
    }
