"""Which customers hold which product lines, and which lines go together."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, Listing, Rows, listing
from bullseye.report.section import Query, Section, SectionData
from bullseye.report.wording import Wording, words
from bullseye.settings.vocabulary import EVERYONE
from bullseye.topics.holdings.charts import line_matrix
from bullseye.topics.holdings.settings import Lines


def _blocks(data: SectionData) -> Iterator[Block]:
    lines: Lines | None = data.settings.get(Lines)
    holdings, says = data.rows["holdings"], data.wording
    if holdings and lines is not None:
        drawn = line_matrix(data.rows["pairs"], says, counted=lines.pairs)
        yield from part("Product lines", "Who holds what, and what goes together.", (_holdings(holdings, says),), drawn)


def _holdings(holdings: Rows, wording: Wording) -> Listing:
    """One row a line; one column a tier."""
    tiers = [name for name in dict.fromkeys(row["tier"] for row in holdings) if name != EVERYONE]
    shares = {(row["tier"], row["line"]): row["share"] for row in holdings}
    rows = [
        {**row, **{tier: shares.get((tier, row["line"])) for tier in tiers}}
        for row in holdings
        if row["tier"] == EVERYONE
    ]
    fields = (
        Field("line", "line", "words"),
        Field("customers", "customers", "whole"),
        Field("share", "share", "share", bar=True),
        Field("principal", "principal", "money"),
        *(Field(words(tier), tier, "share") for tier in tiers),
    )
    note = "Share of the customers who hold the line: of all, and of each tier."
    return listing("line-holdings", "Holdings by line", fields, rows, wording, note=note)


SECTION = Section(
    "holdings",
    "value",
    _blocks,
    queries={
        # tiers times lines
        "holdings": Query(("gold.line_holding",), 10_000, order=("tier", "-customers", "line")),
        # lines squared
        "pairs": Query(("gold.line_pair",), 20_000, order=("-lift", "line", "other_line")),
    },
    settings=(Lines,),
)
