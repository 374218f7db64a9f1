"""What to do about customers who may leave, and whether it is worth its cost."""

from __future__ import annotations

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.topics.retain_customers.settings import Channel, Maintenance, Offer

_BACK = 365
"""Days over which the usual day of the month is counted."""
MONEY = "decimal(18,2)"
RECOMMENDATION, PLAN = "recommendation", "plan"
"""Where an offer comes from."""


def at_risk(spells: DataFrame | None, scores: DataFrame | None, plan: Maintenance) -> DataFrame:
    """(customer_id, probability, reason) of customers with at least `min_probability`, from spells or scores."""
    if spells is not None:
        by_customer = spells.where(F.col("question") == F.lit(plan.leavers)).groupBy("customer_id")
        likely = by_customer.agg(F.max(F.struct("probability", "reason")).alias("of")).select("customer_id", "of.*")
    elif scores is not None:
        reason = F.when(F.col("reason_1_direction") == "raises", F.col("reason_1"))
        likely = scores.where(F.col("target") == F.lit(plan.target)).select(
            "customer_id", "probability", reason.alias("reason")
        )
    else:
        raise ValueError("neither spells nor scores")
    return likely.where(F.col("probability") >= plan.min_probability)


def usual_days(days: DataFrame, *, as_of: date) -> DataFrame:
    """(customer_id, month_day): the day of the month on which most of the rows (customer_id, day) of the last year are.

    Of equally frequent ones the first.
    """
    last_year = (F.col("day") > F.date_sub(F.lit(as_of), _BACK)) & (F.col("day") <= F.lit(as_of))
    counted = days.where(last_year).groupBy("customer_id", F.dayofmonth("day").alias("month_day")).count()
    most = F.max_by("month_day", F.struct("count", -F.col("month_day")))
    return counted.groupBy("customer_id").agg(most.alias("month_day"))


def plan_rows(
    risky: DataFrame,
    customers: DataFrame,
    recommended: DataFrame,
    usual: DataFrame | None,
    plan: Maintenance,
    *,
    as_of: date,
) -> DataFrame:
    """Rows of `gold.maintenance_plan`: every customer in `risky`, worth a contact or not."""
    first = recommended.where(F.col("position") == 1).select("customer_id", _by_rule().alias("_recommended"))
    value = F.coalesce(F.expr(plan.value).cast("double"), F.lit(0.0))
    of_customers = customers.select(
        "customer_id",
        F.greatest(value, F.lit(0.0)).alias("_value"),
        _first_given(plan.offers).alias("_given"),
        _first_suiting(plan.channels).alias("_channel"),
        _text(plan.weekday).alias("weekday"),
        _text(plan.hour).alias("hour"),
        _earliest(plan, as_of).alias("_occasion"),
    )
    rows = risky.join(of_customers, on="customer_id", how="inner").join(first, on="customer_id", how="left")
    rows = rows.withColumn("_offer", F.coalesce("_recommended", "_given"))
    if usual is None:
        rows = rows.withColumn("month_day", F.lit(None).cast("int"))
    else:
        rows = rows.join(usual, on="customer_id", how="left")
    cost = F.col("_channel.cost")
    saved = (F.col("probability") * F.col("_value") * plan.effect).cast(MONEY)
    values = {
        "value_at_risk": F.col("_value").cast(MONEY),
        "loss_avoided": saved,
        "cost": cost,
        "is_worthwhile": F.coalesce(saved > cost, F.lit(False)),
        "offer": F.col("_offer.name"),
        "offer_from": F.col("_offer.from"),
        "offer_reason": F.col("_offer.reason"),
        "effect": F.lit(plan.effect),
        "channel": F.col("_channel.name"),
        "occasion": F.col("_occasion.name"),
        "occasion_day": F.col("_occasion.day"),
    }
    planned = rows.withColumns(values)
    return planned.select(
        F.lit(as_of).alias("as_of"),
        F.lit(plan.name).alias("plan"),
        "customer_id",
        "probability",
        "reason",
        "value_at_risk",
        "effect",
        "loss_avoided",
        "offer",
        "offer_from",
        "offer_reason",
        "channel",
        "cost",
        "weekday",
        "hour",
        "month_day",
        "occasion",
        "occasion_day",
        "is_worthwhile",
    )


def _by_rule() -> Column:
    """The recommended item, as (name, from, reason)."""
    return F.struct(F.col("item").alias("name"), F.lit(RECOMMENDATION).alias("from"), "reason")


def _first_given(offers: tuple[Offer, ...]) -> Column:
    """The first offer of the settings that is not NULL, as `_by_rule`; NULL where all are."""
    nothing = F.lit(None).cast("struct<name: string, `from`: string, reason: string>")
    names = [(F.expr(offer.sql).cast("string"), F.lit(offer.doc)) for offer in offers]
    given = [
        F.when(name.isNotNull(), F.struct(name.alias("name"), F.lit(PLAN).alias("from"), doc.alias("reason")))
        for name, doc in names
    ]
    return F.coalesce(nothing, *given)


def _first_suiting(channels: tuple[Channel, ...]) -> Column:
    """The first channel whose condition is true, as (name, cost); NULL where none is."""
    suiting = [
        F.when(
            F.expr(channel.where),
            F.struct(F.lit(channel.name).alias("name"), F.lit(channel.cost).cast(MONEY).alias("cost")),
        )
        for channel in channels
    ]
    return F.coalesce(*suiting)


def _earliest(plan: Maintenance, as_of: date) -> Column:
    """The earliest occasion after as_of, as (day, name); NULL without one."""
    nothing = F.lit(None).cast("struct<day: date, name: string>")
    days = [
        F.when(
            F.expr(o.sql).cast("date") > F.lit(as_of),
            F.struct(F.expr(o.sql).cast("date").alias("day"), F.lit(o.name).alias("name")),
        )
        for o in plan.occasions
    ]
    return F.array_min(F.array(nothing, *days))


def _text(sql: str | None) -> Column:
    return (F.expr(sql) if sql else F.lit(None)).cast("string")
