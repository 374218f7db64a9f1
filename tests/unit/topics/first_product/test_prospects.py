"""What prospects are likely to take up first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pyspark.sql import SparkSession
from tests.conftest import context_of

from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.settings.vocabulary import Feature
from bullseye.suite import contracts
from bullseye.topics.first_product.job import JOB
from bullseye.topics.first_product.prospects import check_prospects, first_lines, openings
from bullseye.topics.first_product.settings import Prospects

DAY = date(2017, 12, 31)
RULE = Prospects(
    doc="Hold nothing yet",
    level="category_2",
    exclude=("account",),
    where="customer_no > 0",
    features=(Feature(name="age", sql="age"),),
    test_days=31,
    top=2,
    min_openings=5,
)
HELD = "customer_id string, category_2 string, opened_day date"
SNAPSHOT = "customer_id string, as_of date, age double"


def test_the_first_line_is_the_earliest_by_then_that_counts(spark: SparkSession) -> None:
    rows = [
        ("a", "loan", date(2017, 5, 2)),
        ("a", "fund", date(2017, 5, 2)),  # on the same day: the first in the alphabet
        ("a", "account", date(2010, 1, 1)),  # does not count
        ("b", "loan", DAY),
        ("b", "fund", DAY + timedelta(days=1)),  # later
        ("c", None, date(2017, 1, 1)),  # a product that is not known
        ("d", "fund", DAY + timedelta(days=1)),
    ]
    found = first_lines(spark.createDataFrame(rows, HELD), RULE, as_of=DAY)
    assert sorted(tuple(row) for row in found.collect()) == [("a", "fund", date(2017, 5, 2)), ("b", "loan", DAY)]


def test_what_was_known_at_the_last_snapshot_before_the_opening_teaches(spark: SparkSession) -> None:
    firsts = spark.createDataFrame(
        [("a", "fund", date(2017, 5, 31)), ("b", "loan", date(2017, 5, 31)), ("c", "loan", date(2017, 2, 1))],
        "customer_id string, line string, opened_day date",
    )
    snapshots = [("a", date(2017, 3, 31), 1.0), ("a", date(2017, 4, 30), 2.0), ("a", date(2017, 5, 31), 3.0)]
    snapshots += [("b", date(2017, 5, 31), 4.0), ("c", date(2017, 1, 31), 5.0)]
    rule = RULE.model_copy(update={"first": date(2017, 2, 2)})
    found = openings(firsts, spark.createDataFrame(snapshots, SNAPSHOT), rule)
    assert [tuple(row) for row in found.collect()] == [("a", "fund", date(2017, 5, 31), date(2017, 4, 30), 2.0)]


def test_the_planted_trait_tells_the_line_and_beats_the_most_popular(spark: SparkSession, retail: Settings) -> None:
    """The old take loans, the young funds; funds are more popular. Every seventh of the old takes a fund."""
    holding, snapshots = [], []
    for number in range(120):
        is_old = number % 3 == 0
        opened = date(2017, 12, 15) if number % 4 == 0 else date(2017, 8, 15)
        line = "loan" if is_old and number % 7 else "fund"
        holding.append((f"c{number}", line, opened))
        snapshots.append((f"c{number}", date(2017, 7, 31), 70.0 + number % 5 if is_old else 25.0 + number % 5))
    holding.append(("x", "rare", date(2017, 8, 15)))  # too few to be learnt
    snapshots.append(("x", date(2017, 7, 31), 40.0))
    people = [("young", 1, 24.0), ("old", 2, 71.0), ("no_age", 3, None), ("c1", 4, 70.0), ("left_out", 0, 70.0)]
    tables = {
        "silver.holding": spark.createDataFrame(holding, "party_id string, product_id string, opened_day date"),
        "silver.product": spark.createDataFrame(
            [(n, n) for n in ("fund", "loan", "rare")], "product_id string, category_2 string"
        ),
        "features.identity_map": spark.createDataFrame([], "party_id string, customer_id string"),
        "features.training_snapshot": spark.createDataFrame(snapshots, SNAPSHOT),
        "gold.customer": spark.createDataFrame(people, "customer_id string, customer_no bigint, age double"),
    }
    asking = retail.replacing(RULE)
    inputs = Inputs({name: (lambda frame=frame: frame) for name, frame in tables.items()}, JOB.name)
    made = JOB.run(inputs, context_of(spark, asking, as_of=DAY))
    for name, frame in made.items():
        contracts(asking)[name].conform(frame, maker="test")
    best = {(row["customer_id"], row["position"]): row for row in made["gold.prospect"].collect()}
    assert sorted(best) == [(name, place) for name in ("no_age", "old", "young") for place in (1, 2)]
    assert (best["young", 1]["line"], best["old", 1]["line"], best["no_age", 1]["line"]) == ("fund", "loan", "fund")
    assert best["old", 1]["probability"] == pytest.approx(0.85, abs=0.08)
    assert best["old", 1]["probability"] + best["old", 2]["probability"] == pytest.approx(1)
    quality = {row["method"]: row for row in made["gold.prospect_quality"].collect()}
    loans = sum(1 for one in holding if one[1] == "loan" and one[2] == date(2017, 12, 15))
    tested = sum(1 for one in holding if one[2] == date(2017, 12, 15))
    old_tested = sum(1 for number in range(0, 120, 12))
    popular, model = quality["most popular"], quality["regression"]
    assert (popular["learnt"], popular["customers"], popular["hits"], popular["hits_top"]) == (
        90,
        tested,
        tested - loans,
        tested,
    )
    assert (model["hits"], model["hits_top"]) == (tested - (old_tested - loans), tested)
    assert model["log_loss"] < popular["log_loss"]
    terms = {(row["line"], row["feature"]): row["coefficient"] for row in made["gold.prospect_term"].collect()}
    assert terms["loan", "age"] > 0 > terms["fund", "age"]


def test_mistakes_are_told_with_their_place(spark: SparkSession, retail: Settings) -> None:
    rule = RULE.model_copy(update={"where": "customer_n > 0", "features": (Feature(name="age", sql="customer_no"),)})
    wrong = retail.replacing(rule)
    problems = check_prospects(spark, wrong, contracts(wrong))
    assert [one.split(" (given")[0].split(": ", 1)[1] for one in problems] == [
        "there is no column 'customer_n' (did you mean 'customer_no'?)",
        "there is no column 'customer_no' (did you mean 'customer_id'?)",
    ]
