"""Charts of the customer base: how recent, and month by month."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

import altair as alt

from bullseye.report.chart import Chart, counted
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.theme import specification
from bullseye.report.wording import Wording

MONTHS = 36
"""Months drawn at most, the last ones; the numbers below the chart have them all."""
RECENCY_BANDS = ((0, 7), (8, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))
"""Days since the last active day, from and to; the last band has no end."""
_FLOWS = ("stayed", "returned", "new", "lapsed")


def recency(base: Mapping[str, Any], wording: Wording) -> list[Chart]:
    """Customers by the time since their last active day: `recency_<low>` of every band, and prospects."""
    counts = [(f"{wording.band(low, high)} days", base.get(f"recency_{low}") or 0) for low, high in RECENCY_BANDS]
    counts.append(("never active", base.get("prospects") or 0))
    if not any(count for _, count in counts):
        return []
    return [counted("recency", "Days since the last active day", counts, wording, what="since the last active day")]


def is_whole_month(month: date, as_of: date) -> bool:
    """Whether the month is over at the end of as_of."""
    return as_of >= date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])


def base_over_time(months: Rows, as_of: date, wording: Wording) -> list[Chart]:
    """Active customers by month, by whether they are new, came back or stayed; below zero those who stayed away."""
    if not months:
        return []
    drawn = months[-MONTHS:]
    data = [
        {"month": row["month"].isoformat(), "customers": -row[flow] if flow == "lapsed" else row[flow], "flow": flow}
        for row in drawn
        for flow in _FLOWS
        if not (flow == "lapsed" and not is_whole_month(row["month"], as_of))
    ]
    chart = (
        alt.Chart({"values": data})
        .mark_bar()
        .encode(
            x=_month_axis(),
            y=alt.Y("customers:Q", title="customers", axis=alt.Axis(format=",d", tickCount=6)),
            color=alt.Color(
                "flow:N", scale=alt.Scale(domain=list(_FLOWS)), legend=alt.Legend(orient="top", title=None)
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y"),
                alt.Tooltip("flow:N", title="customers who"),
                alt.Tooltip("customers:Q", format=",d"),
            ],
        )
        .transform_calculate(order=f"indexof({list(_FLOWS)}, datum.flow)")
    )
    last = months[-1]
    partial = not is_whole_month(last["month"], as_of)
    note = "New: never active before. Returned: not active in the month before. Lapsed, below zero: active in the month before, not in this one."
    if partial:
        note += f" {wording.month(last['month'])} is not over."
    says = (
        f"{wording.whole(last['active'])} customers were active in {wording.month(last['month'])}:"
        f" {wording.whole(last['stayed'])} stayed, {wording.whole(last['returned'])} returned, {wording.whole(last['new'])} were new."
    )
    fields = (
        Field("month", "month", "month"),
        *(Field(name, name, "whole") for name in ("active", *_FLOWS)),
    )
    # who has not come yet may still come
    rows = [{**row, "lapsed": row["lapsed"] if is_whole_month(row["month"], as_of) else None} for row in months]
    numbers = listing("months-numbers", "Active customers by month", fields, rows, wording)
    return [Chart("months", "Active customers by month", note, says, specification(chart, height=260), numbers)]


def sales_over_time(months: Rows, as_of: date, wording: Wording) -> list[Chart]:
    """Sales by month, and by active customer."""
    if not months or all(row["sales"] is None for row in months):
        return []
    sales = wording.terms.sales
    rows = [
        {
            "month": row["month"],
            "sales": row["sales"],
            "each": float(row["sales"]) / row["active"] if row["active"] else None,
        }
        for row in months
    ]
    data: list[Mapping[str, Any]] = [
        {"month": row["month"].isoformat(), "sales": float(row["sales"]), "each": row["each"]} for row in rows[-MONTHS:]
    ]
    chart = (
        alt.Chart({"values": data})
        .mark_bar()
        .encode(
            x=_month_axis(),
            y=alt.Y("sales:Q", title=sales, axis=alt.Axis(format="$,.3~s", tickCount=6)),
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y"),
                alt.Tooltip("sales:Q", format="$,.0f", title=sales),
                alt.Tooltip("each:Q", format="$,.2f", title="per active customer"),
            ],
        )
    )
    last = months[-1]
    says = f"{wording.money(last['sales'])} in {wording.month(last['month'])}."
    note = "" if is_whole_month(last["month"], as_of) else f"{wording.month(last['month'])} is not over."
    fields = (
        Field("month", "month", "month"),
        Field(sales, "sales", "money"),
        Field("per active customer", "each", "money"),
    )
    title = f"{sales[:1].upper()}{sales[1:]} by month"
    numbers = listing("sales-numbers", title, fields, rows, wording)
    return [Chart("sales", title, note, says, specification(chart, height=260), numbers)]


def _month_axis() -> alt.X:
    return alt.X("utcyearmonth(month):O", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True, labelAngle=0))
