"""Who is who: how identities were linked."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.report.blocks import Block
from bullseye.report.listing import Field, listing
from bullseye.report.section import Query, Section, SectionData

_IDENTITY = (
    Field("figure", "figure", "words"),
    Field("of", "item", "prose"),
    Field("number", "number", "whole"),
)


def _blocks(data: SectionData) -> Iterator[Block]:
    """Links by rule, sizes of customers, blocked values that were met, and links that were refused."""
    if rows := data.rows["identity"]:
        note = "Customers by the number of parties, which are persons as one source knows them. ops.identity_refusal has what was refused."
        yield listing("identity", "Who is who", _IDENTITY, rows, data.wording, note=note)


SECTION = Section(
    "identity",
    "quality",
    _blocks,
    queries={
        # one row a rule, a reason, a type and a number of parties
        "identity": Query(("ops.identity_quality",), 10_000, order=("figure", "-number", "item")),
    },
)
