"""The rows that a model learns from, and the columns that it needs."""

from datetime import date

from bullseye.settings.models import Target
from bullseye.settings.vocabulary import Feature
from bullseye.topics.scoring.training_rows import columns_used, training_rows

MONTHLY = {"kind": "monthly", "event_where": "orders > 0", "outcome": "event", "horizon_days": 30}


def target(*features: Feature, **given) -> Target:
    plain = {
        "name": "t",
        "doc": "Some outcome.",
        "snapshots": MONTHLY,
        "where": "true",
        "baseline": features[0].name,
    }
    return Target(**plain | given, features=features)


def test_the_columns_of_population_and_features_are_used():
    found = columns_used(
        target(Feature(name="x", sql="greatest(tenure_days, 1)"), where="orders_all > 0 AND region = 'spend_all'")
    )
    assert {"tenure_days", "orders_all", "region"} <= found
    assert "spend_all" not in found


def test_rows_outside_the_population_are_left_out_and_a_customer_stays_on_one_side_of_the_random_split(spark):
    labelled = spark.createDataFrame(
        [(date(2017, m, 28), f"c{n}", "", "train", 1.0, n) for n in range(60) for m in (1, 2)],
        "as_of DATE, customer_id STRING, _unit STRING, _sample STRING, _label DOUBLE, recency_days INT",
    )
    rows = training_rows(
        labelled, target(Feature(name="recency", sql="recency_days"), where="recency_days >= 10")
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
