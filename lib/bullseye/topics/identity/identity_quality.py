"""Figures about a resolution: how many links by which rule, how large customers are, what was refused."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.lake import union_all


def identity_quality(assigned: DataFrame, links: DataFrame, refused: DataFrame) -> DataFrame:
    """Rows of `ops.identity_quality` from who is whose (party_id, customer_id), the links and the refusals."""
    sizes = assigned.groupBy("customer_id").agg(F.count(F.lit(1)).alias("parties"))
    is_blocked = F.col("reason") == "blocked value"
    return union_all(
        [
            _figures(links, "links by rule", F.col("rule"), F.count(F.lit(1))),
            _figures(sizes, "customers by parties", F.col("parties").cast("string"), F.count(F.lit(1))),
            _figures(refused.where(is_blocked), "blocked values", F.col("rule"), F.sum("found")),
            _figures(refused.where(~is_blocked), "refused links", F.concat_ws(": ", "rule", "reason"), F.sum("links")),
        ]
    )


def ids_by_case(parties: DataFrame) -> DataFrame:
    """Rows of `ops.identity_quality`: by source, how many party ids differ from another one in letter case only."""
    alike = parties.groupBy(F.lower("party_id").alias("id")).agg(F.count_distinct("party_id").alias("ids"))
    source = F.substring_index("id", ":", 1)
    return _figures(alike.where("ids > 1"), "ids that differ in letter case only", source, F.sum("ids"))


def _figures(rows: DataFrame, figure: str, item: Column, number: Column) -> DataFrame:
    counted = rows.groupBy(item.alias("item")).agg(number.alias("number"))
    return counted.select(F.lit(figure).alias("figure"), "item", F.col("number").cast("bigint").alias("number"))
