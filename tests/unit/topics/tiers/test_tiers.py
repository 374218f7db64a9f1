"""Named tiers, the limit that data suggest, and who shifts."""

from __future__ import annotations

from datetime import date

import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession
from tests.conftest import context_of

from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.stats.cut import Cut
from bullseye.suite import contracts
from bullseye.topics.tiers.job import JOB
from bullseye.topics.tiers.settings import Tier, Tiers
from bullseye.topics.tiers.tables import TIER_CUT
from bullseye.topics.tiers.tiers import (
    amount_steps,
    amounts_of,
    check_tiers,
    curve_rows,
    customer_tiers,
    cut_rows,
    tier_shift,
    up_to,
)

DAY = date(2017, 12, 31)
RULE = Tiers(
    cut=100,
    amount="money",
    inactive_where="moves = 0",
    bins_per_decade=5,
    tiers=(
        Tier(name="invalid", where="money <= cut and moves = 0", doc="little and still"),
        Tier(name="rich", where="money >= 1000", doc="has a thousand or more"),
    ),
)
MONEY = "customer_id string, money decimal(18,2), moves int"


def test_the_first_condition_that_holds_gives_the_tier_and_null_holds_nowhere(spark: SparkSession) -> None:
    rows = "('a', 100.00, 0), ('b', 100.01, 0), ('c', 120.00, 0), ('d', 50.00, 1), ('e', 1000.00, 0), ('f', NULL, 0), ('g', 5.00, NULL)"
    customers = spark.sql(
        f"SELECT customer_id, CAST(money AS DECIMAL(18,2)) AS money, moves FROM VALUES {rows} AS t(customer_id, money, moves)"
    )
    found = customer_tiers(customers, RULE, suggested=110.0)
    expected = [
        ("a", "invalid", "invalid", 100.0, True),
        ("b", "other", "invalid", 100.01, True),
        ("c", "other", "other", 120.0, True),
        ("d", "other", "other", 50.0, False),
        ("e", "rich", "rich", 1000.0, True),
        ("f", "other", "other", None, True),
        ("g", "other", "other", 5.0, None),
    ]
    schema = "customer_id string, tier string, tier_suggested string, amount double, inactive boolean"
    assert_df_equality(found, spark.createDataFrame(expected, schema), ignore_row_order=True, ignore_nullable=True)
    shift = [
        ("invalid", "invalid", 1, 100.0),
        ("other", "invalid", 1, 100.01),
        ("other", "other", 4, 175.0),
        ("rich", "rich", 1, 1000.0),
    ]
    assert sorted(tuple(row) for row in tier_shift(found).collect()) == shift
    alone = customer_tiers(customers, RULE, suggested=None).where("tier <> tier_suggested")
    assert alone.count() == 0


def test_steps_of_the_amount(spark: SparkSession) -> None:
    rows = [
        ("a", 0.0, 0),
        ("b", -3.0, 1),
        ("c", 9.0, 0),
        ("d", 9.1, 1),
        ("e", None, 0),
        ("f", 7.0, None),
        ("g", 99.0, 1),
    ]
    found = amounts_of(
        amount_steps(spark.createDataFrame(rows, "customer_id string, money double, moves int"), RULE).collect()
    )
    assert found.top.round(3).tolist() == [0.0, 9.0, 14.849, 99.0]
    assert (found.inactive.tolist(), found.active.tolist()) == ([1, 1, 0, 0], [1, 0, 1, 1])
    assert found.centre.round(4).tolist() == [0.0, 2.3026, 2.3125, 4.6052]
    limits = {"given": Cut(100.0, None, None), "steepest": Cut(9.05, 8.0, 10.0), "youden": Cut(None, None, None)}
    expected = [
        (DAY, "given", False, 100.0, None, None, 5, 2, 5, 2),
        (DAY, "steepest", True, 9.05, 8.0, 10.0, 5, 2, 3, 2),
        (DAY, "youden", False, None, None, None, 5, 2, None, None),
    ]
    rows = cut_rows(found, limits, {"given": (5, 2), "steepest": (3, 2)}, RULE, DAY)
    assert rows == [dict(zip(TIER_CUT.names, row, strict=True)) for row in expected]
    first = curve_rows(found, DAY)[0]
    assert [first[name] for name in ("top", "customers", "inactive")] == [0.0, 2, 1]


def test_customers_up_to_a_limit_are_those_whom_it_makes_invalid(spark: SparkSession) -> None:
    """Steps of the amount end at 99 and 251: what a limit of 100 cuts is counted customer by customer."""
    rows = [("a", 99.0, 0), ("b", 99.01, 0), ("c", 100.0, 0), ("d", 100.01, 0), ("e", 100.0, 1), ("f", -3.0, 1)]
    rows += [("g", None, 0), ("h", 5.0, None)]
    customers = spark.createDataFrame(rows, "customer_id string, money double, moves int")
    tiers = customer_tiers(customers, RULE, suggested=None)
    limits = {"given": Cut(100.0, None, None), "steepest": Cut(99.0, 90.0, 99.5), "youden": Cut(None, None, None)}
    found = up_to(tiers, limits)
    assert found == {"given": (5, 3), "steepest": (2, 1)}
    assert found["given"][1] == tiers.where("tier = 'invalid'").count()
    assert up_to(tiers.limit(0), limits) == {"given": (0, 0), "steepest": (0, 0)}


def test_few_customers_get_tiers_and_no_suggestion_and_the_job_is_wanted_by_who_asks(
    spark: SparkSession, retail: Settings
) -> None:
    rows = [("a", 0.0, 0), ("b", 5000.0, 3)]
    inputs = Inputs(
        {"gold.customer": lambda: spark.createDataFrame(rows, "customer_id string, money double, moves int")}, JOB.name
    )
    asking = retail.replacing(RULE)
    found = JOB.run(inputs, context_of(spark, asking, as_of=DAY))
    for name, frame in found.items():
        contracts(asking)[name].conform(frame, maker="test")
    assert sorted(tuple(row) for row in found["gold.customer_tier"].collect()) == [
        (DAY, "a", "invalid", "invalid"),
        (DAY, "b", "rich", "rich"),
    ]
    assert {row["method"]: row["cut"] for row in found["ops.tier_cut"].collect()} == {
        "given": 100.0,
        "steepest": None,
        "youden": None,
        "least_error": None,
    }
    assert (JOB.is_enabled(asking), JOB.is_enabled(retail)) == (True, False)


def test_mistakes_are_told_with_their_place_and_names_are_unique(spark: SparkSession, retail: Settings) -> None:
    wrong = retail.replacing(RULE.model_copy(update={"amount": "spend_al", "inactive_where": "spend_all"}))
    # settings without a file have one place for both tiers
    problems = check_tiers(spark, wrong, contracts(wrong))
    assert [one.split(" (given")[0].split(": ", 1)[1] for one in problems] == [
        "must be a condition that is true or false",
        "there is no column 'spend_al' (did you mean 'spend_all'?)",
        "there is no column 'money'",
    ]
    with pytest.raises(ValueError, match="two tiers are named a"):
        Tiers(cut=1, amount="x", inactive_where="y", tiers=[Tier(name="a", where="x", doc="long enough")] * 2)
    with pytest.raises(ValueError, match="other is kept"):
        Tiers(cut=1, amount="x", inactive_where="y", tiers=[Tier(name="other", where="x", doc="long enough")])
