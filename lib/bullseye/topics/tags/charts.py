"""The chart of the tags."""

from __future__ import annotations

from bullseye.report.chart import Chart, bars
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.wording import Wording, words

MOST = 24
"""Tags drawn at most, the widest; the table below the chart has them all."""


def tag_coverage(tags: Rows, wording: Wording) -> list[Chart]:
    """Share of the customers for whom each tag holds."""
    if not tags:
        return []
    ordered = sorted(tags, key=lambda row: (-row["share"], row["tag"]))
    drawn = ordered[:MOST]
    data = [{"tag": words(row["tag"]), "share": row["share"], "group": row["tag_group"]} for row in drawn]
    groups = sorted({row["group"] for row in data})
    spec = bars(
        data, label="tag", value="share", title="share of the customers", colour="group", colours=groups, format_=".0%"
    )
    widest = ", ".join(f"{words(row['tag'])} {wording.share(row['share'])}" for row in ordered[:5])
    says = f"Share of the customers for each of {len(ordered)} tags; the widest are {widest}."
    fields = (Field("tag", "tag", "words"), Field("group", "tag_group"), Field("share", "share", "share"))
    title = "Coverage of the tags"
    note = (
        f"The {len(drawn)} widest of {len(ordered)} tags; the table has them all." if len(drawn) < len(ordered) else ""
    )
    return [Chart("tags", title, note, says, spec, listing("tags-numbers", title, fields, ordered, wording))]
