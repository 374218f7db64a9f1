"""The job `score_customers`: every customer's probability for every target, its rank, and the reasons for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from bullseye.core.expressions import names_in
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.errors import BullseyeError
from bullseye.learning.linear_model import model_of, reasons
from bullseye.learning.terms import Term
from bullseye.settings.models import Models, Target
from bullseye.settings.snapshots import CampaignSnapshots
from bullseye.topics.scoring.labels import CAMPAIGN_COLUMNS

_DIGITS = 6
"""Decimals of a published probability: customers who are equal in these share percentile and decile."""
_REASONS = 3


def score_customers(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`gold.score` at as_of: all customers of each target's population, by the models trained for this as_of."""
    contract = context.tables["gold.score"]
    targets = context.settings[Models].targets
    if not targets:
        return context.empty("gold.score")
    trained = _by_target(inputs["ops.model"].collect())  # one row per target and feature
    if missing := [target.name for target in targets if target.name not in trained]:
        raise BullseyeError(
            f"ops.model has no model of {', '.join(missing)} as of {context.as_of}; run train_models for that day first"
        )
    scored = union_all([scores(inputs["gold.customer"], target, trained[target.name]) for target in targets])
    # Counted once and joined with the counts: two uses.
    return {"gold.score": ranked(context.keep(scored)).select(*contract.names)}


def _by_target(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row["position"]):
        found.setdefault(row["target"], []).append(row)
    return found


def scores(customers: DataFrame, target: Target, model: Sequence[Row]) -> DataFrame:
    """Probability and reasons for the target's population; `model` are the target's rows of `ops.model`, by position.

    A campaign target is scored for the campaign of `score_as`; what that leaves open counts as the average campaign.
    What is only about the campaign is alike for all customers, and so no reason.
    """
    linear = model_of(row.asDict() for row in model)
    people = customers.where(F.expr(target.where)).select("*", *_campaign_of(target))
    values = people.select(
        "as_of", "customer_id", *(F.expr(term.expression).alias(term.column) for term in linear.terms)
    )
    about_customer = {term.name for term in linear.terms if _about_customer(term, customers)}
    found = values.select(
        "as_of",
        F.lit(target.name).alias("target"),
        "customer_id",
        F.round(linear.probability(), _DIGITS).alias("probability"),
        F.lit(model[0]["model_version"]).alias("model_version"),
        reasons(linear, about_customer).alias("reasons"),
    )
    numbered = [
        F.get(F.col("reasons"), F.lit(place)).getField(field).alias(f"reason_{place + 1}{suffix}")
        for place in range(_REASONS)
        for field, suffix in (("meaning", ""), ("direction", "_direction"))
    ]
    return found.select("as_of", "target", "customer_id", "probability", "model_version", *numbered)


def _campaign_of(target: Target) -> list[Column]:
    """The columns of the campaign that customers are scored for."""
    if not isinstance(target.snapshots, CampaignSnapshots):
        return []
    given = target.snapshots.score_as
    return [F.lit(given.get(column.name)).cast(column.type).alias(column.name) for column in CAMPAIGN_COLUMNS]


def _about_customer(term: Term, customers: DataFrame) -> bool:
    """True when the feature's SQL names a column of the customer table."""
    return not names_in(term.expression).isdisjoint(customers.columns)


def ranked(scored: DataFrame) -> DataFrame:
    """With percentile and decile among the rows of the same target.

    Ranks come from the number of customers at each probability, of which there are a million and one at most, however
    many customers there are: no window runs over customers.
    """
    level = F.round(F.col("probability") * 10**_DIGITS).cast("int").alias("level")
    counts = scored.groupBy("target", level).agg(F.count(F.lit(1)).alias("n"))
    rising = Window.partitionBy("target").orderBy("level")
    up_to = F.sum("n").over(rising.rowsBetween(Window.unboundedPreceding, Window.currentRow))
    every = F.sum("n").over(rising.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing))
    ranks = counts.select("target", "level", up_to.alias("up_to"), every.alias("every")).select(
        "target",
        "level",
        # Integers, because a share such as 0.29 * 100 is a little more than 29.
        F.expr("CAST((100 * up_to + every - 1) DIV every AS INT)").alias("percentile"),
        F.expr("CAST(10 * (every - up_to) DIV every + 1 AS INT)").alias("decile"),
    )
    return scored.select("*", level).join(ranks, on=["target", "level"], how="inner").drop("level")
