"""Spells: months in a row in which something happens to a customer, and how they end."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.topics.churn.months import Months, number_of


def spells(happened: DataFrame, months: Months, *, grace: int) -> DataFrame:
    """One row a customer and spell: `entered` and `last` month with the event, and `left`, the first month without it.

    `happened` has (customer_id, day), repetitions allowed; days outside the whole months of the data play no part. Up to
    `grace` months without the event do not end a spell. `left` is NULL while the spell goes on, and while too few months have
    passed to tell.
    """
    number = number_of(F.col("day"))
    seen = happened.select("customer_id", number.alias("month")).where(
        F.col("month").between(months.first, months.last)
    )
    in_time = Window.partitionBy("customer_id").orderBy("month")
    gap = F.col("month") - F.lag("month").over(in_time) - 1
    begins = F.when(gap.isNull() | (gap > grace), 1).otherwise(0)
    numbered = seen.distinct().withColumn("begins", begins)
    so_far = in_time.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    each_spell = (
        numbered.withColumn("spell", F.sum("begins").over(so_far).cast("int"))
        .groupBy("customer_id", "spell")
        .agg(F.min("month").alias("entered"), F.max("month").alias("last"))
    )
    is_over = F.col("last") + 1 + grace <= months.last
    return each_spell.withColumn("left", F.when(is_over, F.col("last") + 1))


def with_start(found: DataFrame, known: DataFrame | None, months: Months) -> DataFrame:
    """The spells with `start`, the month in which they really began.

    A spell that enters after the first month began there. One that is seen from the first month on began at the month of
    `known` (customer_id, started_on), where that is not later; otherwise its start is NULL.
    """
    is_seen = F.col("entered") > months.first
    if known is None:
        return found.withColumn("start", F.when(is_seen, F.col("entered")))
    started = known.select("customer_id", number_of(F.col("started_on")).alias("started"))
    joined = found.join(started, on="customer_id", how="left")
    start = F.when(is_seen, F.col("entered")).when(F.col("started") <= F.col("entered"), F.col("started"))
    return joined.withColumn("start", start).drop("started")


def months_at_risk(found: DataFrame, months: Months) -> DataFrame:
    """One row a customer, spell and month in which the customer could leave, from the month after the first one on.

    `left` is 1 in the month of the exit and 0 before; NULL in the month after the last one of the data, for which those who
    are there are predicted. Months of which it is not known yet whether they were an exit are left out.
    """
    until = F.coalesce("left", F.lit(months.last + 1))
    each = found.select(
        "customer_id",
        "spell",
        "start",
        "entered",
        F.col("left").alias("exit"),
        "last",
        F.explode(F.sequence(F.col("entered") + 1, until)).alias("month_no"),
    )
    left = F.when(F.col("month_no") == F.col("exit"), 1).when(F.col("month_no") <= F.col("last"), 0)
    at_risk = each.withColumn("left", left.cast("int"))
    is_known = F.col("left").isNotNull() | (F.col("month_no") > months.last)
    since = (F.col("month_no") - F.col("start")).cast("int").alias("months_since_start")
    seen = (F.col("month_no") - F.col("entered")).cast("int").alias("months_seen")
    return at_risk.where(is_known).select("customer_id", "spell", "month_no", since, seen, "left")
