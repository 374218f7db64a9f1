"""What the report is told of the answers: sums over customers, whatever their number."""

from __future__ import annotations

from decimal import Decimal

from pyspark.sql import SparkSession
from tests.conftest import rows_of
from tests.unit.publish.test_release import FakeStanding

from bullseye.core.job import Inputs
from bullseye.publish.figures.answers import answer_queries
from bullseye.publish.figures.collect import Rows
from bullseye.tables.insights_behaviour import MAINTENANCE_PLAN


class Planned(FakeStanding):
    """A plan, and nothing else that is asked."""

    def rows(self, table: str) -> int | None:
        return 1 if table == "gold.maintenance_plan" else None


def planned(spark: SparkSession, *rows: dict[str, object]) -> dict[str, Rows]:
    """The figures of plans."""
    table = rows_of(spark, MAINTENANCE_PLAN, *({"plan": "keep", "loss_avoided": Decimal(1), **row} for row in rows))
    queries = answer_queries(Inputs({"gold.maintenance_plan": lambda: table}, "publish_release"), Planned())
    return {name: query() for name, query in queries.items()}


def test_plans_are_summed_by_worth_offer_and_channel_the_most_customers_first(spark: SparkSession) -> None:
    fund = {"offer": "fund", "channel": "app", "value_at_risk": Decimal(9), "cost": Decimal("0.50"), "worth": True}
    found = planned(
        spark,
        {**fund, "customer_id": "a", "channel": "phone"},
        {**fund, "customer_id": "b"},
        {**fund, "customer_id": "c"},
        {"customer_id": "d", "worth": False},
        {"customer_id": "e", "plan": "hold", "worth": False},
    )["plans"]
    names = ("plan", "worth", "offer", "channel", "customers", "value_at_risk", "loss_avoided", "cost")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("hold", False, "none", "none", 1, 0, 1, None),
        ("keep", True, "fund", "app", 2, 18, 2, 1),
        ("keep", True, "fund", "phone", 1, 9, 1, Decimal("0.50")),
        ("keep", False, "none", "none", 1, 0, 1, None),
    ]


def test_the_time_of_contacts_is_counted_for_those_who_are_worth_one(spark: SparkSession) -> None:
    found = planned(
        spark,
        {"customer_id": "a", "weekday": "Mon", "hour": "10", "month_day": 10},
        {"customer_id": "b", "weekday": "Mon", "hour": "09", "month_day": 11},
        {"customer_id": "c", "weekday": "Mon", "hour": "10", "month_day": 20},
        {"customer_id": "d", "weekday": "Fri", "month_day": 21},
        {"customer_id": "e"},
        {"customer_id": "f", "weekday": "Mon", "hour": "12", "month_day": 1, "worth": False},
    )["plan_times"]
    names = ("plan", "weekday", "customers", "hour", "early", "middle", "late", "unknown")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("keep", "Mon", 3, "10", 1, 2, 0, 0),
        ("keep", "Fri", 1, None, 0, 0, 1, 0),
        ("keep", "unknown", 1, None, 0, 0, 0, 1),
    ]
    assert planned(spark, {"customer_id": "a", "worth": False})["plan_times"] == ()
