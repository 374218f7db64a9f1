"""What customers prefer."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, listing
from bullseye.report.section import Query, Section, SectionData, Source

_PREFERENCES = (
    Field("preference", "preference", "words"),
    Field("key", "key", "words"),
    Field("customers", "customers", "whole"),
    Field("their mean share", "share", "share"),
    Field("against all customers", "strength", "decimal"),
)


def _by_key(source: Source) -> DataFrame:
    """Customers by preferred key: one row a key of a dimension."""
    return (
        source.tables["gold.preference"]
        .groupBy("preference", "key")
        .agg(F.count(F.lit(1)).alias("customers"), F.avg("share").alias("share"), F.avg("strength").alias("strength"))
    )


def _blocks(data: SectionData) -> Iterator[Block]:
    if rows := data.rows["preferences"]:
        about = "What customers turn to most; none where they do too little, or no one thing."
        yield from part(
            "Preferences", about, (listing("preferences", "Preferences", _PREFERENCES, rows, data.wording),)
        )


SECTION = Section(
    "preferences",
    "value",
    _blocks,
    queries={
        "preferences": Query(("gold.preference",), 20_000, _by_key, order=("preference", "-customers", "key")),
    },
)
