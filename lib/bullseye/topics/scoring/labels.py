"""Which past rows a target learns from, what happened after each, and which of them test.

A snapshot at day s knows facts up to s; its label looks at days after s only. A label whose days are not all over as of
the run's as_of does not exist yet, so the row is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import columns
from bullseye.settings.snapshots import CampaignSnapshots, MonthlySnapshots
from bullseye.tables.facts import with_customer

Sample = Literal["train", "test", "between"]
"""`between` rows have a label window that overlaps the test: only the random split uses them."""

CAMPAIGN_COLUMNS = columns(
    """
    campaign_type STRING COMMENT 'type as the company names it; NULL when unknown',
    campaign_duration_days INT COMMENT 'days from the first to the last day of the campaign, both included',
    campaign_coupons INT COMMENT 'distinct coupons in the campaign; NULL when unknown',
    campaign_products INT COMMENT 'distinct products that its coupons are good for; NULL when unknown',
    """
)
"""What the features of a campaign target may use in addition to the customer's columns."""

ADDED = ("_unit", "_sample", "_label")
"""Columns that are added to those of the snapshot: the campaign (empty for month ends), the sample, and 0 or 1.

No name of the settings begins with an underscore, so that they cannot collide.
"""


def monthly_samples(spec: MonthlySnapshots, snapshots: Sequence[date], as_of: date) -> dict[date, Sample]:
    """The sample of every snapshot whose label is known: the last `test_snapshots` test, the others train.

    A training label window closes on or before the first test snapshot; those that do not are between.
    """
    resolved = sorted(day for day in snapshots if spec.resolved(day, as_of))
    tests = resolved[-spec.test_snapshots :]

    def sample(day: date) -> Sample:
        if day in tests:
            return "test"
        return "train" if spec.label_end(day) <= tests[0] else "between"

    return {day: sample(day) for day in resolved}


def monthly_rows(
    snapshots: DataFrame,
    party_days: DataFrame,
    identity_map: DataFrame,
    *,
    spec: MonthlySnapshots,
    samples: Mapping[date, Sample],
) -> DataFrame:
    """The snapshots at the dates of `samples`, with `ADDED`; the label is 1 where the outcome came in its window."""
    dates = sorted(samples)
    events = with_customer(party_days.where(F.expr(spec.event_where)).select("party_id", "day"), identity_map)
    seen = events.select("customer_id", F.explode(_snapshots_of(F.col("day"), dates, spec)).alias("as_of")).distinct()
    happened = seen.withColumn("_event", F.lit(True))
    joined = snapshots.where(F.col("as_of").isin(dates)).join(happened, on=["customer_id", "as_of"], how="left")
    outcome = F.col("_event").isNotNull() if spec.outcome == "event" else F.col("_event").isNull()
    return joined.select(
        "*",
        F.lit("").alias("_unit"),
        _sample_of(F.col("as_of"), samples).alias("_sample"),
        outcome.cast("double").alias("_label"),
    ).drop("_event")


def _snapshots_of(day: Column, dates: Sequence[date], spec: MonthlySnapshots) -> Column:
    """Those snapshot dates in whose label window the day lies."""
    every = F.array(*(F.lit(found) for found in dates)).cast("array<date>")
    last = spec.gap_days + spec.horizon_days
    return F.filter(every, lambda s: (day > F.date_add(s, spec.gap_days)) & (day <= F.date_add(s, last)))


def _sample_of(day: Column, samples: Mapping[date, Sample]) -> Column:
    """The sample as a column; one branch a snapshot."""
    found = F.lit(None).cast("string")
    for snapshot, sample in samples.items():
        found = F.when(day == F.lit(snapshot), F.lit(sample)).otherwise(found)
    return found


def campaign_rows(
    snapshots: DataFrame,
    campaigns: DataFrame,
    contacts: DataFrame,
    responses: DataFrame,
    identity_map: DataFrame,
    *,
    spec: CampaignSnapshots,
    first_day: date,
    as_of: date,
) -> DataFrame:
    """One row per campaign and customer contacted, with `CAMPAIGN_COLUMNS` and `ADDED`.

    Campaigns that end after `as_of` have their responses cut short, and of those that began with the data
    (`first_day`) nothing was known before: both are left out. The label is a response of the stage from the
    campaign's first day to its last; control groups are no rows.
    """
    over = F.broadcast(_known_campaigns(campaigns, spec=spec, first_day=first_day, as_of=as_of))
    unit = F.col("campaign_id").alias("_unit")
    treated = contacts.where(F.col("arm") == "treated").select(unit, "party_id")
    contacted = with_customer(treated, identity_map).distinct()
    answers = with_customer(responses.where(F.col("stage") == spec.stage).select(unit, "party_id", "day"), identity_map)
    inside = F.col("day").between(F.col("_start"), F.col("_end"))
    responded = answers.join(over, on="_unit", how="inner").where(inside).select("_unit", "customer_id").distinct()
    labelled = contacted.join(over, on="_unit", how="inner").join(
        responded.withColumn("_response", F.lit(True)),
        on=["_unit", "customer_id"],
        how="left",
    )
    rows = labelled.withColumn("_label", F.col("_response").isNotNull().cast("double")).drop(
        "_start", "_end", "_response"
    )
    return rows.join(snapshots, on=["customer_id", "as_of"], how="inner")


def _known_campaigns(campaigns: DataFrame, *, spec: CampaignSnapshots, first_day: date, as_of: date) -> DataFrame:
    """Campaigns with a full outcome, their sample, and the day of their snapshot."""
    start, end, test_from = F.col("start_day"), F.col("end_day"), F.lit(spec.test_from)
    sample = F.when(end < test_from, "train").when(start >= test_from, "test").otherwise("between")
    return campaigns.where((end <= F.lit(as_of)) & (start > F.lit(first_day))).select(
        F.col("campaign_id").alias("_unit"),
        *campaign_columns(),
        start.alias("_start"),
        end.alias("_end"),
        F.date_sub(start, 1).alias("as_of"),
        sample.alias("_sample"),
    )


def campaign_columns() -> list[Column]:
    """`CAMPAIGN_COLUMNS` from the columns of `silver.campaign`."""
    duration = F.date_diff("end_day", "start_day") + 1
    return [
        F.col("campaign_type"),
        duration.alias("campaign_duration_days"),
        F.col("coupons").alias("campaign_coupons"),
        F.col("products").alias("campaign_products"),
    ]
