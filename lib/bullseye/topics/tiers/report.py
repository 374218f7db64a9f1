"""The tiers of customers, and the limit that data suggest."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.section import Query, Section, SectionData
from bullseye.report.wording import words
from bullseye.topics.tiers.charts import inactive_curve
from bullseye.topics.tiers.settings import Tiers

_CUTS = (
    Field("limit", "method", "words"),
    Field("amount", "cut", "money"),
    Field("from", "low", "money"),
    Field("to", "high", "money"),
    Field("customers up to it", "below", "whole"),
    Field("of these inactive", "precision", "share"),
    Field("of all inactive", "recall", "share"),
)
_SHIFTS = (
    Field("tier", "tier", "words"),
    Field("tier with the suggested limit", "tier_suggested", "words"),
    Field("customers", "customers", "whole"),
    Field("share", "share", "share"),
    Field("their amount", "amount", "money"),
)


def _blocks(data: SectionData) -> Iterator[Block]:
    tiers: Tiers | None = data.settings.get(Tiers)
    shifts, says = data.rows["shifts"], data.wording
    if not shifts or tiers is None:
        return
    everyone = sum(row["customers"] for row in shifts)
    moved = sum(row["customers"] for row in shifts if row["tier"] != row["tier_suggested"])
    shares = [{**row, "share": row["customers"] / everyone} for row in shifts]
    docs = "; ".join(f"{words(tier.name).lower()}: {tier.doc[0].lower()}{tier.doc[1:]}" for tier in tiers.tiers)
    note = f"{says.whole(moved)} of {says.whole(everyone)} customers shift when the limit {words(tiers.method).lower()} is used."
    limits = (
        "From and to: bootstrap interval. Steepest: where the share of inactive falls most; see the page about methods."
    )
    cuts = _with_rates(data.rows["cuts"])
    tables = (
        listing("tier-cuts", "Limits between inactive accounts and customers", _CUTS, cuts, says, note=limits),
        listing("tier-shifts", "Tiers, and who shifts", _SHIFTS, shares, says, note=note),
    )
    yield from part("Tiers", f"{docs}.", tables, inactive_curve(data.rows["curve"], data.rows["cuts"], says))


def _with_rates(cuts: Rows) -> Rows:
    """The given limit first; of the customers up to a limit the share of inactive ones, and their share of all inactive."""
    return tuple(
        {
            **row,
            "precision": row["inactive_below"] / row["below"] if row["below"] else None,
            "recall": row["inactive_below"] / row["inactive"] if row["below"] and row["inactive"] else None,
        }
        for row in sorted(cuts, key=lambda row: (row["method"] != "given", row["method"]))
    )


SECTION = Section(
    "tiers",
    "value",
    _blocks,
    queries={
        # one row a method
        "cuts": Query(("ops.tier_cut",), 100, order=("method",)),
        # one row a step of the amount
        "curve": Query(("ops.tier_curve",), 10_000, order=("top",)),
        # tiers squared
        "shifts": Query(("ops.tier_shift",), 10_000, order=("-customers", "tier", "tier_suggested")),
    },
    settings=(Tiers,),
)
