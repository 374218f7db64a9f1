"""The chart of product lines: which go together."""

from __future__ import annotations

from typing import Literal

import altair as alt

from bullseye.report.chart import ROW, SLANT, Chart
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.theme import specification
from bullseye.report.wording import Wording, words


def line_matrix(pairs: Rows, wording: Wording, *, counted: Literal["held", "ever"]) -> list[Chart]:
    """The lift of every pair of lines that are held, or were ever held, by the same customers."""
    if not pairs:
        return []
    names = sorted({row["line"] for row in pairs})
    data = [
        {
            "line": words(row["line"]),
            "other": words(row["other_line"]),
            "lift": round(row["lift"], 2),
            "colour": min(row["lift"], 4.0),
            "written": wording.decimal(row["lift"], 1),
            "both": row["both_customers"],
        }
        for row in pairs
    ]
    order = [words(name) for name in names]
    base = alt.Chart({"values": data}).encode(
        x=alt.X("other:N", sort=order, title=None, axis=alt.Axis(orient="top", labelAngle=SLANT, labelLimit=160)),
        y=alt.Y("line:N", sort=order, title=None, axis=alt.Axis(labelLimit=150)),
        tooltip=[
            alt.Tooltip("line:N"),
            alt.Tooltip("other:N"),
            alt.Tooltip("lift:Q", format=".2f"),
            alt.Tooltip("both:Q", format=",d"),
        ],
    )
    scale = alt.Scale(domain=[0, 1, 4], range="diverging", interpolate="rgb")
    legible = alt.condition(f"width > {34 * len(names)}", alt.value(1), alt.value(0))
    cells = base.mark_rect().encode(color=alt.Color("colour:Q", scale=scale, legend=None))
    spec = specification(cells + base.mark_text().encode(text="written:N", opacity=legible), height=ROW * len(names))
    best = [row for row in pairs if row["line"] < row["other_line"]][:3]
    says = "; ".join(
        f"{words(row['line'])} and {words(row['other_line'])}: {wording.decimal(row['lift'], 1)}" for row in best
    )
    fields = (
        Field("line", "line", "words"),
        Field("other line", "other_line", "words"),
        Field("lift", "lift", "decimal"),
        Field("both", "both_customers", "whole"),
        Field("expected", "expected", "whole"),
        Field("share of those with line", "share", "share"),
    )
    rows = [{**row, "expected": row["customers"] * row["other_customers"] / row["base"]} for row in pairs]
    title = {"held": "Which lines are held together", "ever": "Which lines the same customers ever held"}[counted]
    note = "Lift: 1 is what chance would make; colours end at 4."
    numbers = listing("lines-numbers", title, fields, rows, wording)
    return [Chart("lines", title, note, f"{says}.", spec, numbers)]
