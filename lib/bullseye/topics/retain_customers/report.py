"""Plans for customers who are likely to leave, and whether a contact is worth its cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, Listing, listing
from bullseye.report.section import CustomerLists, Query, Section, SectionData, Source
from bullseye.report.wording import Wording, words
from bullseye.topics.retain_customers.plans import RECOMMENDATION

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
    about = "Customers likely to leave, and whether a contact is worth its cost."
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
        note = "Customers who are worth a contact. The best day and hour are the usual ones; parts of the month are those in which money comes."
        yield listing("plan-times", "When to contact them", _TIMES, rows, data.wording, note=note)


def _worthwhile(data: SectionData) -> Mapping[str, int]:
    totals: Counter[str] = Counter()
    for row in data.rows["plans"]:
        totals[row["plan"]] += row["customers"] if row["is_worthwhile"] else 0
    return totals


def explanation(row: Mapping[str, Any], says: Wording) -> str:
    """A row of `gold.maintenance_plan` in words: the calculation, why this offer, and why then; without what is NULL."""
    reason = f", most of all because of {row['reason']}" if row["reason"] else ""
    effect = f" a contact that keeps {says.share(row['effect'], 0)}" if row["effect"] is not None else " a contact"
    cost = f" and costs {says.money(row['cost'])} by {row['channel']}" if row["channel"] else ", and no channel suits"
    at_stake = f"{says.share(row['probability'])} to leave{reason}; of {says.money(row['value_at_risk'])} at risk"
    parts = [f"{at_stake}{effect} saves {says.money(row['loss_avoided'])}{cost}"]
    if row["offer"]:
        bought = row["offer_from"] == RECOMMENDATION
        because = f"who has {row['offer_reason']} often has it too" if bought else row["offer_reason"]
        parts.append(f"Offer {row['offer']}" + (f": {because}" if row["offer_reason"] else ""))
    if times := ", ".join(_times_of(row, says)):
        parts.append(f"When: {times}")
    return ". ".join(parts)


def _times_of(row: Mapping[str, Any], says: Wording) -> Iterator[str]:
    usual = " ".join(f"{word} {row[name]}" for word, name in (("on", "weekday"), ("at", "hour")) if row[name])
    if usual:
        yield f"usually active {usual}"
    if row["month_day"] is not None:
        yield f"money usually comes on day {row['month_day']} of the month"
    if row["occasion"]:
        yield f"{row['occasion']} on {says.day(row['occasion_day'])}"


_LISTS = CustomerLists(
    "gold.maintenance_plan",
    columns=(
        "as_of",
        "plan",
        "rank",
        "customer_id",
        *("offer", "offer_from", "offer_reason", "channel", "weekday", "hour", "month_day", "occasion", "occasion_day"),
        *("probability", "reason", "value_at_risk", "effect", "loss_avoided", "cost"),
    ),
    texts={"explanation": explanation},
    file="plan-{}",
    title=lambda name: f"Plan: {words(name).lower()}",
    about="Customers who are worth a contact, the largest gain first: what to offer, how, when and why.",
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
