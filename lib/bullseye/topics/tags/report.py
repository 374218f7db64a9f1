"""The tags: what they say, and for how many customers each holds."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.report.blocks import Block, Prose, charts, code, nothing
from bullseye.report.changes import row_count, sign
from bullseye.report.listing import Field, Rows, listing, written
from bullseye.report.section import Changes, Highlight, Query, Section, SectionData
from bullseye.report.wording import Wording, signed, words
from bullseye.topics.tags.charts import tag_coverage

_TAGS = (
    Field("tag", "tag", "words"),
    Field("group", "tag_group"),
    Field("kind", "kind"),
    Field("customers", "customers", "whole"),
    Field("share", "share", "share", bar=True, bar_of=1.0),
    Field("unknown", "unknown", "whole"),
    Field("meaning", "meaning", "prose"),
)
_COMPARED = (
    Field("tag", "tag", "words"),
    Field("share now", "now", "share"),
    Field("before", "before", "share"),
    Field("difference", "difference", "points", change=True),
)


def with_meaning(coverage: Rows, catalog: Rows) -> Rows:
    """Every tag with its meaning and coverage, by group and falling coverage."""
    by_tag = {row["tag"]: row for row in catalog}
    unlisted = {"kind": None, "tag_group": "other", "meaning": None}
    rows = [{**unlisted, **by_tag.get(row["tag"], {}), **row} for row in coverage]
    return tuple(sorted(rows, key=lambda row: (row["tag_group"], -row["customers"], row["tag"])))


def _blocks(data: SectionData) -> Iterator[Block]:
    tags = with_meaning(data.rows["coverage"], data.rows["catalog"])
    if not tags:
        yield nothing("No tags: tags.yaml defines none.")
        return
    held = data.wording.whole(data.published["gold.customer_tag"])
    yield Prose((f"{len(tags)} tags, {held} rows in ", code("gold.customer_tag"), "."))
    yield from charts(tag_coverage(tags, data.wording))
    rows = [{**row, "kind": row["kind"] or "–", "meaning": row["meaning"] or "–"} for row in tags]
    yield listing("tags", "What the tags say", _TAGS, rows, data.wording)


def _changes(data: SectionData, before: SectionData) -> Changes:
    shares = compared_shares(with_meaning(data.rows["coverage"], data.rows["catalog"]), before.rows["coverage"])
    note = "Share of the customers for whom each holds; the largest difference first."
    table = listing("tag-changes", "Tags compared", _COMPARED, shares, data.wording, note=note)
    return Changes(
        highlights=tuple(_largest_difference(shares, data.wording)),
        figures=(row_count("Tags held", "gold.customer_tag", data, before),),
        tables=(table,) if shares else (),
    )


def compared_shares(now: Rows, before: Rows) -> Rows:
    """The share of every tag now and then, the largest difference first; None where there was or is no such tag."""
    then = {row["tag"]: row["share"] for row in before}
    shares = {row["tag"]: row["share"] for row in now}
    rows = [
        {
            "tag": tag,
            "now": shares.get(tag),
            "before": then.get(tag),
            "difference": shares[tag] - then[tag] if tag in shares and tag in then else None,
        }
        for tag in {**shares, **then}
    ]
    return tuple(sorted(rows, key=lambda row: (row["difference"] is None, -abs(row["difference"] or 0), row["tag"])))


def _largest_difference(shares: Rows, wording: Wording) -> Iterator[Highlight]:
    for row in [row for row in shares if row["difference"]][:1]:
        points = signed(written(row["difference"], "points", wording), row["difference"])
        yield Highlight(f"Tag {words(row['tag'])}", wording.share(row["now"]), points, sign(row["difference"]))


SECTION = Section(
    "tags",
    "tags",
    _blocks,
    queries={
        # one row a tag of the settings
        "coverage": Query(("gold.tag_coverage",), 10_000, order=("tag",), compared=True),
        "catalog": Query(("gold.tag_catalog",), 10_000, order=("tag",)),
    },
    changes=_changes,
)
