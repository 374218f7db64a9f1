"""What is recommended to most customers."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, nothing
from bullseye.report.changes import row_count
from bullseye.report.listing import Field, listing
from bullseye.report.section import Changes, CustomerLists, Query, Section, SectionData, Source

TOP_ITEMS = 10
_ITEMS = (
    Field("item", "item"),
    Field("customers", "customers", "whole"),
    Field("share of them", "share", "share", bar=True, bar_of=1.0),
    Field("in first place", "first", "whole"),
)


def top_items(source: Source) -> DataFrame:
    """The items recommended to most customers, `TOP_ITEMS` at most, with the customers who have any recommendation."""
    first = F.count_if(F.col("position") == 1)
    counted = (
        source.tables["gold.recommendation"]
        .groupBy("item")
        .agg(F.count(F.lit(1)).alias("customers"), first.alias("first"))
    )
    everyone = F.sum("first").over(Window.partitionBy(F.lit(1))).alias("everyone")
    return counted.select("*", everyone).orderBy(F.desc("customers"), "item").limit(TOP_ITEMS)


def _blocks(data: SectionData) -> Iterator[Block]:
    says, items = data.wording, data.rows["items"]
    if not items:
        yield nothing(f"No recommendations: no customer’s {says.terms.purchase}s match a rule.")
        return
    everyone = items[0]["everyone"]
    rows = [{**row, "share": row["customers"] / everyone if everyone else None} for row in items]
    note = f"{says.whole(everyone)} customers have a recommendation."
    yield listing("items", "Items recommended to most customers", _ITEMS, rows, says, note=note)


def _changes(data: SectionData, before: SectionData) -> Changes:
    return Changes(figures=(row_count("Recommendations", "gold.recommendation", data, before),))


_LISTS = CustomerLists(
    "gold.recommendation",
    columns=("as_of", "customer_id", "position", "item", "score", "lift", "reason"),
    file="recommended-items",
    title=lambda _: "Recommendations",
    about="What to offer to whom, and because of what; where not all fit, those of the most confident rules.",
    totals=lambda data: {"": data.published["gold.recommendation"]},
    order=("-score", "customer_id", "position"),
    sorted_by=("customer_id", "position"),
)

SECTION = Section(
    "recommend",
    "rules",
    _blocks,
    queries={"items": Query(("gold.recommendation",), TOP_ITEMS, top_items)},
    changes=_changes,
    lists=(_LISTS,),
)
