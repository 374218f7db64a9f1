"""The job `retain_customers`: what to do about customers who may leave, by the plans of retain_customers.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.errors import did_you_mean
from bullseye.settings import Settings
from bullseye.settings.models import Models
from bullseye.tables.facts import with_customer
from bullseye.topics.retain_customers.plans import at_risk, plan_rows, usual_days
from bullseye.topics.retain_customers.settings import Maintenance, RetainCustomersSettings


def retain_customers(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`gold.maintenance_plan` at as_of."""
    made = [_plan(inputs, context, plan) for plan in context.settings[RetainCustomersSettings].plans]
    return {"gold.maintenance_plan": union_all(made)}


def _plan(inputs: Inputs, context: Context, plan: Maintenance) -> DataFrame:
    risky = at_risk(inputs["gold.spell"] if plan.leavers else None, inputs["gold.score"] if plan.target else None, plan)
    usual = None
    if plan.month_day_where:
        days = inputs["features.party_day"].where(F.expr(plan.month_day_where)).select("party_id", "day")
        usual = usual_days(with_customer(days, inputs["features.identity_map"]), as_of=context.as_of)
    return plan_rows(risky, inputs["gold.customer"], inputs["gold.recommendation"], usual, plan, as_of=context.as_of)


def check_maintenance(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for each name or expression of a plan that does not fit the tables and the other settings."""
    problems: list[str] = []
    questions = settings.names("churn", "questions")
    targets = [target.name for target in settings[Models].targets]
    for index, plan in enumerate(settings[RetainCustomersSettings].plans):
        place = settings.place(RetainCustomersSettings, "plans", index)
        for kind, name, known in (("leavers", plan.leavers, questions), ("target", plan.target, targets)):
            if name is not None and name not in known:
                problems.append(f"{place}.{kind}: there is no {kind} {name!r}{did_you_mean(name, known)}")
        problems += _expression_problems(spark, plan, tables, place=place)
    return problems


def _expression_problems(
    spark: SparkSession, plan: Maintenance, tables: Mapping[str, Table], *, place: str
) -> list[str]:
    customers, days = empty(spark, tables["gold.customer"]), empty(spark, tables["features.party_day"])
    whens = {f"{place}.channels.{channel.name}": channel.where for channel in plan.channels}
    problems = expression_problems(customers, whens, boolean=True)
    sql = {f"{place}.value": f"CAST(({plan.value}) AS DOUBLE)"}
    sql |= {f"{place}.offers.{index}": offer.sql for index, offer in enumerate(plan.offers)}
    sql |= {f"{place}.occasions.{one.name}": f"CAST(({one.sql}) AS DATE)" for one in plan.occasions}
    sql |= {f"{place}.{key}": text for key, text in (("weekday", plan.weekday), ("hour", plan.hour)) if text}
    problems += expression_problems(customers, sql)
    if plan.month_day_where:
        problems += expression_problems(days, {f"{place}.month_day_where": plan.month_day_where}, boolean=True)
    return problems
