"""What was so in each month of a customer: sums before it, what stood when it began, what happened around."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.topics.churn.months import Months, number_of, start_of
from bullseye.topics.churn.settings import PanelState, PanelSum, Surrounding

KEY = ["customer_id", "month_no"]


def with_sums(rows: DataFrame, days: DataFrame, sums: Sequence[PanelSum], months: Months) -> DataFrame:
    """The rows (customer_id, month_no) with each sum of the daily measures in `days`, by customer.

    0 where nothing happened; NULL where the sum would begin before the whole months of the data.
    """
    if not sums:
        return rows
    measures = sorted({one.measure for one in sums})
    number = number_of(F.col("day")).alias("month")
    each = days.groupBy("customer_id", number).agg(*(F.sum(name).cast("double").alias(name) for name in measures))
    spans = sorted({(one.first, one.last) for one in sums})
    summed = rows
    for first, last in spans:
        mine = [one for one in sums if (one.first, one.last) == (first, last)]
        # A month is part of the sums of as many months as the span has.
        of = F.explode(F.sequence(F.col("month") - last, F.col("month") - first)).alias("month_no")
        spread = each.select("customer_id", of, *sorted({one.measure for one in mine}))
        added = spread.groupBy(*KEY).agg(*(F.sum(one.measure).alias(one.name) for one in mine))
        is_covered = F.col("month_no") + first >= months.first
        value = {one.name: F.when(is_covered, F.coalesce(one.name, F.lit(0.0))) for one in mine}
        summed = summed.join(added, on=KEY, how="left").withColumns(value)
    return summed


def with_states(rows: DataFrame, facts: DataFrame, states: Sequence[PanelState]) -> DataFrame:
    """The rows (customer_id, month_no) with aggregates over the items active at the end of the day before the month.

    `states` all look at these facts, by customer, and have the same first and last days. 0 where there are none.
    """
    since, until = F.expr(states[0].since), F.expr(states[0].until)
    begins = start_of(F.col("month_no"))
    is_active = (since < begins) & (until.isNull() | (until >= begins))
    values = [F.expr(one.sql).cast("double").alias(one.name) for one in states]
    active = (
        facts.join(rows.select(*KEY).distinct(), on="customer_id", how="inner")
        .where(is_active)
        .groupBy(*KEY)
        .agg(*values)
    )
    zeros = {one.name: F.coalesce(one.name, F.lit(0.0)) for one in states}
    return rows.join(active, on=KEY, how="left").withColumns(zeros)


def with_surroundings(rows: DataFrame, events: DataFrame, surroundings: Sequence[Surrounding]) -> DataFrame:
    """The rows (month_no and the attributes that are compared) with the number of events that run in the month there.

    0 where there are none, and for a customer whose area is unknown, unless the event is everywhere.
    """
    return reduce(lambda found, one: _with_surrounding(found, events, one), surroundings, rows)


def _with_surrounding(rows: DataFrame, events: DataFrame, one: Surrounding) -> DataFrame:
    begins = start_of(F.col("month_no"))
    runs = (F.col("first_day") < F.add_months(begins, 1)) & (F.col("last_day").isNull() | (F.col("last_day") >= begins))
    chosen = events.where(F.expr(one.where)).select(F.col("area").alias("event_area"), "first_day", "last_day")
    where = F.col("event_area").isNull() | (F.col("event_area") == F.col("here"))
    places = rows.select("month_no", F.col(one.area).cast("string").alias("here")).distinct()
    # A few places and months, and a few events: everything meets everything.
    counted = (
        places.join(F.broadcast(chosen), on=where & runs, how="inner")
        .groupBy("month_no", "here")
        .agg(F.count(F.lit(1)).alias("n"))
    )
    found = counted.select(F.col("month_no").alias("in_month"), "here", "n")
    same = (F.col("month_no") == F.col("in_month")) & F.col("here").eqNullSafe(F.col(one.area).cast("string"))
    joined = rows.join(F.broadcast(found), on=same, how="left")
    return joined.withColumn(one.name, F.coalesce("n", F.lit(0)).cast("double")).drop("in_month", "here", "n")
