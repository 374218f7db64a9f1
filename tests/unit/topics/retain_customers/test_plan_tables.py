"""Mistakes in plans are told before a run."""

from __future__ import annotations

from pyspark.sql import SparkSession

from bullseye.settings import Settings
from bullseye.settings.models import Models
from bullseye.suite import contracts
from bullseye.topics.retain_customers.plan_tables import check_maintenance
from bullseye.topics.retain_customers.settings import RetainCustomersSettings

PLAN = {
    "name": "keep",
    "doc": "Keep them",
    "target": "lapse",
    "min_probability": 0.1,
    "value": "spend_all",
    "effect": 0.5,
    "channels": [{"name": "mail", "where": "recency_days > 30", "cost": 1}],
    "offers": [{"sql": "favourite_category", "doc": "liked most"}],
    "month_day_where": "orders > 0",
    "occasions": [{"name": "soon", "sql": "date_add(as_of, 7)"}],
}


def test_mistakes_are_told_with_their_place(spark: SparkSession, retail: Settings) -> None:
    def problems(**change: object) -> list[str]:
        asking = retail.replacing(RetainCustomersSettings.model_validate({"plans": [{**PLAN, **change}]}))
        found = check_maintenance(spark, asking, contracts(asking))
        return [one.split(" (given")[0].split(" ", 1)[1] for one in found]

    target = retail[Models].targets[0].name
    assert problems(target=target) == []
    assert problems(target=f"{target}s") == [f"0.target: there is no target '{target}s' (did you mean '{target}'?)"]
    assert problems(target=None, leavers="payroll") == ["0.leavers: there is no leavers 'payroll'"]
    wrong = {"value": "spend_al", "weekday": "weekdy", "month_day_where": "orders"}
    wrong["offers"] = [{"sql": "max(spend_all)", "doc": "most"}]
    channels = [{"name": "mail", "where": "recency_days", "cost": 1}]
    occasions = [{"name": "soon", "sql": "date_add(as_off, 7)"}]
    assert problems(target=target, **wrong, channels=channels, occasions=occasions) == [
        "0.channels.mail: must be a condition that is true or false",
        "0.value: there is no column 'spend_al' (did you mean 'spend_all'?)",
        "0.offers.0: must be about one row, without aggregates or windows",
        "0.occasions.soon: there is no column 'as_off' (did you mean 'as_of'?)",
        "0.weekday: there is no column 'weekdy'",
        "0.month_day_where: must be a condition that is true or false",
    ]
