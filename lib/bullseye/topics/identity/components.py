"""Connected components of a graph of links, on Spark: large-star and small-star in turns (Kiveris et al. 2014); of a few
links by the driver, which takes a moment instead of a dozen Spark jobs.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyspark import StorageLevel
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.errors import IdentityError

MAX_ROUNDS = 40
"""Rounds at most. Paths, the worst case, need about the binary logarithm of their length; links of identities three or four."""
FEW_LINKS = 10_000
"""Links that the driver joins by itself; more of them stay on the executors."""

_UNKNOWN_SIZE = 2**63 - 1
"""Bytes that Spark supposes where it knows nothing."""


def cut(frame: DataFrame) -> DataFrame:
    """The frame, computed now and without the plan behind it, so that plans do not grow with rules and rounds.

    It is on disk: Spark would hold the rows as objects, and those of a dozen rules about millions of parties fill the heap.
    Spark takes the product of both sides for the size of a join, and a checkpoint keeps that estimate: after some rounds of
    joins it is a number of millions of digits, and planning does not end (Spark 4.2.0). One that is beyond all measure is
    forgotten.
    """
    kept, session = frame.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY), frame.sparkSession
    plan = kept._jdf.queryExecution()
    if plan.optimizedPlan().stats().sizeInBytes() < _UNKNOWN_SIZE:
        return kept
    streams = False  # Java takes no names
    plain = session._jsparkSession.internalCreateDataFrame(plan.toRdd(), kept._jdf.schema(), streams)
    return DataFrame(plain, session)


def connected_components(links: DataFrame, *, max_rounds: int = MAX_ROUNDS, few_links: int = FEW_LINKS) -> DataFrame:
    """For every node of the links (node, other), texts, its component: (node, root), root the smallest node of the component.

    A link to itself makes a component of one node. Each round cuts the lineage, so that plans do not grow with the rounds.
    Raises IdentityError when the links have not come to rest after `max_rounds`.
    """
    links = cut(links.select("node", "other"))
    first = links.limit(few_links + 1).collect()  # bounded
    if len(first) <= few_links:
        roots = joined((row["node"], row["other"]) for row in first)
        return local_frame(links.sparkSession, list(roots.items()), "node STRING, root STRING")
    return _by_spark(links, max_rounds=max_rounds)


def joined(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For every node of the links the smallest node of its component.

    >>> joined([("c", "b"), ("b", "a"), ("y", "x"), ("z", "z")])
    {'c': 'a', 'b': 'a', 'a': 'a', 'y': 'x', 'x': 'x', 'z': 'z'}
    """
    above: dict[str, str] = {}

    def top(node: str) -> str:
        while (parent := above.setdefault(node, node)) != node:
            above[node] = above[parent]
            node = parent
        return node

    for one, other in links:
        tops = sorted((top(one), top(other)))
        above[tops[1]] = tops[0]
    return {node: top(node) for node in above}


def _by_spark(links: DataFrame, *, max_rounds: int) -> DataFrame:
    alone = links.where(F.col("node") == F.col("other")).select("node", F.col("node").alias("root"))
    greater, smaller = F.greatest("node", "other"), F.least("node", "other")
    edges = links.where(F.col("node") != F.col("other")).select(greater.alias("node"), smaller.alias("root")).distinct()
    edges = cut(edges)
    mark = _mark(edges)
    for _ in range(max_rounds):
        edges = cut(_small_star(_large_star(edges)))
        before, mark = mark, _mark(edges)
        if mark == before:
            roots = edges.select(F.col("root").alias("node"), "root")
            return edges.unionByName(roots).unionByName(alone).groupBy("node").agg(F.min("root").alias("root"))
    raise IdentityError(
        f"the links between parties have not come to rest after {max_rounds} rounds: they form chains of many thousands of"
        " parties, which no person has\n  look at features.identity_link for the rule that makes them, and give it a limit"
    )


def _large_star(edges: DataFrame) -> DataFrame:
    """Every greater neighbour of a node is linked to the smallest of the node and its neighbours."""
    turned = edges.select(F.col("root").alias("node"), F.col("node").alias("root"))
    around = edges.unionByName(turned).withColumn("least", F.min("root").over(Window.partitionBy("node")))
    least = F.least("node", "least")
    return (
        around.where(F.col("root") > F.col("node")).select(F.col("root").alias("node"), least.alias("root")).distinct()
    )


def _small_star(edges: DataFrame) -> DataFrame:
    """A node and its smaller neighbours are linked to the smallest of these."""
    around = edges.withColumn("least", F.min("root").over(Window.partitionBy("node")))
    neighbours = around.where(F.col("root") != F.col("least")).select(F.col("root").alias("node"), F.col("least"))
    own = around.select("node", "least")
    return neighbours.unionByName(own).select("node", F.col("least").alias("root")).distinct()


def _mark(edges: DataFrame) -> tuple[int, int]:
    """Number and hash of the edges: equal marks mean that a round has changed nothing."""
    mark = edges.agg(F.count(F.lit(1)).alias("edges"), F.bit_xor(F.xxhash64("node", "root")).alias("hash")).first()
    return (mark["edges"], mark["hash"] or 0) if mark else (0, 0)
