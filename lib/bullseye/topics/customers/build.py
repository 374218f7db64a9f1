"""Puts the parts of a customer together: `gold.customer` for one as_of, `features.training_snapshot` for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.settings.measures import Measures
from bullseye.settings.models import Models
from bullseye.settings.snapshots import CampaignSnapshots, MonthlySnapshots
from bullseye.tables.facts import with_customer, with_product
from bullseye.topics.customers.attributes import attribute_features
from bullseye.topics.customers.last_values import last_value_features, state_features
from bullseye.topics.customers.tables import customer_columns
from bullseye.topics.customers.windows import (
    KEY,
    campaign_features,
    data_starts,
    day_features,
    distinct_features,
    favourite_features,
    masked_windows,
)

_KNOWN_BY = ("features.person_known", "features.party_day", "silver.contact", "silver.response")


def build_customers(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`gold.customer` at as_of: everyone known by then, prospects included."""
    spine = known_customers(inputs, [context.as_of])
    measures = context.settings[Measures]
    rows = customer_rows(inputs, spine, measures).join(
        inputs["features.customer_number"], on="customer_id", how="inner"
    )
    if any(dimension.favourite for dimension in measures.dimensions):
        items = with_customer(inputs["features.party_day_item"], inputs["features.identity_map"])
        rows = rows.join(favourite_features(items, spine, measures), on=KEY, how="left")
    return {"gold.customer": rows.select(*(column.name for column in customer_columns(measures)))}


def build_training_snapshots(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`features.training_snapshot` at the dates of `context.slices`: everyone at month ends, the contacted elsewhere."""
    everyone, contacted = snapshot_spines(inputs, context)
    spine = everyone.unionByName(contacted).distinct()
    rows = customer_rows(inputs, spine, context.settings[Measures])
    names = context.tables["features.training_snapshot"].names
    return {"features.training_snapshot": rows.select(*names)}


def snapshot_dates(inputs: Inputs, context: Context) -> Sequence[date]:
    """Every date that a target of models.yaml learns from or is tested on, up to as_of."""
    return sorted({*_month_ends(inputs, context), *_campaign_eves(inputs, context)})


def snapshot_spines(inputs: Inputs, context: Context) -> tuple[DataFrame, DataFrame]:
    """Spines of the dates of `context.slices`: customers known at month ends; those known and contacted at campaigns' eves."""
    wanted = set(context.slices)
    everyone = known_customers(inputs, sorted(wanted & set(_month_ends(inputs, context))))
    eves = sorted(wanted & set(_campaign_eves(inputs, context)))
    starts = inputs["silver.campaign"].select("campaign_id", F.date_sub("start_day", 1).alias("as_of"))
    contacts = with_customer(inputs["silver.contact"], inputs["features.identity_map"]).select(
        "customer_id", "campaign_id"
    )
    contacted = (
        contacts.join(F.broadcast(starts), on="campaign_id", how="inner").where(F.col("as_of").isin(eves)).select(*KEY)
    )
    return everyone, contacted.distinct().join(known_customers(inputs, eves), on=KEY, how="left_semi")


def _month_ends(inputs: Inputs, context: Context) -> list[date]:
    monthly = [t.snapshots for t in context.settings[Models].targets if isinstance(t.snapshots, MonthlySnapshots)]
    first = inputs["features.party_day"].agg(F.min("day").alias("day")).first() if monthly else None
    if first is None or first["day"] is None:
        return []
    return sorted({day for snapshots in monthly for day in snapshots.dates(first["day"], context.as_of)})


def _campaign_eves(inputs: Inputs, context: Context) -> list[date]:
    if not any(isinstance(t.snapshots, CampaignSnapshots) for t in context.settings[Models].targets):
        return []
    started = inputs["silver.campaign"].where(F.col("start_day") <= F.lit(context.as_of))
    eves = started.select(F.date_sub("start_day", 1).alias("eve")).distinct()
    return [row["eve"] for row in eves.collect()]  # one row a campaign


def known_customers(inputs: Inputs, dates: Sequence[date]) -> DataFrame:
    """A spine of everyone who was a person of some source, or did or received something, by the date.

    A customer of several parties is known from the first day of any of them.
    """
    spine = local_frame(inputs["features.person_known"].sparkSession, [(day,) for day in dates], "as_of DATE")
    dated = [inputs[table].select("party_id", "day") for table in _KNOWN_BY]
    first = with_customer(union_all(dated), inputs["features.identity_map"]).groupBy("customer_id")
    first_day = first.agg(F.min("day").alias("first"))
    return first_day.crossJoin(F.broadcast(spine)).where(F.col("first") <= F.col("as_of")).select(*KEY)


def known_persons(inputs: Inputs, spine: DataFrame) -> DataFrame:
    """The persons that a customer of the spine was by its date, with `customer_id`, `as_of` and `party_id`."""
    since = inputs["features.person_known"].select("party_id", F.col("day").alias("_known_day"))
    person = inputs["silver.person"].join(since, on="party_id", how="inner").withColumn("_party", F.col("party_id"))
    person = with_customer(person, inputs["features.identity_map"]).withColumnRenamed("_party", "party_id")
    by_then = person.join(spine, on="customer_id", how="inner").where(F.col("_known_day") <= F.col("as_of"))
    return by_then.drop("_known_day")


def customer_rows(inputs: Inputs, spine: DataFrame, measures: Measures) -> DataFrame:
    """One row per row of the spine, with all columns of the contract but the number and the favourites."""
    identity_map = inputs["features.identity_map"]

    def by_customer(table: str) -> DataFrame:
        return with_customer(inputs[table], identity_map)

    items = by_customer("features.party_day_item")
    rows = spine.join(day_features(by_customer("features.party_day"), items, spine, measures), on=KEY, how="left")
    if any(dimension.distinct for dimension in measures.dimensions):
        rows = rows.join(distinct_features(items, spine, measures), on=KEY, how="left")
    if measures.attributes:
        attributes = attribute_features(known_persons(inputs, spine), measures.attributes)
        rows = rows.join(attributes, on=KEY, how="left")
    if measures.campaigns:
        campaigns = campaign_features(
            by_customer("silver.contact"), by_customer("silver.response"), spine, stage=measures.campaigns.stage
        )
        rows = rows.join(campaigns, on=KEY, how="left").fillna(
            0, subset=["campaigns_received", "campaigns_responded", "responses"]
        )
    for fact, last_values in measures.last_values_by_fact.items():
        rows = rows.join(
            last_value_features(by_customer(f"silver.{fact}"), spine, last_values, measures), on=KEY, how="left"
        )
    for states in measures.states_together:
        facts = by_customer(f"silver.{states[0].fact}")
        if "product_id" in facts.columns:
            facts = with_product(facts, inputs["silver.product"])
        rows = rows.join(state_features(facts, spine, states), on=KEY, how="left")
    zeros = {state.name: F.coalesce(state.name, F.lit(0).cast(state.type)) for state in measures.states if state.zero}
    rows = rows.withColumns(zeros) if zeros else rows
    starts = data_starts(inputs["features.party_day"], measures)
    return derive(masked_windows(rows.crossJoin(F.broadcast(starts)), measures), measures)


def derive(rows: DataFrame, measures: Measures) -> DataFrame:
    """The columns of measures.yaml that are computed from others, cast to the type that is declared there."""
    for column in measures.columns:  # one after the other, because a later column may use an earlier one
        rows = rows.select("*", F.expr(column.sql).cast(column.type).alias(column.name))
    return rows
