"""Features as SQL, and the rows that a model learns from."""

from datetime import date

import pytest

from bullseye.scoring.features import columns_used, expression, feature_columns, meaning, training_rows
from bullseye.settings.models import Feature, Target

MONTHLY = {"kind": "monthly", "event": "orders > 0", "outcome": "event", "horizon_days": 30}


def target(*features: Feature, **given) -> Target:
    plain = {
        "name": "t",
        "doc": "Some outcome.",
        "snapshots": MONTHLY,
        "population": "true",
        "baseline": features[0].name,
    }
    return Target(**plain | given, features=features)


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


def test_the_columns_of_population_and_features_are_used():
    found = columns_used(
        target(Feature(name="x", sql="greatest(tenure_days, 1)"), population="orders_all > 0 AND region = 'spend_all'")
    )
    assert {"tenure_days", "orders_all", "region"} <= found
    assert "spend_all" not in found


def test_rows_outside_the_population_are_left_out_and_a_customer_stays_on_one_side_of_the_random_split(spark):
    labelled = spark.createDataFrame(
        [(date(2017, m, 28), f"c{n}", "", "train", 1.0, n) for n in range(60) for m in (1, 2)],
        "as_of DATE, customer_id STRING, _unit STRING, _sample STRING, _label DOUBLE, recency_days INT",
    )
    rows = training_rows(
        labelled, target(Feature(name="recency", sql="recency_days"), population="recency_days >= 10")
    ).collect()
    sides = {
        row["customer_id"]: {other["_random"] for other in rows if other["customer_id"] == row["customer_id"]}
        for row in rows
    }
    assert len(rows) == 100
    assert {row["x_recency"] for row in rows} == {float(n) for n in range(10, 60)}
    assert all(len(side) == 1 for side in sides.values())
    assert 5 <= sum(side == {"test"} for side in sides.values()) <= 25


def test_another_seed_splits_otherwise(spark):
    labelled = spark.createDataFrame(
        [(date(2017, 1, 31), f"c{n}", "", "train", 1.0) for n in range(40)],
        "as_of DATE, customer_id STRING, _unit STRING, _sample STRING, _label DOUBLE",
    )

    def tests(seed: int) -> set[str]:
        rows = training_rows(labelled, target(Feature(name="one", sql="1"), seed=seed)).collect()
        return {row["customer_id"] for row in rows if row["_random"] == "test"}

    assert tests(1) == tests(1)
    assert tests(1) != tests(2)
