"""Frequent itemsets, by MLlib's FP-Growth."""

from __future__ import annotations

from fractions import Fraction

from pyspark.ml.fpm import FPGrowth
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.topics.association.baskets import without_rarest

_BASKETS_IN_A_TREE = 500_000


def minimal_count(min_support: float, baskets: int) -> int:
    """Baskets that an itemset must be in: the smallest whole number not below `min_support` of all, at least 1.

    Exact: in floating point 0.07 of 100 is more than 7, and itemsets in exactly 7 baskets would be lost.

    >>> minimal_count(0.07, 100)
    7
    >>> minimal_count(0.07, 101)
    8
    """
    return max(1, -(-Fraction(str(min_support)) * baskets // 1))


def frequent_itemsets(baskets: DataFrame, *, min_support: float, max_basket: int) -> tuple[int, DataFrame]:
    """The number of baskets, and every itemset in at least `min_support` of them: sorted items, baskets with all of them.

    The frame is lazy and mines again each time it is used: persist it. Itemsets of any length are found; FP-Growth (Han,
    Pei, Yin 2000) as MLlib has it cannot stop at a length.

    Short baskets should come first in each partition, as `order_baskets` lays them: Spark walks the whole tree to guess
    its size after every tenth more baskets, and most of the tree comes from the long ones (with real receipts that was
    three quarters of the time). Each partition of the mining gets its own copy of the baskets, so there is one for
    half a million of them rather than one for each core.
    """
    size = baskets.agg(F.count(F.lit(1)).alias("baskets"), F.max(F.size("items")).alias("longest")).first()
    if size is None or not size["baskets"]:
        return 0, baskets.select("items", F.size("items").cast("bigint").alias("baskets")).where(F.lit(False))
    total = int(size["baskets"])
    mined = without_rarest(baskets, max_basket=max_basket) if size["longest"] > max_basket else baskets
    # Half a basket less than the limit: MLlib multiplies this share by the number of baskets and rounds up.
    share = (minimal_count(min_support, total) - 0.5) / total
    growth = FPGrowth(itemsCol="items", minSupport=share, numPartitions=-(-total // _BASKETS_IN_A_TREE))
    itemsets = growth.fit(mined.select("items")).freqItemsets
    return total, itemsets.select(F.sort_array("items").alias("items"), F.col("freq").alias("baskets"))
