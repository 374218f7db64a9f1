"""What to do about customers who may leave."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError
from pyspark.sql import SparkSession

from bullseye.report.wording import Wording
from bullseye.topics.retain_customers.plans import at_risk, plan_rows, usual_days
from bullseye.topics.retain_customers.report import explanation
from bullseye.topics.retain_customers.settings import Maintenance

AS_OF = date(2024, 6, 30)
PLAN = Maintenance(
    name="keep",
    doc="Keep them",
    leavers="payroll",
    min_probability=0.1,
    value="assets * 0.1",
    effect=0.5,
    channels=[
        {"name": "app", "where": "favourite = 'app'", "cost": 0.5},
        {"name": "branch", "where": "favourite = 'counter'", "cost": 20},
    ],
    offers=[
        {"sql": "CASE WHEN interest <> 'fund' THEN interest END", "doc": "looked at, and not held"},
        {"sql": "if(assets > 100, 'bond', NULL)", "doc": "safe"},
    ],
    weekday="weekday",
    occasions=[{"name": "maturity", "sql": "date_add(as_of, days)"}, {"name": "birthday", "sql": "birthday"}],
)


@pytest.fixture
def customers(spark: SparkSession):
    rows = [
        ("rich", AS_OF, 1000.0, "counter", "fund", "Mon", 30, date(2024, 7, 4)),
        ("keen", AS_OF, 100.0, "app", "trust", None, None, None),
        ("poor", AS_OF, 10.0, "app", "trust", None, 30, AS_OF),
        ("lost", AS_OF, None, None, None, None, None, None),
        ("safe", AS_OF, 1e6, "app", None, None, None, None),
    ]
    schema = "customer_id STRING, as_of DATE, assets DOUBLE, favourite STRING, interest STRING, weekday STRING, days INT, birthday DATE"
    return spark.createDataFrame(rows, schema)


def test_the_plan_says_what_how_when_and_whether_it_is_worth_it(spark: SparkSession, customers) -> None:
    risky = spark.createDataFrame(
        [("rich", 0.5, "fee"), ("keen", 0.2, None), ("poor", 0.2, None), ("lost", 0.9, None), ("gone", 0.9, None)],
        "customer_id STRING, probability DOUBLE, reason STRING",
    )
    items = spark.createDataFrame(
        [("poor", 1, "loan", "payroll"), ("poor", 2, "trust", "payroll")],
        "customer_id STRING, position INT, item STRING, reason STRING",
    )
    usual = spark.createDataFrame([("rich", 8)], "customer_id STRING, month_day INT")
    found = plan_rows(risky, customers, items, usual, PLAN, as_of=AS_OF)
    names = ("customer_id", "value_at_risk", "loss_avoided", "offer", "offer_from", "offer_reason", "channel", "cost")
    names += ("weekday", "hour", "month_day", "occasion", "occasion_day", "is_worthwhile")
    rows = [tuple(row[name] for name in names) for row in found.orderBy("customer_id").collect()]
    nothing = (None, None, None, None, None)
    money = {text: Decimal(text) for text in ("0.00", "1.00", "0.10", "0.50", "10.00", "100.00", "25.00", "20.00")}
    assert rows == [
        (
            "keen",
            money["10.00"],
            money["1.00"],
            "trust",
            "plan",
            "looked at, and not held",
            "app",
            money["0.50"],
            *nothing,
            True,
        ),
        ("lost", money["0.00"], money["0.00"], None, None, None, None, None, *nothing, False),
        (
            "poor",
            money["1.00"],
            money["0.10"],
            "loan",
            "recommendation",
            "payroll",
            "app",
            money["0.50"],
            None,
            None,
            None,
            "maturity",
            date(2024, 7, 30),
            False,
        ),
        (
            "rich",
            money["100.00"],
            money["25.00"],
            "bond",
            "plan",
            "safe",
            "branch",
            money["20.00"],
            "Mon",
            None,
            8,
            "birthday",
            date(2024, 7, 4),
            True,
        ),
    ]
    assert {row["customer_id"]: (row["reason"], row["effect"]) for row in found.collect()} == {
        "keen": (None, 0.5),
        "lost": (None, 0.5),
        "poor": (None, 0.5),
        "rich": ("fee", 0.5),
    }
    assert {row["customer_id"]: explanation(row.asDict(), Wording()) for row in found.collect()} == {
        "keen": "20.0% to leave; of $10.00 at risk a contact that keeps 50% saves $1.00 and costs $0.50 by app."
        " Offer trust: looked at, and not held",
        "lost": "90.0% to leave; of $0.00 at risk a contact that keeps 50% saves $0.00, and no channel suits",
        "poor": "20.0% to leave; of $1.00 at risk a contact that keeps 50% saves $0.10 and costs $0.50 by app."
        " Offer loan: who has payroll often has it too. When: maturity on July 30, 2024",
        "rich": "50.0% to leave, most of all because of fee; of $100.00 at risk a contact that keeps 50% saves $25.00 and"
        " costs $20.00 by branch. Offer bond: safe. When: usually active on Mon, money usually comes on day 8 of"
        " the month, birthday on July 4, 2024",
    }


def test_an_explanation_is_in_the_locale_of_the_deployment_and_leaves_out_what_is_not_known() -> None:
    row = {
        **dict.fromkeys(("reason", "effect", "offer", "channel", "weekday", "hour", "month_day", "occasion")),
        "probability": 0.255,
        "value_at_risk": Decimal("1234.40"),
        "loss_avoided": Decimal("10.00"),
    }
    assert explanation(row, Wording("de", "EUR")) == (
        "25,5\xa0% to leave; of 1.234\xa0€ at risk a contact saves 10,00\xa0€, and no channel suits"
    )
    offered = {**row, "offer": "bond", "offer_from": "plan", "offer_reason": None, "hour": "18"}
    assert explanation(offered, Wording("de", "EUR")).endswith("Offer bond. When: usually active at 18")


def test_those_at_or_above_the_cut_come_from_spells_or_from_scores(spark: SparkSession) -> None:
    spells = spark.createDataFrame(
        [
            ("payroll", "a", 0.1, "fee"),
            ("payroll", "b", 0.09, None),
            ("payroll", "c", None, None),
            ("other", "d", 0.9, None),
            ("payroll", "e", 0.2, "fee"),
            ("payroll", "e", None, None),
        ],
        "question STRING, customer_id STRING, probability DOUBLE, reason STRING",
    )
    assert sorted(tuple(row) for row in at_risk(spells, None, PLAN).collect()) == [("a", 0.1, "fee"), ("e", 0.2, "fee")]
    scored = PLAN.model_copy(update={"leavers": None, "target": "lapse"})
    scores = spark.createDataFrame(
        [("lapse", "a", 0.5, "age", "raises"), ("lapse", "b", 0.6, "age", "lowers"), ("x", "c", 0.9, "age", "raises")],
        "target STRING, customer_id STRING, probability DOUBLE, reason_1 STRING, reason_1_direction STRING",
    )
    assert sorted(tuple(row) for row in at_risk(None, scores, scored).collect()) == [
        ("a", 0.5, "age"),
        ("b", 0.6, None),
    ]


def test_the_usual_day_is_the_most_frequent_of_the_last_year_and_the_first_of_several(spark: SparkSession) -> None:
    days = [
        ("a", date(2024, 5, 8)),
        ("a", date(2024, 6, 8)),
        ("a", date(2024, 4, 1)),
        ("b", date(2024, 5, 9)),
        ("b", date(2024, 6, 3)),
    ]
    days += [("c", date(2023, 7, 2)), ("c", date(2023, 7, 1)), ("d", date(2023, 7, 1))]
    found = usual_days(spark.createDataFrame(days, "customer_id STRING, day DATE"), as_of=AS_OF)
    assert sorted(tuple(row) for row in found.collect()) == [("a", 8), ("b", 3), ("c", 2)]


def test_a_plan_needs_one_probability() -> None:
    with pytest.raises(ValidationError, match="say either leavers or target"):
        Maintenance.model_validate({**PLAN.model_dump(), "target": "lapse"})
