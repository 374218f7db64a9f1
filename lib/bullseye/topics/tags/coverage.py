"""How many customers have a tag, of every tag in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.topics.tags.limits import Limits
from bullseye.topics.tags.settings import Tag

_TAGS = "tag STRING, unknown BIGINT, threshold DOUBLE"


def coverage(customer_tags: DataFrame, tags: Sequence[Tag], limits: Limits, as_of: date) -> DataFrame:
    """One row of `gold.tag_coverage` a tag, also for those that no customer has.

    A customer is counted once a tag, however many preferences it gives: by the first place, which every one has.
    """
    rows = [(tag.name, limits.unknown.get(tag.name), limits.limit.get(tag.name)) for tag in tags]
    catalogue = local_frame(customer_tags.sparkSession, rows, _TAGS)
    counted = customer_tags.where(F.col("position") == 1).groupBy("tag").agg(F.count(F.lit(1)).alias("customers"))
    customers = F.coalesce("customers", F.lit(0).cast("bigint"))
    share = customers / F.lit(limits.customers) if limits.customers else F.lit(0.0)
    return catalogue.join(counted, on="tag", how="left").select(
        F.lit(as_of).alias("as_of"), "tag", customers.alias("customers"), share.alias("share"), "unknown", "threshold"
    )
