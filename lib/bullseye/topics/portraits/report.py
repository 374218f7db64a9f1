"""How named groups of customers differ from the others."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, listing
from bullseye.report.section import CustomerLists, Query, Section, SectionData
from bullseye.report.wording import words
from bullseye.topics.portraits.settings import Portraits

_PORTRAIT = (
    Field("feature", "meaning", "prose"),
    Field("mean", "mean", "decimal"),
    Field("of the others", "others_mean", "decimal"),
    Field("median", "median", "decimal"),
    Field("of the others", "others_median", "decimal"),
    Field("not known", "missing", "share"),
    Field("difference", "standardised_difference", "decimal", bar=True, change=True),
    Field("rank", "rank", "whole"),
)


def _blocks(data: SectionData) -> Iterator[Block]:
    portraits: Portraits | None = data.settings.get(Portraits)
    says = data.wording
    for group in portraits.groups if portraits else ():
        rows = [row for row in data.rows["portraits"] if row["portrait"] == group.name]
        if not rows:
            continue
        note = (
            f"{says.whole(rows[0]['customers'])} customers against {says.whole(rows[0]['others'])} others. Difference of the"
            " means in standard deviations; medians are approximate."
        )
        name = words(group.name)
        table = listing(f"portrait-{group.name}", name, _PORTRAIT, rows, says, note=note)
        yield from part(f"Portrait: {name.lower()}", f"{group.doc.rstrip('.')}.", (table,))


_LISTS = CustomerLists(
    "gold.customer_portrait",
    columns=("as_of", "portrait", "customer_id"),
    file="portrait-{}",
    title=lambda name: f"Portrait: {words(name).lower()}",
    about="Who is in it.",
    totals=lambda data: {row["portrait"]: row["customers"] for row in data.rows["portraits"]},
    by="portrait",
)

SECTION = Section(
    "portraits",
    "value",
    _blocks,
    # groups times features
    queries={"portraits": Query(("gold.portrait",), 20_000, order=("portrait", "rank"))},
    settings=(Portraits,),
    lists=(_LISTS,),
)
