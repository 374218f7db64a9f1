"""What is read now and then and holds until it is read again, such as month-end balances; and what has a first and a last
day, such as contracts. Neither adds up over days, so that both are computed as of a date from the facts themselves.

A spine is a frame (customer_id, as_of); every function returns at most one row for each of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.settings.measures import LastValue, Measures, State
from bullseye.tables.facts import is_active, window_start_known
from bullseye.topics.customers.windows import KEY


def last_value_features(
    facts: DataFrame, spine: DataFrame, last_values: Sequence[LastValue], measures: Measures
) -> DataFrame:
    """The last known value of each up to as_of, and its statistics over the readings of every window.

    `facts` are the rows of the one fact that the last values look at, by customer. A window that begins before the first
    reading of the data is NULL, and so is one without a reading of the customer, and a deviation of a single reading.
    """
    values = [F.expr(one.sql).cast(one.type).alias(one.name) for one in last_values]
    readings = facts.groupBy("customer_id", "day").agg(*values)
    first = F.broadcast(facts.agg(F.min("day").alias("data_from")))
    seen = readings.join(spine, on="customer_id", how="inner").where(F.col("day") <= F.col("as_of")).crossJoin(first)
    columns = [
        F.max_by(one.name, F.when(F.col(one.name).isNotNull(), F.col("day"))).alias(one.name) for one in last_values
    ]
    for one in last_values:
        for statistic in one.statistics:
            for days in measures.windows:
                inside = F.col("day") > F.date_sub(F.col("as_of"), days)
                is_covered = window_start_known(F.col("data_from"), F.col("as_of"), days)
                value = _statistic(statistic, F.when(is_covered & inside, F.col(one.name)))
                columns.append(value.cast(one.type_of(statistic)).alias(one.column(statistic, days)))
    return seen.groupBy(*KEY).agg(*columns)


def _statistic(name: str, value: Column) -> Column:
    if name == "mean":
        return F.avg(value.cast("double"))
    if name == "deviation":
        return F.stddev_samp(value.cast("double"))
    return F.min(value) if name == "min" else F.max(value)


def state_features(facts: DataFrame, spine: DataFrame, states: Sequence[State]) -> DataFrame:
    """Aggregates over the items active at as_of: those that have begun by then and do not end by then.

    `facts` are the rows of one table, by customer; `states` all have the same `since` and `until`. That a row ended after
    as_of was not known then, and plays no part. Customers without such a row have none.
    """
    began, ended = F.expr(states[0].since), F.expr(states[0].until)
    values = [F.expr(state.sql).cast(state.type).alias(state.name) for state in states]
    return (
        facts.join(spine, on="customer_id", how="inner")
        .where(is_active(began, ended, F.col("as_of")))
        .groupBy(*KEY)
        .agg(*values)
    )
