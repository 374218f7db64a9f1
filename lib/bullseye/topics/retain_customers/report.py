"""Maintenance plans: those likely to leave, and for whom a contact is worth its cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, Listing, listing
from bullseye.report.section import CustomerLists, Query, Section, SectionData, Source
from bullseye.report.wording import words

_PLANS = (
    Field("plan", "plan", "words"),
    Field("worth it", "verdict"),
    Field("offer", "offer", "words"),
    Field("channel", "channel", "words"),
    Field("customers", "customers", "whole"),
    Field("value at risk", "value_at_risk", "money"),
    Field("loss avoided", "loss_avoided", "money"),
    Field("cost", "cost", "money"),
)
_TIMES = (
    Field("plan", "plan", "words"),
    Field("day of the week", "weekday"),
    Field("customers", "customers", "whole", bar=True),
    Field("most often at", "hour"),
    Field("money by the 10th", "early", "whole"),
    Field("11th to 20th", "middle", "whole"),
    Field("from the 21st", "late", "whole"),
    Field("not known", "unknown", "whole"),
)


def _plans(source: Source) -> DataFrame:
    """Customers, value and cost by plan, offer, channel and whether it is worth it."""
    kinds = [F.coalesce(name, F.lit("none")).alias(name) for name in ("offer", "channel")]
    return (
        source.tables["gold.maintenance_plan"]
        .groupBy("plan", "is_worthwhile", *kinds)
        .agg(
            F.count(F.lit(1)).alias("customers"),
            F.sum("value_at_risk").alias("value_at_risk"),
            F.sum("loss_avoided").alias("loss_avoided"),
            F.sum("cost").alias("cost"),
        )
    )


def _times(source: Source) -> DataFrame:
    """Customers to be contacted by plan, best day of the week, and part of the month in which money comes."""
    day = F.col("month_day")
    parts = {"early": day <= 10, "middle": day.between(11, 20), "late": day > 20, "unknown": day.isNull()}
    return (
        source.tables["gold.maintenance_plan"]
        .where("is_worthwhile")
        .groupBy("plan", F.coalesce("weekday", F.lit("unknown")).alias("weekday"))
        .agg(
            F.count(F.lit(1)).alias("customers"),
            F.mode("hour", deterministic=True).alias("hour"),
            *(F.count_if(inside).alias(part) for part, inside in parts.items()),
        )
    )


def _blocks(data: SectionData) -> Iterator[Block]:
    about = "Those likely to leave, and for whom a contact is worth its cost."
    yield from part("Plans", about, tuple(_tables(data)))


def _tables(data: SectionData) -> Iterator[Listing]:
    if rows := data.rows["plans"]:
        shown = [
            {
                **row,
                "verdict": "yes" if row["is_worthwhile"] else "no",
                "mark_verdict": "ok" if row["is_worthwhile"] else "",
            }
            for row in rows
        ]
        note = "Loss avoided: probability to leave, times value at risk, times the assumed effect of a contact."
        yield listing("plans", "Maintenance plans", _PLANS, shown, data.wording, note=note)
    if rows := data.rows["times"]:
        note = "Those for whom it is worth it. The best day and hour are the usual ones; parts of the month are those in which money comes."
        yield listing("plan-times", "When to contact them", _TIMES, rows, data.wording, note=note)


def _worthwhile(data: SectionData) -> Mapping[str, int]:
    totals: Counter[str] = Counter()
    for row in data.rows["plans"]:
        totals[row["plan"]] += row["customers"] if row["is_worthwhile"] else 0
    return totals


_LISTS = CustomerLists(
    "gold.maintenance_plan",
    columns=(
        "as_of",
        "plan",
        "rank",
        "customer_id",
        *("offer", "offer_source", "channel", "weekday", "hour", "month_day", "occasion", "occasion_day"),
        *("probability", "because", "value_at_risk", "loss_avoided", "cost", "reason"),
    ),
    file="plan-{}",
    title=lambda name: f"Plan: {words(name).lower()}",
    about="Those for whom a contact is worth its cost, the largest gain first: what to offer, how, when and why.",
    totals=_worthwhile,
    by="plan",
    where="is_worthwhile",
    order=("-(loss_avoided - cost)", "customer_id"),
)

SECTION = Section(
    "retain_customers",
    "behaviour",
    _blocks,
    queries={
        # plans times offers times channels
        "plans": Query(
            ("gold.maintenance_plan",),
            20_000,
            _plans,
            order=("plan", "-is_worthwhile", "-customers", "offer", "channel"),
        ),
        # plans times days of the week
        "times": Query(("gold.maintenance_plan",), 1_000, _times, order=("plan", "-customers", "weekday")),
    },
    lists=(_LISTS,),
)
