"""The section of the report about value: tables and charts of each question that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bullseye.publish.charts import Chart
from bullseye.publish.charts.value import inactive_curve, line_matrix
from bullseye.publish.figures.collect import Rows
from bullseye.publish.listing import Field, Listing, listing
from bullseye.publish.wording import Wording, words
from bullseye.settings.insights import Insights
from bullseye.settings.tiers import EVERYONE

_CUTS = (
    Field("limit", "method", "words"),
    Field("amount", "cut", "money"),
    Field("from", "low", "money"),
    Field("to", "high", "money"),
    Field("customers up to it", "below", "whole"),
    Field("of these inactive", "precision", "share"),
    Field("of all inactive", "recall", "share"),
)
_SHIFTS = (
    Field("tier", "tier", "words"),
    Field("tier with the suggested limit", "tier_suggested", "words"),
    Field("customers", "customers", "whole"),
    Field("share", "share", "share"),
    Field("their amount", "amount", "money"),
)
_PORTRAIT = (
    Field("feature", "meaning", "prose"),
    Field("mean", "mean", "decimal"),
    Field("of the others", "others_mean", "decimal"),
    Field("median", "median", "decimal"),
    Field("of the others", "others_median", "decimal"),
    Field("not known", "missing", "share"),
    Field("difference", "difference", "decimal", bar=True, change=True),
    Field("place", "distinction", "whole"),
)
_ESTIMATES = (
    Field("estimate", "estimate", "words"),
    Field("customers", "customers", "whole"),
    Field("show it", "shown", "whole"),
    Field("here", "here", "money"),
    Field("elsewhere", "expected", "money"),
    Field("share of wallet", "share_of_wallet", "share"),
    Field("low here, high elsewhere", "opportunities", "whole"),
    Field("what these have elsewhere", "opportunity_amount", "money"),
)
_QUALITY = (
    Field("estimate", "estimate", "words"),
    Field("method", "method", "words"),
    Field("shown by", "sample", "words"),
    Field("customers", "customers", "whole"),
    Field("rank correlation", "rank_correlation", "decimal", places=3),
    Field("median error", "median_error", "money"),
    Field("half within a factor of", "median_factor", "decimal"),
    Field("observed / estimated", "bias", "decimal"),
    Field("covered by the interval", "coverage", "share"),
)
_PREFERENCES = (
    Field("preference", "preference", "words"),
    Field("key", "key", "words"),
    Field("customers", "customers", "whole"),
    Field("their mean share", "share", "share"),
    Field("against everybody", "strength", "decimal"),
)
_PROSPECTS = (
    Field("likeliest first line", "line", "words"),
    Field("prospects", "customers", "whole", bar=True),
    Field("sum of probabilities", "expected", "whole"),
)
_HITS = (
    Field("method", "method", "words"),
    Field("later first lines", "customers", "whole"),
    Field("in first place", "hit_rate", "share", bar=True, bar_of=1.0),
    Field("among the top", "top_rate", "share", bar=True, bar_of=1.0),
    Field("log loss", "log_loss", "decimal", places=3),
)


@dataclass(frozen=True)
class Answer:
    """One question: what it is about, its charts and its tables."""

    title: str
    about: str
    charts: tuple[Chart, ...]
    tables: tuple[Listing, ...]


def value_answers(found: Mapping[str, Rows], insights: Insights, says: Wording) -> tuple[Answer, ...]:
    """The questions that have an answer; none where insights.yaml asks nothing."""
    answers = (
        _tiers(found, insights, says),
        _lines(found, insights, says),
        *_portraits(found, insights, says),
        _estimates(found, says),
        _preferences(found, says),
        _prospects(found, insights, says),
    )
    return tuple(answer for answer in answers if answer)


def _tiers(found: Mapping[str, Rows], insights: Insights, says: Wording) -> Answer | None:
    if not found["shifts"] or insights.tiers is None:
        return None
    rows = [
        {
            **row,
            "precision": row["inactive_below"] / row["below"] if row["below"] else None,
            "recall": row["inactive_below"] / row["inactive"] if row["below"] and row["inactive"] else None,
        }
        for row in sorted(found["cuts"], key=lambda row: (row["method"] != "given", row["method"]))
    ]
    everyone = sum(row["customers"] for row in found["shifts"])
    moved = sum(row["customers"] for row in found["shifts"] if row["tier"] != row["tier_suggested"])
    shifts = [{**row, "share": row["customers"] / everyone} for row in found["shifts"]]
    docs = "; ".join(
        f"{words(tier.name).lower()}: {tier.doc[0].lower()}{tier.doc[1:]}" for tier in insights.tiers.tiers
    )
    note = f"{says.whole(moved)} of {says.whole(everyone)} customers shift when the limit {words(insights.tiers.method).lower()} is used."
    limits = (
        "From and to: bootstrap interval. Steepest: where the share of inactive falls most; see the page about methods."
    )
    tables = (
        listing("tier-cuts", "Limits between empty shells and customers", _CUTS, rows, says, note=limits),
        listing("tier-shifts", "Tiers, and who shifts", _SHIFTS, shifts, says, note=note),
    )
    return Answer("Tiers", f"{docs}.", tuple(inactive_curve(found["curve"], found["cuts"], says)), tables)


def _lines(found: Mapping[str, Rows], insights: Insights, says: Wording) -> Answer | None:
    if not found["holdings"] or insights.lines is None:
        return None
    tiers = [name for name in dict.fromkeys(row["tier"] for row in found["holdings"]) if name != EVERYONE]
    shares = {(row["tier"], row["line"]): row["share"] for row in found["holdings"]}
    rows = [
        {**row, **{tier: shares.get((tier, row["line"])) for tier in tiers}}
        for row in found["holdings"]
        if row["tier"] == EVERYONE
    ]
    fields = (
        Field("line", "line", "words"),
        Field("customers", "customers", "whole"),
        Field("share", "share", "share", bar=True),
        Field("principal", "principal", "money"),
        *(Field(words(tier), tier, "share") for tier in tiers),
    )
    note = "Share of the customers who hold the line: of all, and of each tier."
    tables = (listing("line-holdings", "Holdings by line", fields, rows, says, note=note),)
    charts = tuple(line_matrix(found["pairs"], says, counted=insights.lines.pairs))
    return Answer("Product lines", "Who holds what, and what goes together.", charts, tables)


def _portraits(found: Mapping[str, Rows], insights: Insights, says: Wording) -> list[Answer]:
    answers = []
    for group in insights.portraits.groups if insights.portraits else ():
        rows = [row for row in found["portraits"] if row["portrait"] == group.name]
        if not rows:
            continue
        note = (
            f"{says.whole(rows[0]['customers'])} customers against {says.whole(rows[0]['others'])} others. Difference of the"
            " means in standard deviations; medians are approximate."
        )
        table = listing(f"portrait-{group.name}", words(group.name), _PORTRAIT, rows, says, note=note)
        answers.append(Answer(f"Portrait: {words(group.name).lower()}", f"{group.doc.rstrip('.')}.", (), (table,)))
    return answers


def _estimates(found: Mapping[str, Rows], says: Wording) -> Answer | None:
    if not found["estimates"]:
        return None
    note = "On customers whom the model had not seen. Who shows the amount is no random sample of all."
    tables = (
        listing("estimates", "Estimated amounts", _ESTIMATES, found["estimates"], says),
        listing("estimate-quality", "How good the estimates are", _QUALITY, found["estimate_quality"], says, note=note),
    )
    return Answer("What customers have elsewhere", "Amounts that show for some, estimated for all.", (), tables)


def _preferences(found: Mapping[str, Rows], says: Wording) -> Answer | None:
    if not found["preferences"]:
        return None
    table = listing("preferences", "Preferences", _PREFERENCES, found["preferences"], says)
    return Answer(
        "Preferences", "What customers turn to most; none where they do too little, or no one thing.", (), (table,)
    )


def _prospects(found: Mapping[str, Rows], insights: Insights, says: Wording) -> Answer | None:
    if not found["prospect_quality"] or insights.prospects is None:
        return None
    rates = [
        {
            **row,
            "hit_rate": row["hits"] / row["customers"] if row["customers"] else None,
            "top_rate": row["hits_top"] / row["customers"] if row["customers"] else None,
        }
        for row in found["prospect_quality"]
    ]
    note = (
        f"Learnt from {says.whole(rates[0]['learnt'])} earlier first lines of customers, prospects before or not;"
        f" {rates[0]['top']} are named for every prospect."
    )
    tables = (
        listing("prospects", "What comes first", _PROSPECTS, found["prospects"], says),
        listing("prospect-quality", "How often it came true", _HITS, rates, says, note=note),
    )
    about = f"{insights.prospects.doc.rstrip('.')}; and the line that is likeliest to be their first, if any is."
    return Answer("Prospects", about, (), tables)
