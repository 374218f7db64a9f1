"""Which records are compared: those of one block, as long as it is no crowd."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.settings.linkage import Probabilistic
from bullseye.topics.identity.components import cut
from bullseye.topics.identity.linking import REFUSAL

LARGE_BLOCK = "large block"


def with_blocks(records: DataFrame, spec: Probabilistic, *, rule: str) -> tuple[DataFrame, DataFrame]:
    """The records with the keys of their blocks, and what was refused: one row per entry of `blocking` with large blocks.

    A key is a hash of the entry's values; NULL where one is missing, and where more than `max_block` records have it: the
    pairs of a block grow with its square.
    """
    names = spec.block_columns
    keyed = records.withColumns({name: _key(block) for name, block in zip(names, spec.blocking, strict=True)})
    every = [F.struct(F.lit(name).alias("name"), F.col(name).alias("key")) for name in names]
    sizes = keyed.select(F.inline(F.array(*every))).where("key IS NOT NULL").groupBy("name", "key").count()
    large = cut(sizes.where(F.col("count") > spec.max_block))
    of_pairs = F.sum(F.expr("count * (count - 1) div 2"))
    largest = large.groupBy("name").agg(F.max("count").alias("found"), of_pairs.alias("pairs"))
    refused = []
    for row in largest.orderBy("name").collect():  # one row an entry of `blocking` at most
        name = row["name"]
        crowd = large.where(F.col("name") == name).select(F.col("key").alias(name), F.lit(True).alias("_is_large"))
        joined = keyed.join(F.broadcast(crowd), on=name, how="left")
        keyed = joined.withColumn(name, F.when(F.col("_is_large").isNull(), F.col(name))).drop("_is_large")
        evidence = ", ".join(spec.blocking[names.index(name)])
        refused.append((LARGE_BLOCK, rule, evidence, None, row["found"], spec.max_block, row["pairs"]))
    return keyed, local_frame(records.sparkSession, refused, REFUSAL)


def _key(block: Sequence[str]) -> Column:
    values = [F.expr(sql).cast("string") for sql in block]
    # concat is NULL where one of them is.
    return F.when(F.concat(*values).isNotNull(), F.xxhash64(*values))
