"""Ids that stay: which customer each component of parties is, given who was who before."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

OWN_ID = "own_id"
"""The rule in the ledger of a party that is a customer by itself."""
NO_LINK = "no_link"
"""The rule in the ledger of a party that was split off and is by itself."""
_SUFFIX = r"~[0-9]+$"
_NO_NUMBER = 2**63 - 1


def persistent_ids(members: DataFrame, known: DataFrame, given: DataFrame, numbers: DataFrame) -> DataFrame:
    """The customer of every party of `members` (party_id, root), and what has happened to it: (party_id, root, customer_id,
    before, events, event).

    - Split: of the components with parties of one customer, the one with most of them is its heir; of equals, the one with
      the smallest of these parties.
    - Merge: a component that is heir to several customers is the oldest, the one with the smallest number.
    - A component that is heir to none gets an id that was never used: its smallest party, with `~2`, `~3` ... where that
      was given before.

    `event` is assigned for a party not met before, merged where the customer before has no heir of its own left, split where
    it lives on without the party, NULL where nothing has changed. `known` is (party_id, before, events), `given` every id
    ever given, `numbers` the registry (customer_id, customer_no).
    """
    placed = members.join(known.select("party_id", "before", "events"), on="party_id", how="left")
    heirs = _heirs(placed)
    kept = _oldest(heirs, numbers)
    ids = kept.unionByName(_new_ids(placed, kept, given))
    heir = heirs.withColumnRenamed("root", "heir")
    with_customers = placed.join(ids, on="root", how="inner").join(heir, on="before", how="left")
    event = (
        F.when(F.col("before").isNull(), "assigned")
        .when(F.col("before") == F.col("customer_id"), F.lit(None))
        .when(F.col("heir") == F.col("root"), "merged")
        .otherwise("split")
    )
    return with_customers.select(
        "party_id",
        "root",
        "customer_id",
        "before",
        F.coalesce("events", F.lit(0)).alias("events"),
        event.alias("event"),
    )


def _heirs(placed: DataFrame) -> DataFrame:
    """The component (root) that is heir to a customer (before), for every customer that still has a party."""
    parts = placed.where(F.col("before").isNotNull()).groupBy("before", "root")
    sizes = parts.agg(F.count(F.lit(1)).alias("parties"), F.min("party_id").alias("first"))
    return sizes.groupBy("before").agg(F.min_by("root", F.struct(-F.col("parties"), "first")).alias("root"))


def _oldest(heirs: DataFrame, numbers: DataFrame) -> DataFrame:
    """For every component that is heir to customers the oldest of these: (root, customer_id).

    A customer without a number was given its id by a run that broke off; such get their numbers in the order of their ids.
    """
    no = numbers.select(F.col("customer_id").alias("before"), "customer_no")
    age = F.struct(F.coalesce("customer_no", F.lit(_NO_NUMBER)), "before")
    numbered = heirs.join(no, on="before", how="left")
    return numbered.groupBy("root").agg(F.min_by("before", age).alias("customer_id"))


def _new_ids(placed: DataFrame, kept: DataFrame, given: DataFrame) -> DataFrame:
    """An id that was never used, for every component that keeps none: (root, customer_id)."""
    fresh = placed.select("root").distinct().join(kept, on="root", how="left_anti")
    base = F.regexp_replace("customer_id", _SUFFIX, "").alias("root")
    used = given.select(base).groupBy("root").agg(F.count(F.lit(1)).alias("used"))
    following = F.concat("root", F.lit("~"), (F.col("used") + 1).cast("string"))
    return fresh.join(used, on="root", how="left").select(
        "root", F.when(F.col("used").isNull(), F.col("root")).otherwise(following).alias("customer_id")
    )


def ledger_events(with_customers: DataFrame, links: DataFrame, *, rules: tuple[str, ...], run_id: str) -> DataFrame:
    """One ledger row for every party to which something has happened (see `persistent_ids`), with its strongest link; where
    its customer was merged, with the strongest link between that customer and others.

    `rules` are the names of the rules, the strongest first. Ids of events depend on what has happened and on the ledger
    before it alone, so that a run that broke off after writing them does not write them again.
    """
    ends = _ends(links, rules)
    happened = with_customers.where(F.col("event").isNotNull())
    # On most days little happens: only its links are looked at.
    own = ends.join(happened.select("party_id"), on="party_id", how="left_semi")
    reason = happened.join(_strongest(own, "party_id"), on="party_id", how="left")
    gone = happened.where("event = 'merged'").select("before").distinct()
    merging = _strongest(_crossing(ends, with_customers, gone), "before").withColumnRenamed("link", "merging")
    merged = F.when(F.col("event") == "merged", F.col("merging"))
    reason = reason.join(merging, on="before", how="left").withColumn("link", F.coalesce(merged, "link"))
    assigned = F.concat_ws("|", "event", "customer_id", "party_id")
    later = F.concat_ws("|", "event", "customer_id", "party_id", F.col("events").cast("string"))
    alone = F.when(F.col("event") == "split", NO_LINK).otherwise(OWN_ID)
    return reason.select(
        F.sha2(F.when(F.col("events") == 0, assigned).otherwise(later), 256).alias("event_id"),
        "event",
        "customer_id",
        "party_id",
        F.col("before").alias("from_customer_id"),
        F.coalesce("link.rule", alone).alias("rule"),
        "link.linked_party_id",
        "link.evidence",
        F.lit(run_id).alias("run_id"),
    )


def _ends(links: DataFrame, rules: tuple[str, ...]) -> DataFrame:
    """Every link from both its ends: (party_id, link), the link ordered by the strength of its rule."""
    places = F.array_position(F.array(*(F.lit(rule) for rule in rules)), F.col("rule")).alias("place")
    one, other = F.col("party_id"), F.col("other_party_id")
    return links.select(
        F.inline(
            F.array(
                *(
                    F.struct(
                        end.alias("party_id"),
                        F.struct(places, linked.alias("linked_party_id"), F.col("evidence"), F.col("rule")).alias(
                            "link"
                        ),
                    )
                    for end, linked in ((one, other), (other, one))
                )
            )
        )
    )


def _strongest(ends: DataFrame, key: str) -> DataFrame:
    """The strongest link of every `key`: (key, link)."""
    return ends.groupBy(key).agg(F.min("link").alias("link"))


def _crossing(ends: DataFrame, with_customers: DataFrame, customers: DataFrame) -> DataFrame:
    """Links of parties of these customers (before) to others that were not of the same customer: (before, link)."""
    before = with_customers.select("party_id", "before")
    theirs = before.select(F.col("party_id").alias("linked_party_id"), F.col("before").alias("their_before"))
    parties = before.join(customers, on="before", how="left_semi")
    linked = ends.join(parties, on="party_id", how="inner").withColumn("linked_party_id", F.col("link.linked_party_id"))
    both = linked.join(theirs, on="linked_party_id", how="inner")
    return both.where(~F.col("before").eqNullSafe(F.col("their_before"))).select("before", "link")
