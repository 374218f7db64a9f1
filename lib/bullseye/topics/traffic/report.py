"""Sources of visitors, their screens, and places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, Listing, Rows, listing
from bullseye.report.section import Query, Section, SectionData
from bullseye.report.wording import Wording, words

_MOST_PLACES = 60
"""Places of a table shown at most; gold.place_traffic has them all."""
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


def _blocks(data: SectionData) -> Iterator[Block]:
    about = "Arrivals by marketing channel; conversions by first, last and any touch."
    yield from part("Sources", about, tuple(_sources(data.rows["traffic"], data.wording)))
    about = "Customers by where they live and who keeps them."
    yield from part("Places", about, tuple(_places(data.rows["places"], data.wording)))


def _sources(traffic: Rows, wording: Wording) -> Iterator[Listing]:
    longest = max((row["days"] for row in traffic), default=0)
    rows = [row for row in traffic if row["days"] == longest]
    if sources := [row for row in rows if row["breakdown"] == "source"]:
        note = f"Over {longest} days. A conversion with several touches counts once by its first, once by its last. Conversion: customers who came so and converted afterwards, of all who came so."
        yield listing("traffic", "Sources of visitors", _TRAFFIC, sources, wording, note=note)
    if screens := [row for row in rows if row["breakdown"] == "screens"]:
        note = f"Over {longest} days."
        yield listing("screens", "Visitors by all their screens", _SCREENS, screens, wording, note=note)


def _places(rows: Rows, wording: Wording) -> Iterator[Listing]:
    """One table a breakdown: one row a place, one column a figure."""
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
        title = f"Customers by {words(breakdown)}"
        yield listing(f"places-{breakdown}", title, fields, ordered[:_MOST_PLACES], wording, note=note)


SECTION = Section(
    "traffic",
    "behaviour",
    _blocks,
    queries={
        # windows times channels times devices
        "traffic": Query(("gold.traffic",), 20_000, order=("-days", "breakdown", "-touches", "channel", "device")),
        # breakdowns times places times figures
        "places": Query(("gold.place_traffic",), 50_000, order=("breakdown", "position", "value", "figure")),
    },
)
