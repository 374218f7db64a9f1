"""Amounts that show for some customers only, estimated for all."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import context_of

from bullseye.core.job import Inputs
from bullseye.learning.linear_model import LinearModel
from bullseye.settings import Settings
from bullseye.settings.vocabulary import Feature
from bullseye.suite import contracts
from bullseye.topics.wallet.amounts import Spread
from bullseye.topics.wallet.estimates import check_estimates, estimates, people_of, scales_of
from bullseye.topics.wallet.job import JOB
from bullseye.topics.wallet.settings import Estimate, Reveal, WalletSettings

DAY = date(2017, 12, 31)
RULE = Estimate(
    name="wealth",
    doc="wealth at other banks",
    where="customer_no > 0",
    balance_here="money",
    observed=(Reveal(name="reported", sql="reported"), Reveal(name="moves", sql="moved")),
    features=(Feature(name="age", sql="age"), Feature(name="wage", sql="wage", transform="log")),
    opportunity_where="balance_here < 100 AND balance_elsewhere > 1000",
    min_observed=20,
    min_pairs=5,
    regularisation=0.0,
)
COLUMNS = "customer_id string, customer_no bigint, money double, reported double, moved double, age double, wage double"
SHOWN, HIDDEN = 300, 5


def people(spark: SparkSession) -> DataFrame:
    """ln(1 + amount) = 3 + 0.5 * age deviation + 1 * ln(1 + wage) + noise of 0.2; a tenth tell it, moves are a quarter."""
    random = np.random.default_rng(5)
    rows = []
    for number in range(SHOWN + HIDDEN):
        age, wage = float(random.normal()), float(np.expm1(random.normal(3, 0.5)))
        amount = float(np.expm1(3 + 0.5 * age + np.log1p(wage) + 0.2 * random.normal()))
        reported = amount if number < SHOWN and number % 10 == 0 else None
        moved = amount / 4 if number < SHOWN else 0.0
        rows.append((f"c{number}", 1 + number, 50.0 if number % 2 else None, reported, moved, age, wage))
    return spark.createDataFrame([*rows, ("nobody", 0, 1.0, 9.0, 9.0, 1.0, 1.0)], COLUMNS)


def test_the_second_way_is_scaled_by_those_who_show_both(spark: SparkSession) -> None:
    assert scales_of(people(spark), RULE) == {"reported": 1.0, "moves": pytest.approx(4.0)}
    given = RULE.model_copy(update={"observed": (RULE.observed[0], Reveal(name="moves", sql="moved", scale=2))})
    assert scales_of(people(spark), given) == {"reported": 1.0, "moves": 2.0}


def test_the_first_way_that_shows_counts_and_too_few_pairs_leave_one_out(
    spark: SparkSession, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [
        ("a", 1, None, 8.0, 3.0, 1.0, 1.0),
        ("b", 2, 5.0, 0.0, 3.0, None, 1.0),
        ("c", 3, -5.0, None, -2.0, 1.0, 1.0),
    ]
    few = spark.createDataFrame(rows, COLUMNS)
    assert scales_of(few, RULE) == {"reported": 1.0}
    assert "1 customers show both reported and moves, fewer than min_pairs (5); moves is left out" in caplog.text
    found = people_of(few, RULE, {"reported": 1.0, "moves": 2.0}).select(
        "customer_id", "balance_here", "observed", "observed_by"
    )
    assert sorted(tuple(row) for row in found.collect()) == [
        ("a", 0.0, 8.0, "reported"),
        ("b", 5.0, 6.0, "moves"),
        ("c", 0.0, None, None),
    ]


def test_the_share_of_wallet_is_from_0_to_1_and_null_where_there_is_nothing(spark: SparkSession) -> None:
    money = {
        "owes": (-100.0, 150.0),
        "evens": (-100.0, 100.0),
        "half": (50.0, 50.0),
        "here": (7.0, None),
        "no": (-1.0, None),
    }
    rows = [(who, 1, here, elsewhere, None, 1.0, 1.0) for who, (here, elsewhere) in money.items()]
    few = people_of(
        spark.createDataFrame([*rows, ("none", 1, None, None, None, 1.0, 1.0)], COLUMNS), RULE, {"reported": 1.0}
    )
    # The model expects less than nothing of everybody.
    found = estimates(few, LinearModel(-1.0, (), ()), Spread(0.0, 0.0, 1.0), RULE)
    assert {
        row["customer_id"]: (row["balance_here"], row["balance_elsewhere"], row["share_of_wallet"])
        for row in found.collect()
    } == {
        "owes": (0.0, 150.0, 0.0),
        "evens": (0.0, 100.0, 0.0),
        "half": (50.0, 50.0, 0.5),
        "here": (7.0, 0.0, 1.0),
        "no": (0.0, 0.0, None),
        "none": (0.0, 0.0, None),
    }


def test_what_was_planted_is_found_with_its_error(spark: SparkSession, retail: Settings) -> None:
    asking = retail.replacing(WalletSettings(estimates=(RULE,)))
    customers = people(spark)
    made = JOB.run(Inputs({"gold.customer": lambda: customers}, JOB.name), context_of(spark, asking, as_of=DAY))
    for name, frame in made.items():
        contracts(asking)[name].conform(frame, maker="test")
    terms = {row["feature"]: row["coefficient"] / row["deviation"] for row in made["gold.estimate_term"].collect()}
    assert (terms["age"], terms["wage"]) == (pytest.approx(0.5, abs=0.04), pytest.approx(1.0, abs=0.08))
    quality = {(row["method"], row["sample"]): row for row in made["gold.estimate_quality"].collect()}
    assert set(quality) == {(m, s) for m in ("regression", "median") for s in ("all", "reported", "moves")}
    best, plain = quality["regression", "all"], quality["median", "all"]
    assert (best["customers"], best["shown"]) == (SHOWN, pytest.approx(SHOWN / (SHOWN + HIDDEN)))
    # half of the noise is within 0.67 deviations
    assert best["median_factor"] == pytest.approx(np.exp(0.6745 * 0.2), abs=0.03)
    assert best["median_factor"] < plain["median_factor"]
    assert best["median_error"] < plain["median_error"]
    assert best["rank_correlation"] > 0.9
    assert best["coverage"] == pytest.approx(0.8, abs=0.05)
    assert best["smearing"] == pytest.approx(np.exp(0.2**2 / 2), abs=0.02)
    rows = {row["customer_id"]: row for row in made["gold.estimate"].collect()}
    assert len(rows) == SHOWN + HIDDEN
    assert "nobody" not in rows
    hidden, shown = rows[f"c{SHOWN}"], rows["c1"]
    assert (hidden["observed"], hidden["balance_elsewhere"]) == (None, hidden["modelled"])
    assert hidden["low"] < hidden["modelled"] < hidden["high"]
    assert hidden["expected"] > hidden["modelled"]
    assert (shown["observed_by"], shown["balance_elsewhere"], shown["expected"]) == (
        "moves",
        shown["observed"],
        shown["observed"],
    )
    assert shown["share_of_wallet"] == pytest.approx(50 / (50 + shown["balance_elsewhere"]))
    assert {row["opportunity"] for row in rows.values() if row["balance_elsewhere"] <= 1000} == {False}
    assert all(row["opportunity"] for row in rows.values() if row["balance_elsewhere"] > 1000)


def test_too_few_who_show_it_make_empty_tables(spark: SparkSession, retail: Settings) -> None:
    asking = retail.replacing(WalletSettings(estimates=(RULE.model_copy(update={"min_observed": 301}),)))
    customers = people(spark)
    made = JOB.run(Inputs({"gold.customer": lambda: customers}, JOB.name), context_of(spark, asking, as_of=DAY))
    assert [frame.count() for frame in made.values()] == [0, 0, 0]


def test_mistakes_are_told_with_their_place(spark: SparkSession, retail: Settings) -> None:
    wrong = RULE.model_copy(
        update={"where": "true", "balance_here": "spend_al", "observed": (Reveal(name="a", sql="customer_no"),)}
    )
    asking = retail.replacing(
        WalletSettings(estimates=(wrong.model_copy(update={"features": (), "opportunity_where": "balance_here"}),))
    )
    problems = check_estimates(spark, asking, contracts(asking))
    assert [one.split(" (given")[0].split(": ", 1)[1] for one in problems] == [
        "there is no column 'spend_al' (did you mean 'spend_all'?)",
        "must be a condition that is true or false",
    ]
