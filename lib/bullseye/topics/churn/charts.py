"""Charts of who leaves when: survival and hazard by month of the life."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from bullseye.report.chart import Chart
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.theme import specification
from bullseye.report.wording import Wording, words

LIFE = "month of the life"


def leavers(curves: Rows, hazards: Rows, wording: Wording) -> list[Chart]:
    """For each question the survival curve of all customers, and the hazard of each month of the life."""
    charts = [
        _survival(question, [row for row in curves if row["question"] == question], wording)
        for question in dict.fromkeys(row["question"] for row in curves)
    ]
    for question in dict.fromkeys(row["question"] for row in hazards):
        rows = [row for row in hazards if row["question"] == question and row["breakdown"] == LIFE]
        if rows:
            charts.append(_hazard(question, [{**row, "month": int(row["value"])} for row in rows], wording))
    return charts


def _survival(question: str, rows: list[Mapping[str, object]], wording: Wording) -> Chart:
    start = {"month": 0, "survival": 1.0, "low": None, "high": None}
    data = [start, *({name: row[name] for name in start} for row in rows)]
    base = alt.Chart({"values": data}).encode(
        x=alt.X("month:Q", title="months since the start", axis=alt.Axis(tickMinStep=1))
    )
    share = alt.Axis(format=".0%", tickCount=5)
    scale = alt.Scale(domain=[0, 1])
    band = base.mark_area(interpolate="step-after", opacity=0.25).encode(
        y=alt.Y("low:Q", title="still there", axis=share, scale=scale), y2="high:Q"
    )
    line = base.mark_line(interpolate="step-after").encode(
        y=alt.Y("survival:Q", title="still there", axis=share, scale=scale),
        tooltip=[alt.Tooltip("month:Q"), alt.Tooltip("survival:Q", format=".1%")],
    )
    fields = (
        Field("month", "month", "whole"),
        Field("at risk", "at_risk", "whole"),
        Field("left", "left_", "whole"),
        Field("still there", "survival", "share"),
        Field("from", "low", "share"),
        Field("to", "high", "share"),
    )
    last = rows[-1]
    title = f"{words(question)}: how many are still there"
    says = f"After {last['month']} months {wording.share(float(str(last['survival'])))} are still there."
    note = "Share by months since the start (Kaplan and Meier), with its 95 % interval."
    numbers = listing(
        f"survival-{question}-numbers", title, fields, [{**row, "left_": row["leavers"]} for row in rows], wording
    )
    return Chart(
        f"survival-{question}",
        title,
        note,
        says,
        specification(alt.LayerChart(layer=[band, line]), height=260),
        numbers,
    )


def _hazard(question: str, months: list[Mapping[str, object]], wording: Wording) -> Chart:
    rows = sorted(months, key=lambda row: int(str(row["month"])))
    data = [{name: row[name] for name in ("month", "hazard", "low", "high", "expected")} for row in rows]
    base = alt.Chart({"values": data}).encode(
        x=alt.X("month:Q", title="months since the start", axis=alt.Axis(tickMinStep=1))
    )
    axis = alt.Axis(format=".0%", tickCount=5)
    rule = base.mark_rule(opacity=0.5).encode(y=alt.Y("low:Q", title="leave in the month", axis=axis), y2="high:Q")
    points = base.mark_point(filled=True).encode(
        y="hazard:Q", tooltip=[alt.Tooltip("month:Q"), alt.Tooltip("hazard:Q", format=".1%")]
    )
    line = base.mark_line().encode(y="expected:Q")
    fields = (
        Field("month", "month", "whole"),
        Field("at risk", "at_risk", "whole"),
        Field("left", "leavers", "whole"),
        Field("hazard", "hazard", "share"),
        Field("expected", "expected", "share"),
    )
    title = f"{words(question)}: when in the life they leave"
    highest = max(rows, key=lambda row: float(str(row["hazard"])))
    says = f"The highest hazard is {wording.share(float(str(highest['hazard'])))} in month {highest['month']}."
    note = "Points: share of those at risk who leave in the month, with its 95 % interval. Line: what the drivers let expect."
    numbers = listing(f"hazard-{question}-numbers", title, fields, rows, wording)
    return Chart(
        f"hazard-{question}",
        title,
        note,
        says,
        specification(alt.LayerChart(layer=[rule, points, line]), height=260),
        numbers,
    )
