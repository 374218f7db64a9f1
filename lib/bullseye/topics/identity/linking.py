"""From groups of parties to customers, rule by rule: what a rule joins, and what the limits refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.lake import union_all
from bullseye.settings.identity import Identity
from bullseye.topics.identity.components import connected_components, cut

LINK = "party_id STRING, other_party_id STRING, rule STRING, evidence STRING, match_weight DOUBLE, match_probability DOUBLE, comparison STRING"
"""Columns of a link, as in `features.identity_link`."""
REFUSAL = "reason STRING, rule STRING, evidence STRING, limit_type STRING, found BIGINT, allowed BIGINT, links BIGINT"
"""Columns of a refusal, as in `ops.identity_refusal`."""
MANY_CUSTOMERS, MANY_PARTIES, MANY_VALUES = "too many customers", "too many parties", "too many values"


@dataclass(frozen=True)
class Joined:
    """What a rule did: `members` (party_id, root) after it, the links that it made and those that were refused."""

    members: DataFrame
    links: DataFrame
    refused: tuple[DataFrame, ...]


def star_links(
    groups: DataFrame, members: DataFrame, *, rule: str, max_customers: int | None
) -> tuple[DataFrame, DataFrame]:
    """Links between the customers, as they are in `members`, that hold one value, and the values that too many hold.

    Of groups (value, group, party_id) every customer's first party is linked to the first party of all: as many links
    as there are customers to join, less one.
    """
    by_customer = groups.join(members, on="party_id", how="inner").groupBy("value", "group", "root")
    same = Window.partitionBy("value", "group")
    held = by_customer.agg(F.min("party_id").alias("party_id")).withColumns(
        {"customers": F.count(F.lit(1)).over(same), "first": F.min("party_id").over(same)}
    )
    # the groups are made once, for links and refusals
    others = cut(held.where(F.col("party_id") != F.col("first")).drop("root", "group"))
    too_many = F.lit(False) if max_customers is None else F.col("customers") > max_customers
    kept = others.where(~too_many)
    links = kept.select(
        "party_id",
        F.col("first").alias("other_party_id"),
        F.lit(rule).alias("rule"),
        F.col("value").alias("evidence"),
        F.lit(None).cast("double").alias("match_weight"),
        F.lit(None).cast("double").alias("match_probability"),
        F.lit(None).cast("string").alias("comparison"),
    ).distinct()
    refused = (
        others.where(too_many).groupBy("value").agg(F.max("customers").alias("found"), F.count(F.lit(1)).alias("links"))
    )
    return links, refusals(refused, reason=MANY_CUSTOMERS, rule=rule, evidence=F.col("value"), allowed=max_customers)


def refusals(
    rows: DataFrame,
    *,
    reason: str,
    rule: Column | str,
    evidence: Column,
    allowed: Column | int | None,
    limit_type: str | None = None,
) -> DataFrame:
    """Rows (found, links, and what `evidence` needs) as refusals."""
    return rows.select(
        F.lit(reason).alias("reason"),
        (F.lit(rule) if isinstance(rule, str) else rule).alias("rule"),
        evidence.alias("evidence"),
        F.lit(limit_type).cast("string").alias("limit_type"),
        F.col("found").cast("bigint").alias("found"),
        (allowed if isinstance(allowed, Column) else F.lit(allowed)).cast("bigint").alias("allowed"),
        F.col("links").cast("bigint").alias("links"),
    )


def once(refused: DataFrame) -> DataFrame:
    """One refusal per reason, rule and evidence: a customer may break a limit pair by pair and as a whole."""
    by_key = refused.groupBy("reason", "rule", "evidence")
    largest = F.max_by(F.struct("limit_type", "found", "allowed"), F.struct("found", "limit_type")).alias("largest")
    return by_key.agg(largest, F.sum("links").alias("links")).select("reason", "rule", "evidence", "largest.*", "links")


def join_customers(members: DataFrame, links: DataFrame, held: DataFrame, identity: Identity, *, rule: str) -> Joined:
    """Join the customers of `members` by links between their parties, save where a customer would break a limit: of such a
    customer all links of this rule are refused, because it is unknown which of them is wrong.
    """
    new_links = cut(links)
    if new_links.isEmpty():
        return Joined(members, new_links, ())
    roots = members.select(F.col("party_id"), F.col("root"))
    one = new_links.join(roots, on="party_id", how="inner").withColumnRenamed("root", "node")
    other = roots.select(F.col("party_id").alias("other_party_id"), F.col("root").alias("other"))
    edges = (
        one.join(other, on="other_party_id", how="inner").select("node", "other").where(F.col("node") != F.col("other"))
    )
    joined_roots = connected_components(edges).select(F.col("node").alias("root"), F.col("root").alias("joined"))
    after = members.join(joined_roots, on="root", how="left")
    wanted = cut(after.where(F.col("joined").isNotNull()).select("party_id", "root", "joined"))
    broken = _broken(wanted, held, identity)
    if broken is None:
        return Joined(_moved(members, wanted), new_links, ())
    bad = cut(broken)
    if bad.isEmpty():
        return Joined(_moved(members, wanted), new_links, ())
    of_party = wanted.join(bad, on="joined", how="inner").select(
        "party_id", "joined", "reason", "limit_type", "found", "allowed"
    )
    refused = new_links.join(of_party, on="party_id", how="inner")
    counted = refused.groupBy("joined", "reason", "limit_type", "found", "allowed").agg(
        F.count(F.lit(1)).alias("links")
    )
    refusals = counted.select(
        "reason",
        F.lit(rule).alias("rule"),
        F.col("joined").alias("evidence"),
        "limit_type",
        "found",
        "allowed",
        "links",
    )
    good = wanted.join(bad.select("joined"), on="joined", how="left_anti")
    kept = new_links.join(of_party.select("party_id"), on="party_id", how="left_anti")
    return Joined(_moved(members, good), kept, (refusals,))


def _moved(members: DataFrame, wanted: DataFrame) -> DataFrame:
    """The members, those of `wanted` (party_id, joined) with the root that they were joined to."""
    joined = members.join(wanted.select("party_id", "joined"), on="party_id", how="left")
    return cut(joined.select("party_id", F.coalesce("joined", "root").alias("root")))


def _broken(wanted: DataFrame, held: DataFrame, identity: Identity) -> DataFrame | None:
    """Customers (joined, reason, limit_type, found, allowed) of (party_id, joined) that break a limit, each with the first
    that it breaks; None where there are no limits.
    """
    limited = {type_.name: type_.max_per_customer for type_ in identity.types if type_.max_per_customer is not None}
    broken: list[DataFrame] = []
    if identity.max_parties is not None:
        sizes = wanted.groupBy("joined").agg(F.count(F.lit(1)).alias("found"))
        broken.append(_over(sizes, reason=MANY_PARTIES, limit_type=None, allowed=identity.max_parties))
    if limited:
        own = held.where(F.col("id_type").isin(list(limited))).select("party_id", "id_type", "value")
        values = (
            own.join(wanted, on="party_id", how="inner").groupBy("joined", "id_type", "value").agg(F.count(F.lit(1)))
        )
        counts = values.groupBy("joined", "id_type").agg(F.count(F.lit(1)).alias("found"))
        broken += [
            _over(counts.where(F.col("id_type") == name), reason=MANY_VALUES, limit_type=name, allowed=limit)
            for name, limit in limited.items()
        ]
    return first_limit(broken) if broken else None


def _over(counts: DataFrame, *, reason: str, limit_type: str | None, allowed: int) -> DataFrame:
    return counts.where(F.col("found") > allowed).select(
        "joined",
        F.lit(reason).alias("reason"),
        F.lit(limit_type).cast("string").alias("limit_type"),
        F.col("found").cast("bigint").alias("found"),
        F.lit(allowed).cast("bigint").alias("allowed"),
    )


def first_limit(found: Sequence[DataFrame]) -> DataFrame:
    """One row per customer that breaks limits: of several, the first by name."""
    reasons = F.struct("reason", "limit_type", "found", "allowed")
    return union_all(found).groupBy("joined").agg(F.min(reasons).alias("reasons")).select("joined", "reasons.*")
