"""The chart of the tiers: where customers become inactive."""

from __future__ import annotations

import altair as alt

from bullseye.report.chart import Chart
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.theme import specification
from bullseye.report.wording import Wording, words


def inactive_curve(curve: Rows, cuts: Rows, wording: Wording) -> list[Chart]:
    """Share of inactive customers by amount, the fitted curve, and the limits."""
    if not curve:
        return []
    data = [
        {
            "amount": 1 + row["top"],
            "share": row["inactive"] / row["customers"],
            "fitted": row["fitted"],
            "customers": row["customers"],
        }
        for row in curve
    ]
    limits = [{"amount": 1 + row["cut"], "method": words(row["method"])} for row in cuts if row["cut"] is not None]
    x = alt.X("amount:Q", scale=alt.Scale(type="log"), title="amount + 1", axis=alt.Axis(tickCount=6, format=",.0f"))
    share = alt.Y("share:Q", title="share inactive", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))
    tooltip = [
        alt.Tooltip("amount:Q", format=",.0f"),
        alt.Tooltip("share:Q", format=".1%"),
        alt.Tooltip("customers:Q", format=",d"),
    ]
    points = (
        alt.Chart({"values": data})
        .mark_point(filled=True)
        .encode(x=x, y=share, size=alt.Size("customers:Q", legend=None), tooltip=tooltip)
    )
    line = alt.Chart({"values": data}).mark_line().encode(x=x, y="fitted:Q")
    colour = alt.Color("method:N", title=None, legend=alt.Legend(orient="top"))
    rules = (
        alt.Chart({"values": limits})
        .mark_rule(strokeWidth=2)
        .encode(x=x, color=colour, tooltip=[alt.Tooltip("method:N")])
    )
    says = (
        "; ".join(f"{one['method']}: {wording.money(one['amount'] - 1)}" for one in limits) or "no limit is suggested"
    )
    fields = (
        Field("up to", "top", "money"),
        Field("customers", "customers", "whole"),
        Field("inactive", "inactive", "whole"),
        Field("fitted", "fitted", "share"),
    )
    title, note = "Where customers become inactive", "Each point is a step of the amount; lines are the limits."
    numbers = listing("inactive-numbers", title, fields, curve, wording)
    return [Chart("inactive", title, note, f"{says}.", specification(points + line + rules, height=260), numbers)]
