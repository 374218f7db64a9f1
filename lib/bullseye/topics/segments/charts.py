"""Charts of the segments: bands of recency and frequency, sizes, differences, and moves between them."""

from __future__ import annotations

import altair as alt

from bullseye.report.chart import ROW, SLANT, Chart, counted
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.theme import specification
from bullseye.report.wording import Wording, signed, words

_NONE = "not segmented"


def rfm_map(cells: Rows, wording: Wording) -> list[Chart]:
    """Customers and their mean monetary value by bands of recency and frequency."""
    if not cells:
        return []
    data = [{**row, "written": wording.money(row["value"]), "count": wording.whole(row["customers"])} for row in cells]
    bands = list(range(1, max(max(row["r"], row["f"]) for row in cells) + 1))
    base = alt.Chart({"values": data}).encode(
        x=alt.X(
            "f:O",
            sort=bands,
            scale=alt.Scale(domain=bands),
            title="frequency band: the most frequent to the right",
            axis=alt.Axis(labelAngle=0),
        ),
        y=alt.Y(
            "r:O", sort=bands[::-1], scale=alt.Scale(domain=bands[::-1]), title="recency band: the most recent on top"
        ),
        tooltip=[
            alt.Tooltip("r:O", title="recency band"),
            alt.Tooltip("f:O", title="frequency band"),
            alt.Tooltip("count:N", title="customers"),
            alt.Tooltip("written:N", title="mean value"),
        ],
    )
    colour = alt.Color("customers:Q", legend=None, scale=alt.Scale(range="heatmap", zero=True, interpolate="rgb"))
    spec = specification(
        base.mark_rect().encode(color=colour)
        + base.mark_text(dy=-7, fontSize=13, fontWeight="bold").encode(text="count:N")
        + base.mark_text(dy=9, fontSize=10).encode(text="written:N"),
        height=52 * len(bands),
    )
    best = max(cells, key=lambda row: row["customers"])
    says = (
        f"Most customers, {wording.whole(best['customers'])}, are in recency band {best['r']} and frequency band {best['f']},"
        f" worth {wording.money(best['value'])} each."
    )
    fields = (
        Field("recency band", "r", "whole"),
        Field("frequency band", "f", "whole"),
        Field("customers", "customers", "whole"),
        Field("mean value", "value", "money"),
    )
    title, note = "RFM map", "Customers, and below their mean monetary value, by bands of recency and frequency."
    return [Chart("rfm-map", title, note, says, spec, listing("rfm-map-numbers", title, fields, cells, wording))]


def segment_sizes(scheme: str, profile: Rows, wording: Wording) -> list[Chart]:
    """Customers in each segment of a scheme."""
    sizes = {row["segment"]: row["customers"] for row in profile if row["scheme"] == scheme}
    if not sizes:
        return []
    counts = [(words(segment), count) for segment, count in sizes.items()]
    return [counted(f"sizes-{scheme}", "Size of the segments", counts, wording, what="segment")]


def segment_differences(scheme: str, profile: Rows, wording: Wording) -> list[Chart]:
    """The standardised difference of each feature from all other customers."""
    differing = [row for row in profile if row["scheme"] == scheme and row["standardised_difference"] is not None]
    if not differing:
        return []
    data = [
        {
            "segment": words(row["segment"]),
            "feature": _short(row["feature"]),
            "difference": round(row["standardised_difference"], 3),
            "written": _tenths(row["standardised_difference"], wording),
        }
        for row in differing
    ]
    names = list(dict.fromkeys(row["feature"] for row in data))
    segments = list(dict.fromkeys(row["segment"] for row in data))
    limit = max(1.0, *(abs(row["difference"]) for row in data))
    base = alt.Chart({"values": data}).encode(
        x=alt.X("segment:N", sort=segments, title=None, axis=alt.Axis(orient="top", labelAngle=SLANT, labelLimit=160)),
        y=alt.Y("feature:N", sort=names, title=None, axis=alt.Axis(labelLimit=150)),
        tooltip=[alt.Tooltip("segment:N"), alt.Tooltip("feature:N"), alt.Tooltip("difference:Q", format="+.2f")],
    )
    scale = alt.Scale(domain=[-limit, 0, limit], range="diverging", interpolate="rgb")
    # on a phone the numbers would run into each other; there the table has them
    legible = alt.condition(f"width > {34 * len(segments)}", alt.value(1), alt.value(0))
    cells = base.mark_rect().encode(color=alt.Color("difference:Q", scale=scale, legend=None))
    text = base.mark_text().encode(text="written:N", opacity=legible)
    spec = specification(cells + text, height=ROW * len(names))
    values = {(row["feature"], row["segment"]): row["difference"] for row in data}
    rows = [{"feature": name, **{one: values.get((name, one)) for one in segments}} for name in names]
    says = "; ".join(
        f"{segment}: most different in {max(names, key=lambda name: abs(values.get((name, segment), 0.0)))}"
        for segment in segments
    )
    fields = (Field("feature", "feature"), *(Field(one, one, "decimal", change=True) for one in segments))
    title, note = "How the segments differ", "Mean less that of all others, in standard deviations of both sides."
    numbers = listing(f"differences-{scheme}-numbers", title, fields, rows, wording)
    return [Chart(f"differences-{scheme}", title, note, says, spec, numbers)]


