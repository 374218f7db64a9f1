"""The job `count_holdings`: who holds which product lines, by tier, and which lines are held together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs
from bullseye.settings import Settings
from bullseye.settings.vocabulary import EVERYONE
from bullseye.tables.facts import AMOUNT, stands, with_customer, with_product
from bullseye.topics.holdings.settings import Lines


def count_holdings(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """Penetration by tier, and the cross-holding matrix."""
    rule = context.settings[Lines]
    assert rule is not None, "the job is enabled"
    customers = inputs["gold.customer"].where(F.expr(rule.where)).select("customer_id")
    tiers = inputs["gold.customer_tier"].select("customer_id", "tier")
    base = context.keep(customers.join(tiers, on="customer_id", how="left"))
    facts = with_customer(
        with_product(inputs["silver.holding"], inputs["silver.product"]), inputs["features.identity_map"]
    )
    held = context.keep(customer_lines(facts, rule, as_of=context.as_of).join(base, on="customer_id", how="inner"))
    paired = held.where(~F.col("line").isin(list(rule.not_paired)))
    dated = F.lit(context.as_of).alias("as_of")
    return {
        "gold.line_holding": line_holdings(held, base).select(dated, "*"),
        "gold.line_pair": line_pairs(paired if rule.pairs == "ever" else paired.where("held"), base).select(dated, "*"),
    }


def customer_lines(holdings: DataFrame, rule: Lines, *, as_of: date) -> DataFrame:
    """One row per customer and line begun by as_of: customer_id, line, whether it is `held`, holdings, principal held.

    `holdings` have customer_id and the columns of their product; those of unknown products, and without a value at the level,
    are left out.
    """
    day = F.lit(as_of)
    holds = stands(F.col("opened_day"), F.col("closed_day"), day)
    begun = holdings.where(F.col("opened_day") <= day).select(
        "customer_id", F.col(rule.level).alias("line"), holds.alias("held"), "principal"
    )
    known = begun.where(F.col("line").isNotNull())
    return known.groupBy("customer_id", "line").agg(
        F.bool_or("held").alias("held"),
        F.count_if("held").alias("holdings"),
        F.sum(F.when(F.col("held"), F.col("principal"))).alias("principal"),
    )


def line_holdings(held: DataFrame, base: DataFrame) -> DataFrame:
    """`gold.line_holding` without as_of: a row for every tier and line, also where nobody of the tier holds it.

    `held` has the rows of `customer_lines` with the tier of the customer, `base` all customers with their tier or NULL.
    """
    sizes = _with_everyone(base).groupBy("tier").agg(F.count(F.lit(1)).alias("base"))
    counted = (
        _with_everyone(held)
        .groupBy("tier", "line")
        .agg(
            F.count_if("held").alias("customers"),
            F.count(F.lit(1)).alias("ever"),
            F.sum("holdings").alias("holdings"),
            F.sum("principal").cast(AMOUNT).alias("principal"),
        )
    )
    every = sizes.crossJoin(F.broadcast(held.select("line").distinct()))
    found = every.join(counted, on=["tier", "line"], how="left").fillna(0, subset=["customers", "ever", "holdings"])
    share = (F.col("customers") / F.col("base")).alias("share")
    return found.select("tier", "line", "base", "customers", share, "ever", "holdings", "principal")


def line_pairs(held: DataFrame, base: DataFrame) -> DataFrame:
    """`gold.line_pair` without as_of: both directions of every pair of lines, also where nobody has both.

    `held` has a row for every customer and line that counts; customers without any are in `base`, and so in the lift.
    """
    everyone = base.agg(F.count(F.lit(1)).alias("base"))
    single = held.groupBy("line").agg(F.count(F.lit(1)).alias("customers"))
    other = single.select(F.col("line").alias("other_line"), F.col("customers").alias("other_customers"))
    # a handful of lines a customer: pairs are made inside a row, without a join of customers with themselves
    together = held.groupBy("customer_id").agg(F.collect_set("line").alias("lines"))
    first = together.select("lines", F.explode("lines").alias("line"))
    both = first.select("line", F.explode("lines").alias("other_line")).groupBy("line", "other_line")
    counted = both.agg(F.count(F.lit(1)).alias("both_customers"))
    pairs = single.crossJoin(other).where("line <> other_line").join(counted, on=["line", "other_line"], how="left")
    found = pairs.fillna(0, subset=["both_customers"]).crossJoin(everyone)
    lift = (F.col("both_customers") * F.col("base")) / (F.col("customers") * F.col("other_customers"))
    share = F.col("both_customers") / F.col("customers")
    names = ("line", "other_line", "base", "customers", "other_customers", "both_customers")
    return found.select(*names, share.alias("share"), lift.alias("lift"))


def _with_everyone(rows: DataFrame) -> DataFrame:
    """Every row twice: for its tier, and for all; once where it has no tier."""
    tiers = F.array_compact(F.array(F.lit(EVERYONE), F.col("tier")))
    rest = [name for name in rows.columns if name != "tier"]
    return rows.select(*rest, F.explode(tiers).alias("tier"))


def check_lines(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for a condition that does not fit `gold.customer`."""
    rule = settings[Lines]
    place = settings.place(Lines, "where")
    return expression_problems(empty(spark, tables["gold.customer"]), {place: rule.where}, boolean=True)
