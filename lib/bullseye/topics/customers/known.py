"""Since when a person is known, so that nobody is a customer before."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.topics.customers.reads import DATED_TABLES


def date_persons(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`features.person_known`: the day from which each person is known, and the registry of those without any date.

    The day is `known_since`; where it is NULL, the as_of of the run that first read a person without a fact. A fact before
    that day is earlier evidence and wins, and is all that there is of a person who had one when first read: also a fact
    after the as_of of this run, so that a run about the past does not take later customers for prospects of then.
    """
    facts = [_dated(inputs, table) for table in DATED_TABLES]
    first = union_all(facts).groupBy("party_id").agg(F.min("day").alias("first_fact"))
    persons = (
        inputs["silver.person"]
        .select("party_id", "known_since")
        .join(first, on="party_id", how="left")
        .join(inputs["features.person_read"], on="party_id", how="left")
    )
    undated = F.coalesce("known_since", "first_fact", "first_as_of").isNull()
    read = F.when(undated, F.lit(context.as_of)).otherwise(F.col("first_as_of"))
    day = F.least("first_fact", F.coalesce("known_since", read))
    return {
        "features.person_read": persons.where(undated).select("party_id", read.alias("first_as_of")),
        "features.person_known": persons.select(day.alias("day"), "party_id"),
    }


def _dated(inputs: Inputs, table: str) -> DataFrame:
    day = "opened_day" if table == "silver.holding" else "day"
    return inputs[table].select("party_id", F.col(day).alias("day"))
