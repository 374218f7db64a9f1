"""The job `find_preferences`: what each customer prefers, such as a way to pay, and how that differs from everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.errors import did_you_mean
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.tables.facts import with_customer
from bullseye.topics.preferences.settings import NONE, Preference, PreferencesSettings


def find_preferences(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`gold.preference` at as_of."""
    items = with_customer(inputs["features.party_day_item"], inputs["features.identity_map"])
    found = []
    for rule in context.settings[PreferencesSettings].preferences:
        recent = F.col("day") > context.as_of - timedelta(days=rule.days)
        counted = items.where((F.col("dimension") == rule.dimension) & recent)
        # summed up once, for everybody and for each
        sums = context.keep(key_sums(counted, rule))
        found.append(preferences(sums, rule).select(F.lit(context.as_of).alias("as_of"), "*"))
    return {"gold.preference": union_all(found)}


def key_sums(items: DataFrame, rule: Preference) -> DataFrame:
    """customer_id, key and the number (or amount) of each customer's keys; those that add up to nothing are left out."""
    return items.groupBy("customer_id", "key").agg(F.sum(rule.by).cast("double").alias("number")).where("number > 0")


def preferences(sums: DataFrame, rule: Preference) -> DataFrame:
    """`gold.preference` without as_of, from `key_sums`: one row for everyone who did anything.

    The preferred key is the one with the largest share; of equal ones the first in the alphabet. It is `none` below the
    smallest total or share of the settings.
    """
    whole = sums.agg(F.sum("number").alias("whole"))
    usual = sums.groupBy("key").agg(F.sum("number").alias("everyone")).crossJoin(whole)
    everyone = usual.select("key", (F.col("everyone") / F.col("whole")).alias("usual_share"))
    first = F.min_by(F.struct("key", "number"), F.struct((-F.col("number")).alias("number"), F.col("key")))
    own = sums.groupBy("customer_id").agg(F.sum("number").alias("total"), first.alias("first"))
    share = F.col("first.number") / F.col("total")
    told = (F.col("total") >= rule.min_total) & (share >= rule.min_share)
    chosen = own.select(
        "customer_id",
        F.lit(rule.name).alias("preference"),
        F.when(told, F.col("first.key")).otherwise(F.lit(NONE)).alias("key"),
        F.when(told, share).alias("share"),
        "total",
    )
    joined = chosen.join(F.broadcast(everyone), on="key", how="left")
    strength = F.when(F.col("share").isNotNull(), F.col("share") / F.col("usual_share"))
    usual_share = F.when(F.col("share").isNotNull(), F.col("usual_share"))
    return joined.select(
        "customer_id",
        "preference",
        "key",
        "share",
        usual_share.alias("usual_share"),
        strength.alias("strength"),
        "total",
    )


def check_preferences(
    spark: SparkSession, settings: Settings, tables: Mapping[str, Table]
) -> list[str]:  # every check is given these
    """One line for a dimension that measures.yaml does not have, or a preference that is named twice."""
    known = [dimension.name for dimension in settings[Measures].dimensions]
    rules, problems = settings[PreferencesSettings].preferences, []
    for index, rule in enumerate(rules):
        if rule.dimension not in known:
            problems.append(
                f"{settings.place(PreferencesSettings, 'preferences', index, 'dimension')}: there is no dimension {rule.dimension!r}"
                f"{did_you_mean(rule.dimension, known)}; dimensions: {', '.join(known)}"
            )
        if rule.name in [other.name for other in rules[:index]]:
            place = settings.place(PreferencesSettings, "preferences", index, "name")
            problems.append(f"{place}: two preferences are named {rule.name}; rename one")
    return problems
