"""What sets named groups of customers apart from the rest."""

from __future__ import annotations

from datetime import date

import pytest
from pyspark.sql import SparkSession
from tests.conftest import context_of

from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.settings.models import Models
from bullseye.settings.vocabulary import Described
from bullseye.suite import contracts
from bullseye.topics.portraits.job import JOB
from bullseye.topics.portraits.portraits import check_portraits, compared_customers, measure_groups, portrait_rows
from bullseye.topics.portraits.settings import Group, Portraits
from bullseye.topics.portraits.tables import PORTRAIT

DAY = date(2017, 12, 31)
TARGET = "lapse_90d"
RULE = Portraits(
    groups=(
        Group(name="idle", where="rest > 30", compared_where="rest IS NOT NULL", doc="rests for long"),
        Group(name="nobody", where="rest > 900", doc="rests for ever"),
    ),
    features=(
        Described(name="age", doc="age in years"),
        Described(name="money", sql="spend * 2"),
        Described(name="same"),
    ),
)
COLUMNS = "customer_id string, rest int, age int, spend double, same int"
ROWS = [
    ("a", 40, 60, 1.0, 7),
    ("b", 50, None, 3.0, 7),
    ("c", 60, 50, 5.0, 7),
    ("d", 10, 30, 1.0, 7),
    ("e", 20, 32, 3.0, 7),
    ("f", None, 99, 99.0, 7),  # compared by the second group only
]


def test_a_group_is_compared_with_the_others_of_among(spark: SparkSession) -> None:
    compared = compared_customers(spark.createDataFrame(ROWS, COLUMNS), RULE)
    found = portrait_rows(measure_groups(compared, RULE).collect(), RULE, {"same": "all alike"})
    # ages 60, 50 (variance 50) against 30, 32 (variance 2): 24 / sqrt(26); money 2, 6, 10 (16) against 2, 6 (8): 2 / sqrt(12)
    age = ("age in years", 55.0, 31.0, 50.0, 30.0, pytest.approx(1 / 3), 0.0, pytest.approx(4.70679), 1)
    expected = [
        ("idle", 3, 2, "age", *age),
        ("idle", 3, 2, "money", "money", 6.0, 4.0, 6.0, 2.0, 0.0, 0.0, pytest.approx(0.57735), 2),
        ("idle", 3, 2, "same", "all alike", 7.0, 7.0, 7.0, 7.0, 0.0, 0.0, None, 3),
    ]
    columns = PORTRAIT.names[1:]
    assert found[:3] == [dict(zip(columns, row, strict=True)) for row in expected]
    empty = [found[3][name] for name in columns[:7]]
    assert empty == ["nobody", 0, 6, "age", "age in years", None, pytest.approx(54.2)]
    assert [row["rank"] for row in found[3:]] == [1, 2, 3]


def test_groups_may_be_named_by_tier_segment_and_score(spark: SparkSession, retail: Settings) -> None:
    when = f"tier = 'valid' AND rfm_segment = 'lost' AND {TARGET}_percentile >= 90 AND {TARGET}_probability > 0.5"
    rule = RULE.model_copy(update={"groups": (Group(name="leaving", where=when, doc="long enough words"),)})
    models = retail[Models].model_copy(
        update={"targets": (retail[Models].targets[0].model_copy(update={"name": TARGET}),)}
    )
    asking = retail.replacing(rule, models)
    score = [("lapse_90d", name, p, 95) for name, p in (("a", 0.9), ("b", 0.9), ("c", 0.4), ("d", 0.9))]
    tables = {
        "gold.customer": spark.createDataFrame(ROWS, COLUMNS),
        "gold.customer_tier": spark.createDataFrame([(n, "valid") for n in "abc"], "customer_id string, tier string"),
        "gold.segment_assignment": spark.createDataFrame(
            [("rfm", n, "lost") for n in "abcd"] + [("clusters", "b", "cluster 1")],
            "scheme string, customer_id string, segment string",
        ),
        "gold.score": spark.createDataFrame(
            [*score, ("other", "e", 0.9, 99)], "target string, customer_id string, probability double, percentile int"
        ),
    }
    inputs = Inputs({name: (lambda frame=frame: frame) for name, frame in tables.items()}, JOB.name)
    found = JOB.run(inputs, context_of(spark, asking, as_of=DAY))
    for name, frame in found.items():
        contracts(asking)[name].conform(frame, maker="test")
    ages = next(row for row in found["gold.portrait"].collect() if row["feature"] == "age")
    assert (ages["as_of"], ages["customers"], ages["others"], ages["mean"]) == (DAY, 2, 4, 60.0)
    members = sorted(tuple(row) for row in found["gold.customer_portrait"].collect())
    assert members == [(DAY, "a", "leaving"), (DAY, "b", "leaving")]


def test_who_is_in_a_portrait_is_told_by_name_and_may_be_in_several(spark: SparkSession, retail: Settings) -> None:
    groups = (
        Group(name="idle", where="rest > 30", compared_where="age IS NOT NULL", doc="rests for long"),
        Group(name="young", where="age < 55", doc="is not old yet"),
        Group(name="nobody", where="rest > 900", doc="rests for ever"),
    )
    asking = retail.replacing(RULE.model_copy(update={"groups": groups}))
    customers = spark.createDataFrame(ROWS, COLUMNS)
    unread = dict.fromkeys(("gold.segment_assignment", "gold.score"), lambda: customers)
    inputs = Inputs({"gold.customer": lambda: customers, **unread}, JOB.name)
    found = JOB.run(inputs, context_of(spark, asking, as_of=DAY))
    members = sorted(tuple(row)[1:] for row in found["gold.customer_portrait"].collect())
    # b is idle and not among those compared; it is not known whether f is idle, nor whether b is young
    assert members == [("a", "idle"), ("c", "idle"), ("c", "young"), ("d", "young"), ("e", "young")]
    sizes = {row["portrait"]: row["customers"] for row in found["gold.portrait"].collect()}
    assert sizes == {"idle": 2, "young": 3, "nobody": 0}


def test_mistakes_are_told_with_their_place(spark: SparkSession, retail: Settings) -> None:
    target = retail[Models].targets[0].name
    rule = Portraits(
        groups=(Group(name="one", where=f"{target}_percentil > 1", compared_where="tier", doc="long enough words"),),
        features=(Described(name="spend_al"),),
    )
    wrong = retail.replacing(rule)
    problems = check_portraits(spark, wrong, contracts(wrong))
    assert [one.split(" (given")[0].split(": ", 1)[1] for one in problems] == [
        f"there is no column '{target}_percentil' (did you mean '{target}_percentile'?)",
        "must be a condition that is true or false",
        "there is no column 'spend_al' (did you mean 'spend_all'?)",
    ]
    with pytest.raises(ValueError, match="two groups are named one"):
        Portraits(groups=rule.groups * 2, features=rule.features)
