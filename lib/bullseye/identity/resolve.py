"""Which parties are one customer, and the dense number that every customer keeps."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.core.rows import local_frame
from bullseye.facts import with_customer
from bullseye.tables.features import IDENTITY_MAP
from bullseye.tables.silver import PARTIES

OWN_ID = "own_id"
"""The rule of a company with one source and one id: every party is its own customer."""

PARTY_TABLES = tuple(table.name for table in PARTIES)


def resolve_identity(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The identity map, the registry of customer numbers and the ledger of what changed.

    Parties that nothing links are their own customers, so that the map of one source with one id is empty.
    """
    identity_map = local_frame(context.spark, [], IDENTITY_MAP.schema())
    parties = union_all([inputs[table].select("party_id") for table in PARTY_TABLES]).distinct()
    parties = parties.where(F.col("party_id").isNotNull())
    customers = with_customer(parties.withColumn("party", F.col("party_id")), identity_map)
    known = inputs["features.customer_number"]
    return {
        "features.identity_map": identity_map,
        "features.customer_number": number_customers(customers.select("customer_id").distinct(), known),
        "ops.identity_ledger": assigned(customers, run_id=context.run_id),
    }


def number_customers(customers: DataFrame, known: DataFrame) -> DataFrame:
    """A `customer_no` for every customer that has none: the next free numbers, in the order of the ids.

    `known` is the registry (customer_id, customer_no). Only new customers are sorted, in one partition: on a first run all
    of them, later those of a day.
    """
    last = known.agg(F.coalesce(F.max("customer_no"), F.lit(0)).alias("last"))
    fresh = customers.join(known, on="customer_id", how="left_anti")
    place = F.row_number().over(Window.orderBy("customer_id"))
    return fresh.crossJoin(F.broadcast(last)).select("customer_id", (F.col("last") + place).alias("customer_no"))


def assigned(customers: DataFrame, *, run_id: str) -> DataFrame:
    """One ledger row for every party (column `party`) and the customer it was first assigned to."""
    event_id = F.sha2(F.concat_ws("|", F.lit("assigned"), "customer_id", "party"), 256)
    return customers.select(
        event_id.alias("event_id"),
        F.lit("assigned").alias("event"),
        "customer_id",
        F.col("party").alias("party_id"),
        F.lit(None).cast("string").alias("from_customer_id"),
        F.lit(OWN_ID).alias("rule"),
        F.lit(run_id).alias("run_id"),
    )
