"""Prospects, and the line that is likeliest to be their first."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, listing
from bullseye.report.section import Query, Section, SectionData, Source
from bullseye.topics.first_product.settings import Prospects

_PROSPECTS = (
    Field("likeliest first line", "line", "words"),
    Field("prospects", "customers", "whole", bar=True),
    Field("sum of probabilities", "expected", "whole"),
)
_HITS = (
    Field("method", "method", "words"),
    Field("later first lines", "customers", "whole"),
    Field("in first place", "hit_rate", "share", bar=True, bar_of=1.0),
    Field("among the top", "top_rate", "share", bar=True, bar_of=1.0),
    Field("log loss", "log_loss", "decimal", places=3),
)


def _by_line(source: Source) -> DataFrame:
    """Prospects by the line in first place, and what their probabilities add up to: one row a line."""
    first = F.count_if(F.col("position") == 1).alias("customers")
    return source.tables["gold.prospect"].groupBy("line").agg(first, F.sum("probability").alias("expected"))


def _blocks(data: SectionData) -> Iterator[Block]:
    prospects: Prospects | None = data.settings.get(Prospects)
    quality, says = data.rows["quality"], data.wording
    if not quality or prospects is None:
        return
    rates = [
        {
            **row,
            "hit_rate": row["hits"] / row["customers"] if row["customers"] else None,
            "top_rate": row["hits_top"] / row["customers"] if row["customers"] else None,
        }
        for row in quality
    ]
    note = (
        f"Learnt from {says.whole(rates[0]['learnt'])} earlier first lines of customers, prospects before or not;"
        f" {rates[0]['top']} are named for every prospect."
    )
    tables = (
        listing("prospects", "What comes first", _PROSPECTS, data.rows["prospects"], says),
        listing("prospect-quality", "How often it came true", _HITS, rates, says, note=note),
    )
    about = f"{prospects.doc.rstrip('.')}; and the line that is likeliest to be their first, if any is."
    yield from part("Prospects", about, tables)


SECTION = Section(
    "first_product",
    "value",
    _blocks,
    queries={
        "prospects": Query(("gold.prospect",), 1_000, _by_line, order=("-customers", "line")),
        # one row a method
        "quality": Query(("gold.prospect_quality",), 100, order=("method",)),
    },
    settings=(Prospects,),
)
