"""What customers have elsewhere: amounts that show for some customers, estimated for all."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, listing
from bullseye.report.section import Query, Section, SectionData, Source

_ESTIMATES = (
    Field("estimate", "estimate", "words"),
    Field("customers", "customers", "whole"),
    Field("show it", "shown", "whole"),
    Field("here", "balance_here", "money"),
    Field("elsewhere", "expected", "money"),
    Field("share of wallet", "share_of_wallet", "share"),
    Field("low here, high elsewhere", "opportunities", "whole"),
    Field("what these have elsewhere", "opportunity_amount", "money"),
)
_QUALITY = (
    Field("estimate", "estimate", "words"),
    Field("method", "method", "words"),
    Field("shown by", "sample", "words"),
    Field("customers", "customers", "whole"),
    Field("rank correlation", "rank_correlation", "decimal", places=3),
    Field("median error", "median_error", "money"),
    Field("half within a factor of", "median_factor", "decimal"),
    Field("observed / estimated", "bias", "decimal"),
    Field("covered by the interval", "coverage", "share"),
)


def _sums(source: Source) -> DataFrame:
    """Sums over the customers of every estimate: one row each."""
    summed = (
        source.tables["gold.estimate"]
        .groupBy("estimate")
        .agg(
            F.count(F.lit(1)).alias("customers"),
            F.count("observed").alias("shown"),
            F.sum("balance_here").alias("balance_here"),
            F.sum("expected").alias("expected"),
            F.count_if("opportunity").alias("opportunities"),
            F.sum(F.when(F.col("opportunity"), F.col("expected"))).alias("opportunity_amount"),
        )
    )
    return summed.withColumn("share_of_wallet", F.col("balance_here") / F.expr("nullif(balance_here + expected, 0)"))


def _blocks(data: SectionData) -> Iterator[Block]:
    estimates, says = data.rows["estimates"], data.wording
    if not estimates:
        return
    note = "On held-out customers. Customers who show the amount are no random sample of all."
    quality = data.rows["quality"]
    tables = (
        listing("estimates", "Estimated amounts", _ESTIMATES, estimates, says),
        listing("estimate-quality", "How good the estimates are", _QUALITY, quality, says, note=note),
    )
    yield from part("What customers have elsewhere", "Amounts that show for some, estimated for all.", tables)


SECTION = Section(
    "wallet",
    "value",
    _blocks,
    queries={
        # one row an estimate
        "estimates": Query(("gold.estimate",), 1_000, _sums, order=("estimate",)),
        # one row an estimate, sample and method
        "quality": Query(("gold.estimate_quality",), 10_000, order=("estimate", "sample", "method")),
    },
)
