"""The job `build_tiers`: named tiers of customers, the limit that data suggest, and who shifts when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs
from bullseye.settings import Settings
from bullseye.stats.cut import Amounts, Cut, fit_curve, suggested_cuts
from bullseye.topics.tiers.settings import CUT, OTHER, Tiers

WRITES = ("gold.customer_tier", "ops.tier_cut", "ops.tier_curve", "ops.tier_shift")
_GIVEN = "given"


def build_tiers(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """Tiers by the given and by the suggested limit."""
    rule, day = context.settings[Tiers], context.as_of
    assert rule is not None, "the job is enabled"
    customers = inputs["gold.customer"].where(F.expr(rule.where))
    # a few dozen steps a decade of the amount
    amounts = amounts_of(amount_steps(customers, rule).collect())
    cuts = cuts_by_method(amounts, rule)
    tiers = context.keep(customer_tiers(customers, rule, suggested=cuts[rule.method].at))
    limits = {_GIVEN: Cut(rule.cut, None, None), **cuts}
    below = up_to(tiers, limits)
    dated = F.lit(day).alias("as_of")
    return {
        "gold.customer_tier": tiers.select(dated, "customer_id", "tier", "tier_suggested"),
        "ops.tier_cut": context.frame("ops.tier_cut", cut_rows(amounts, limits, below, rule, day)),
        "ops.tier_curve": context.frame("ops.tier_curve", curve_rows(amounts, day)),
        "ops.tier_shift": tier_shift(tiers).select(dated, "*"),
    }


def amount_steps(customers: DataFrame, rule: Tiers) -> DataFrame:
    """Inactive and active customers by step of the amount: step, centre, inactive, active.

    Steps are equal on the scale of log10(1 + amount), so that 0 has one of its own. Who has no amount, or of whom it is not
    known whether they are active, plays no part.
    """
    amount = F.expr(rule.amount).cast("double")
    # The greatest of NULL and 0 is 0, which would take the unknown for poor.
    logged = F.when(amount.isNotNull(), F.log10(1 + F.greatest(amount, F.lit(0.0))))
    known = customers.select(logged.alias("logged"), F.expr(rule.inactive_where).alias("inactive"))
    steps = known.where("logged IS NOT NULL AND inactive IS NOT NULL").groupBy(
        F.ceil(F.col("logged") * rule.bins_per_decade).cast("int").alias("step")
    )
    counted = steps.agg(
        # The last digits depend on the order in which a cluster adds up.
        F.round(F.avg("logged") * float(np.log(10)), 9).alias("centre"),
        F.count_if("inactive").alias("inactive"),
        F.count_if(~F.col("inactive")).alias("active"),
    )
    return counted.withColumn("top", F.pow(F.lit(10.0), F.col("step") / rule.bins_per_decade) - 1)


def amounts_of(steps: list[Row]) -> Amounts:
    """The collected rows of `amount_steps`, the smallest amount first."""
    ordered = sorted(steps, key=lambda row: row["step"])
    top, centre, inactive, active = (
        np.array([row[name] for row in ordered], dtype=np.float64) for name in ("top", "centre", "inactive", "active")
    )
    return Amounts(top, centre, inactive, active)


def cuts_by_method(amounts: Amounts, rule: Tiers) -> dict[str, Cut]:
    """The suggested limits; none where there are too few customers, or hardly any inactive or active ones."""
    total, inactive = amounts.every.sum(), amounts.inactive.sum()
    nothing = Cut(None, None, None)
    if total < rule.min_customers or min(inactive, total - inactive) < 0.1 * rule.min_customers:
        return dict.fromkeys(("steepest", "youden", "least_error"), nothing)
    return suggested_cuts(amounts, replicates=rule.replicates, confidence=rule.confidence, seed=rule.seed)


def customer_tiers(customers: DataFrame, rule: Tiers, *, suggested: float | None) -> DataFrame:
    """One row per customer: customer_id, tier with the given limit, tier with the suggested one, amount, and inactive."""
    limits = {"tier": rule.cut, "tier_suggested": rule.cut if suggested is None else suggested}
    found = customers
    for name, limit in limits.items():
        found = found.withColumn(CUT, F.lit(limit)).withColumn(f"_{name}", _tier(rule))
    amount, inactive = F.expr(rule.amount).cast("double").alias("amount"), F.expr(rule.inactive_where).alias("inactive")
    return found.select("customer_id", *(F.col(f"_{name}").alias(name) for name in limits), amount, inactive)


def _tier(rule: Tiers) -> Column:
    """The name of the first tier whose condition holds; one that is NULL does not."""
    found = F.lit(OTHER)
    for tier in reversed(rule.tiers):
        found = F.when(F.expr(tier.where), F.lit(tier.name)).otherwise(found)
    return found


def up_to(tiers: DataFrame, limits: Mapping[str, Cut]) -> dict[str, tuple[int, int]]:
    """By limit, customers whose amount is at most that and whose activity is known, and the inactive ones of them."""
    known = F.col("amount").isNotNull() & F.col("inactive").isNotNull()
    inside = {name: known & (F.col("amount") <= cut.at) for name, cut in limits.items() if cut.at is not None}
    counts = [
        F.struct(F.count_if(one).alias("below"), F.count_if(one & F.col("inactive")).alias("inactive")).alias(name)
        for name, one in inside.items()
    ]
    found = tiers.agg(*counts).first()
    assert found is not None, "an aggregate without groups has one row"
    return {name: (found[name]["below"], found[name]["inactive"]) for name in inside}


def tier_shift(tiers: DataFrame) -> DataFrame:
    """Customers and their amounts by tier and suggested tier."""
    amount = F.round(F.sum("amount"), 2).alias("amount")
    return tiers.groupBy("tier", "tier_suggested").agg(F.count(F.lit(1)).alias("customers"), amount)


def cut_rows(
    amounts: Amounts, limits: Mapping[str, Cut], below: Mapping[str, tuple[int, int]], rule: Tiers, as_of: date
) -> list[dict[str, object]]:
    """Rows of `ops.tier_cut` in the order of the limits; `below` has the counts of `up_to`."""
    rows: list[dict[str, object]] = []
    for method, cut in limits.items():
        customers_below, inactive_below = below.get(method, (None, None))
        row = {
            "as_of": as_of,
            "method": method,
            "used": method == rule.method,
            "cut": cut.at,
            "low": cut.low,
            "high": cut.high,
            "customers": round(amounts.every.sum()),
            "inactive": round(amounts.inactive.sum()),
            "below": customers_below,
            "inactive_below": inactive_below,
        }
        rows.append(row)
    return rows


def curve_rows(amounts: Amounts, as_of: date) -> list[dict[str, object]]:
    """Rows of `ops.tier_curve`."""
    curve = fit_curve(amounts)
    fitted = [None] * len(amounts.top) if curve is None else [float(one) for one in curve.share(amounts.centre)]
    return [
        {
            "as_of": as_of,
            "top": float(top),
            "customers": round(every),
            "inactive": round(inactive),
            "fitted": share,
        }
        for top, every, inactive, share in zip(amounts.top, amounts.every, amounts.inactive, fitted, strict=True)
    ]


def check_tiers(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression of the tiers that does not fit `gold.customer`."""
    rule = settings[Tiers]

    def at(*location: str | int) -> str:
        return settings.place(Tiers, *location)

    customers = empty(spark, tables["gold.customer"])
    conditions = {at("where"): rule.where, at("inactive_where"): rule.inactive_where}
    problems = expression_problems(customers, conditions, boolean=True)
    problems += expression_problems(customers, {at("amount"): f"CAST({rule.amount} AS DOUBLE)"})
    limited = customers.withColumn(CUT, F.lit(0.0))
    tiers = {at("tiers", index, "where"): tier.where for index, tier in enumerate(rule.tiers)}
    return problems + expression_problems(limited, tiers, boolean=True)
