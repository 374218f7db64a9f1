"""What a chart of the report is, and the bars that many of them are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from bullseye.report.listing import Field, Listing, listing
from bullseye.report.theme import specification
from bullseye.report.wording import Wording

ROW = 24
"""Height of one bar, pixels."""
LABELS = alt.ExprRef("0.42 * containerSize()[0]")
"""Room for the labels of bars, by the width of the chart's place."""
SLANT = alt.ExprRef("containerSize()[0] < 560 ? -90 : -40")
"""Angle of the headings of a heat map: upright on a phone, where they would run into each other."""
_LEGEND_COLUMNS = alt.ExprRef("max(2, floor(containerSize()[0] / 170))")


@dataclass(frozen=True)
class Chart:
    """A chart: `says` is its text alternative, `note` the text below its title, `numbers` what it shows as a table."""

    id: str
    title: str
    note: str
    says: str
    spec: Mapping[str, Any]
    numbers: Listing


def bars(
    data: Sequence[Mapping[str, Any]],
    *,
    label: str,
    value: str,
    title: str,
    colour: str | None = None,
    colours: Sequence[str] | None = None,
    format_: str = ",d",
) -> Mapping[str, Any]:
    """Horizontal bars, in the order given; `colours` are the names of the legend in their order."""
    shown = ",d" if format_ == ",d" else ".1%"
    tooltip = [alt.Tooltip(f"{label}:N"), alt.Tooltip(f"{value}:Q", format=shown, title=title)]
    encoded = (
        alt.Chart({"values": list(data)})
        .mark_bar()
        .encode(
            x=alt.X(
                f"{value}:Q",
                title=title,
                axis=alt.Axis(format=format_, tickCount=4, tickMinStep=1 if format_ == ",d" else 0.01),
            ),
            y=alt.Y(f"{label}:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABELS)),
        )
    )
    if colour:
        legend = alt.Legend(orient="top", title=None, columns=_LEGEND_COLUMNS)
        scale = alt.Scale(domain=list(colours)) if colours else alt.Undefined
        encoded = encoded.encode(color=alt.Color(f"{colour}:N", legend=legend, scale=scale))
        tooltip.append(alt.Tooltip(f"{colour}:N"))
    labels = len(dict.fromkeys(row[label] for row in data))
    return specification(encoded.encode(tooltip=tooltip), height=ROW * labels)


def counted(
    id_: str, title: str, counts: Iterable[tuple[str, int]], wording: Wording, *, what: str, note: str = ""
) -> Chart:
    """Customers by something, as bars in the order given."""
    listed = list(counts)
    total = sum(count for _, count in listed)
    rows = [{"name": name, "customers": count, "share": count / total if total else None} for name, count in listed]
    fields = (Field(what, "name"), Field("customers", "customers", "whole"), Field("share", "share", "share"))
    says = ", ".join(f"{name}: {wording.whole(count)}" for name, count in listed) + "."
    spec = bars(rows, label="name", value="customers", title="customers")
    return Chart(id_, title, note, says, spec, listing(f"{id_}-numbers", title, fields, rows, wording))
