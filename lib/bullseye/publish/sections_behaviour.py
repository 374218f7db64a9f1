"""The report's tables about who leaves when and why, buying again, sources, places and plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bullseye.publish.figures.collect import Rows
from bullseye.publish.listing import Field, Listing, listing
from bullseye.publish.wording import Wording, words

_MOST = 20
"""Groups of a table shown at most; the tables of the lake have them all."""
_CHURN = (
    Field("there today", "present", "whole"),
    Field("months", "horizon_months", "whole"),
    Field("could leave", "customers", "whole"),
    Field("left", "leavers", "whole"),
    Field("share", "share", "share", bar=True),
    Field("from", "low", "share"),
    Field("to", "high", "share"),
    Field("expected", "expected", "share"),
)
_DRIVERS = (
    Field("driver", "driver", "words"),
    Field("direction", "direction"),
    Field("weight", "weight", "decimal", places=3, bar=True),
    Field("coefficient", "coefficient", "decimal", places=3),
    Field("standard error", "standard_error", "decimal", places=3),
    Field("odds ratio", "odds_ratio", "decimal"),
    Field("from", "odds_ratio_low", "decimal"),
    Field("to", "odds_ratio_high", "decimal"),
    Field("meaning", "meaning", "prose"),
)
_WEIGHTS = (
    Field("factor", "factor", "words"),
    Field("direction", "direction"),
    Field("weight", "weight", "decimal", places=3, bar=True),
    Field("coefficient", "coefficient", "decimal", places=3),
    Field("standard error", "standard_error", "decimal", places=3),
    Field("odds ratio", "odds_ratio", "decimal"),
)
_FACTORS = (
    Field("factor", "factor", "words"),
    Field("eigenvalue", "eigenvalue", "decimal"),
    Field("at random", "at_random", "decimal"),
    Field("variance explained", "explained", "share"),
    Field("items", "items", "prose"),
)
_TRAFFIC = (
    Field("channel", "channel", "words"),
    Field("device", "device"),
    Field("touches", "touches", "whole", bar=True),
    Field("visitors", "visitors", "whole"),
    Field("customers", "customers", "whole"),
    Field("first touch", "conversions_first", "whole"),
    Field("last touch", "conversions_last", "whole"),
    Field("any touch", "conversions_any", "whole"),
    Field("converted", "converted", "whole"),
    Field("conversion", "conversion_rate", "share"),
)
_SCREENS = (
    Field("screens", "device"),
    Field("visitors", "visitors", "whole", bar=True),
    Field("customers", "customers", "whole"),
    Field("touches", "touches", "whole"),
    Field("converted", "converted", "whole"),
    Field("conversion", "conversion_rate", "share"),
)
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
_PLAN_TIMES = (
    Field("plan", "plan", "words"),
    Field("day of the week", "weekday"),
    Field("customers", "customers", "whole", bar=True),
    Field("most often at", "hour"),
    Field("money by the 10th", "early", "whole"),
    Field("11th to 20th", "middle", "whole"),
    Field("from the 21st", "late", "whole"),
    Field("not known", "unknown", "whole"),
)


def behaviour_tables(found: Mapping[str, Rows], wording: Wording) -> tuple[tuple[str, str, tuple[Listing, ...]], ...]:
    """Heading, text and tables of every part that there is something of."""
    parts = (
        ("Leavers", "Months in a row with the event, until the first one without it.", _leavers(found, wording)),
        ("Buying again", "Factors behind the answers, and what each weighs for buying again.", _again(found, wording)),
        ("Plans", "Those likely to leave, and for whom a contact is worth its cost.", _plans(found, wording)),
        (
            "Sources",
            "Arrivals by marketing channel; conversions by first, last and any touch.",
            _sources(found, wording),
        ),
        ("Places", "Customers by where they live and who keeps them.", _places(found, wording)),
    )
    told = ((title, about, tuple(tables)) for title, about, tables in parts)
    return tuple(part for part in told if part[2])


def _leavers(found: Mapping[str, Rows], wording: Wording) -> Iterator[Listing]:
    for question in dict.fromkeys(row["question"] for row in found["churn"]):
        rows = [row for row in found["churn"] if row["question"] == question]
        everybody = [row for row in rows if row["breakdown"] == "all"]
        note = "Of those who could leave when these months began, up to as_of. Expected: by the drivers below."
        yield listing(f"churn-{question}", f"{words(question)}: who left", _CHURN, everybody, wording, note=note)
        for breakdown in dict.fromkeys(row["breakdown"] for row in rows if row["breakdown"] != "all"):
            yield _where(question, breakdown, [row for row in rows if row["breakdown"] == breakdown], wording)
    for question in dict.fromkeys(row["question"] for row in found["drivers"]):
        rows = [row for row in found["drivers"] if row["question"] == question and row["position"]]
        note = "Logistic regression over months of customers. Weight: log-odds per standard deviation, by which drivers compare; unclear: may be chance."
        note += _remark(rows)
        yield listing(
            f"drivers-{question}", f"{words(question)}: what drives them away", _DRIVERS, rows, wording, note=note
        )


def _where(question: str, breakdown: str, rows: list[Mapping[str, Any]], wording: Wording) -> Listing:
    """Who left by one breakdown: every horizon of a group together, the groups by falling share of the longest one."""
    shares = {row["value"]: row["share"] for row in sorted(rows, key=lambda row: row["horizon_months"])}
    ranked = sorted(rows, key=lambda row: (-shares[row["value"]], row["value"], row["horizon_months"]))
    most = tuple(dict.fromkeys(row["value"] for row in ranked))[:_MOST]
    shown = [row for row in ranked if row["value"] in most]
    note = f"{len(most)} of {len(shares)} groups that are large enough, by falling share over the longest time."
    fields = (Field(words(breakdown).lower(), "value"), *_CHURN)
    title = f"{words(question)}: who left by {words(breakdown).lower()}"
    return listing(f"churn-{question}-{breakdown}", title, fields, shown, wording, note=note)


def _remark(rows: Sequence[Mapping[str, Any]]) -> str:
    """A sentence about what is left out; nothing where nothing is."""
    said = rows[0]["remark"] if rows else None
    return f" {said[0].upper()}{said[1:]}." if said else ""


def _again(found: Mapping[str, Rows], wording: Wording) -> Iterator[Listing]:
    for question in dict.fromkeys(row["question"] for row in found["factors"]):
        rows = [row for row in found["factors"] if row["question"] == question]
        first = rows[0]
        note = (
            f"{wording.whole(first['rows'])} customers; sampling adequacy (KMO) {wording.decimal(first['kmo'])};"
            f" Bartlett's chi-square {wording.whole(first['bartlett'])}. As many factors as eigenvalues exceed those at random."
        )
        note += _remark(rows)
        kept = [row for row in rows if row["factor"] is not None]
        yield listing(f"factors-{question}", f"{words(question)}: factors", _FACTORS, kept, wording, note=note)
        if kept:
            yield _loadings(question, [row for row in found["loadings"] if row["question"] == question], kept, wording)
    for question in dict.fromkeys(row["question"] for row in found["weights"]):
        rows = [row for row in found["weights"] if row["question"] == question and row["position"]]
        note = (
            f"{wording.whole(rows[0]['events'])} of {wording.whole(rows[0]['rows'])} customers bought again."
            if rows
            else ""
        )
        note += _remark(rows)
        yield listing(
            f"weights-{question}", f"{words(question)}: weights for buying again", _WEIGHTS, rows, wording, note=note
        )


def _loadings(
    question: str, found: list[Mapping[str, Any]], factors: list[Mapping[str, Any]], wording: Wording
) -> Listing:
    names = [row["factor"] for row in factors]
    by_item: dict[str, dict[str, Any]] = {}
    for row in found:
        item = by_item.setdefault(
            row["item"], {"item": row["item"], "meaning": row["meaning"], "explained": row["communality"]}
        )
        item[f"of_{row['factor']}"] = row["loading"]
    fields = (
        Field("item", "item", "words"),
        *(Field(words(name), f"of_{name}", "decimal") for name in names),
        Field("explained", "explained", "share"),
        Field("meaning", "meaning", "prose"),
    )
    ordered = sorted(
        by_item.values(),
        key=lambda row: (max(range(len(names)), key=lambda at: abs(row[f"of_{names[at]}"])), row["item"]),
    )
    return listing(f"loadings-{question}", f"{words(question)}: loadings", fields, ordered, wording)


def _plans(found: Mapping[str, Rows], wording: Wording) -> Iterator[Listing]:
    if rows := found["plans"]:
        shown = [
            {**row, "verdict": "yes" if row["worth"] else "no", "mark_verdict": "ok" if row["worth"] else ""}
            for row in rows
        ]
        note = "Loss avoided: probability to leave, times value at risk, times the assumed effect of a contact."
        yield listing("plans", "Maintenance plans", _PLANS, shown, wording, note=note)
    if rows := found["plan_times"]:
        note = "Those for whom it is worth it. The best day and hour are the usual ones; parts of the month are those in which money comes."
        yield listing("plan-times", "When to contact them", _PLAN_TIMES, rows, wording, note=note)


def _sources(found: Mapping[str, Rows], wording: Wording) -> Iterator[Listing]:
    rows = found["traffic"]
    longest = max((row["days"] for row in rows), default=0)
    mine = [row for row in rows if row["days"] == longest]
    sources = [row for row in mine if row["breakdown"] == "source"]
    if sources:
        note = f"Over {longest} days. A conversion with several touches counts once by its first, once by its last. Conversion: customers who came so and converted afterwards, of all who came so."
        yield listing("traffic", "Sources of visitors", _TRAFFIC, sources, wording, note=note)
    if screens := [row for row in mine if row["breakdown"] == "screens"]:
        yield listing(
            "screens", "Visitors by all their screens", _SCREENS, screens, wording, note=f"Over {longest} days."
        )


def _places(found: Mapping[str, Rows], wording: Wording) -> Iterator[Listing]:
    rows = found["places"]
    figures = dict.fromkeys(row["figure"] for row in rows)
    meanings = {row["figure"]: row["meaning"] for row in rows}
    fields = (
        Field("place", "value"),
        Field("customers", "customers", "whole", bar=True),
        Field("share", "share", "share"),
        *(Field(words(figure), figure, "decimal") for figure in figures),
    )
    note = "; ".join(f"{words(figure)}: {meanings[figure]}" for figure in figures) + "."
    for breakdown in dict.fromkeys(row["breakdown"] for row in rows if row["breakdown"] != "all"):
        by_value: dict[str, dict[str, Any]] = {}
        for row in rows:
            if row["breakdown"] == breakdown:
                place = by_value.setdefault(row["value"], dict(row))
                place[row["figure"]] = row["number"]
        ordered = sorted(by_value.values(), key=lambda row: (row["position"], -row["customers"], row["value"]))
        yield listing(
            f"places-{breakdown}", f"Customers by {words(breakdown)}", fields, ordered[: 3 * _MOST], wording, note=note
        )