def moved_customers(scheme: str, moves: Rows, order: Rows, wording: Wording) -> list[Chart]:
    """Customers by their segment in the release before and now; who stayed where they were is not coloured. No chart
    where no customer moved.
    """
    rows = [
        {
            "then": words(row["segment_before"]) if row["segment_before"] else _NONE,
            "now": words(row["segment"]) if row["segment"] else _NONE,
            "customers": row["customers"],
        }
        for row in moves
        if row["scheme"] == scheme
    ]
    left = sorted((row for row in rows if row["then"] != row["now"]), key=lambda row: -row["customers"])
    if not left:
        return []
    known = [words(row["segment"]) for row in order if row["scheme"] == scheme]
    names = list(dict.fromkeys([*known, *(row["then"] for row in rows), *(row["now"] for row in rows)]))
    names = [name for name in names if any(name in (row["then"], row["now"]) for row in rows)]
    data = [{**row, "moved": row["customers"] if row["then"] != row["now"] else 0} for row in rows]
    base = alt.Chart({"values": data}).encode(
        x=alt.X(
            "now:N",
            sort=names,
            scale=alt.Scale(domain=names),
            title="now",
            axis=alt.Axis(orient="top", labelAngle=SLANT, labelLimit=160),
        ),
        y=alt.Y(
            "then:N",
            sort=names,
            scale=alt.Scale(domain=names),
            title="in the release before",
            axis=alt.Axis(labelLimit=150),
        ),
        tooltip=[alt.Tooltip("then:N"), alt.Tooltip("now:N"), alt.Tooltip("customers:Q", format=",d")],
    )
    scale = alt.Scale(range="heatmap", zero=True, interpolate="rgb")
    legible = alt.condition(f"width > {30 * len(names)}", alt.value(1), alt.value(0))
    cells = base.mark_rect().encode(color=alt.Color("moved:Q", scale=scale, legend=None))
    text = base.mark_text().encode(text=alt.Text("customers:Q", format=",d"), opacity=legible)
    spec = specification(cells + text, height=ROW * len(names))
    says = "; ".join(f"{wording.whole(row['customers'])} from {row['then']} to {row['now']}" for row in left[:3])
    fields = (Field("then", "then"), Field("now", "now"), Field("customers", "customers", "whole"))
    title, note = "Who moved between the segments", "Rows: the segment in the release before. Columns: the segment now."
    numbers = listing(f"moves-{scheme}-numbers", title, fields, rows, wording)
    return [Chart(f"moves-{scheme}", title, note, f"{says}.", spec, numbers)]


def _tenths(value: float, wording: Wording) -> str:
    """A difference with its sign; one that rounds to nothing has none.

    >>> _tenths(0.26, Wording()), _tenths(-0.04, Wording())
    ('+0.3', '0.0')
    """
    rounded = round(value, 1) or 0.0
    return signed(wording.decimal(rounded, 1), rounded)


def _short(feature: str) -> str:
    """A feature's name; SQL is cut to what fits an axis."""
    return words(feature) if feature.replace("_", "").isalnum() else feature[:40]
