"""Which parties are one customer, the id that every customer keeps, and the dense number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.errors import IdentityError
from bullseye.settings.identity import Identity
from bullseye.tables.silver import PARTIES
from bullseye.topics.identity.components import cut
from bullseye.topics.identity.customers import OWN_ID, ledger_events, persistent_ids
from bullseye.topics.identity.holdings import crowded, holdings, shared
from bullseye.topics.identity.identity_quality import identity_quality, ids_by_case
from bullseye.topics.identity.ledger import aliases, check_ledger, ids_given, known_parties
from bullseye.topics.identity.linking import LINK, REFUSAL, join_customers, once, refusals, star_links
from bullseye.topics.identity.similar_links import SIMILAR, Similar, similar_links, similar_parties
from bullseye.topics.identity.tables import IDENTITY_MAP

PARTY_TABLES = tuple(table.name for table in PARTIES)
BLOCKED, MANY_HOLDERS = "blocked value", "too many holders"


@dataclass(frozen=True)
class Linked:
    """Which parties are linked: `members` (party_id, root) of all parties, the links and the refusals behind it."""

    members: DataFrame
    links: DataFrame
    refused: DataFrame
    similar: Similar | None


def resolve_identity(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The identity map, the registry of customer numbers, the ledger of what changed, and what it rests on.

    Where no rule links and none ever has, parties are their own customers, so that the map of one source with one id is
    empty, and identifiers are not looked at.
    """
    parties = union_all([inputs[table].select("party_id") for table in PARTY_TABLES]).distinct()
    parties = parties.where(F.col("party_id").isNotNull())
    if (
        not context.settings[Identity].resolves
        and inputs["ops.identity_ledger"].where(F.col("rule") != OWN_ID).isEmpty()
    ):
        return own_ids(parties, inputs["features.customer_number"], context)
    linked = link_parties(parties, inputs, context)
    ledger, numbers = inputs["ops.identity_ledger"], inputs["features.customer_number"]
    parties_before = context.keep(known_parties(ledger))
    check_ledger(parties_before, ledger, numbers)
    assigned = context.keep(persistent_ids(linked.members, parties_before, ids_given(ledger), numbers))
    events = context.keep(ledger_events(assigned, linked.links, rules=rule_names(context), run_id=context.run_id))
    today = assigned.select("party_id", "customer_id").unionByName(
        parties_before.join(assigned, on="party_id", how="left_anti").select(
            "party_id", F.col("before").alias("customer_id")
        )
    )
    similar = linked.similar
    probabilistic = {} if similar is None else {"features.identity_record": similar.record}
    if similar is not None and similar.models is not None:
        probabilistic["ops.identity_model"] = similar.models
    return {
        # The ledger is what the next run goes by: whatever else is lost with a run that breaks off is made from it again.
        "ops.identity_ledger": events,
        "features.identity_map": assigned.where("party_id != customer_id").select("party_id", "customer_id"),
        "features.customer_number": number_customers(assigned.select("customer_id").distinct(), numbers),
        "features.identity_link": linked.links,
        "features.identity_alias": aliases(ledger.unionByName(events), today),
        "ops.identity_refusal": linked.refused,
        "ops.identity_quality": identity_quality(assigned, linked.links, linked.refused).unionByName(
            ids_by_case(assigned)
        ),
        **probabilistic,
    }


def rule_names(context: Context) -> tuple[str, ...]:
    """The rules by name, the strongest first."""
    return (*(rule.name for rule in context.settings[Identity].rules), SIMILAR)


def own_ids(parties: DataFrame, numbers: DataFrame, context: Context) -> Mapping[str, DataFrame]:
    """What a company with one source and one id gets: every party its own customer."""
    customers = parties.select(F.col("party_id").alias("customer_id"), F.col("party_id").alias("party"))
    return {
        "features.identity_map": context.frame(IDENTITY_MAP.name, []),
        "features.customer_number": number_customers(customers.select("customer_id"), numbers),
        "ops.identity_ledger": assigned(customers, run_id=context.run_id),
        "ops.identity_quality": ids_by_case(parties),
    }


def link_parties(parties: DataFrame, inputs: Inputs, context: Context) -> Linked:
    """Apply the rules of identity.yaml, one after the other, to all parties."""
    identity = context.settings[Identity]
    held, blocked = holdings(inputs["silver.identifier"], identity, salt=identity.salt())
    held, blocked = context.keep(held), context.keep(blocked)
    refused = [_values(blocked, reason=BLOCKED, allowed=None)]
    barred = blocked.select("id_type", "value")
    if (crowds := crowded(held, identity)) is not None:
        crowds = cut(crowds)
        held = held.join(F.broadcast(crowds), on=["id_type", "value"], how="left_anti")
        refused.append(_values(crowds, reason=MANY_HOLDERS, allowed=F.col("allowed")))
        barred = barred.unionByName(crowds.select("id_type", "value"))
    members = cut(parties.select("party_id", F.col("party_id").alias("root")))
    check_party_ids(members)
    links: list[DataFrame] = []
    for rule in identity.rules:
        groups = shared(held, inputs["silver.person"], rule, valid_days=identity.type_named(rule.type).valid_days)
        stars, too_many = star_links(groups, members, rule=rule.name, max_customers=rule.max_customers)
        joined = join_customers(members, stars, held, identity, rule=rule.name)
        members = joined.members
        links.append(joined.links)
        refused += [too_many, *joined.refused]
    similar = similar_parties(inputs, context, barred=barred) if identity.probabilistic else None
    if similar is not None:
        stars, clashes = similar_links(similar, members, held, identity)
        joined = join_customers(members, stars, held, identity, rule=SIMILAR)
        members = joined.members
        links.append(joined.links)
        refused += [similar.refused, *([] if clashes is None else [clashes]), *joined.refused]
    refusals = once(_all(context, refused, REFUSAL))
    return Linked(members, context.keep(_all(context, links, LINK)), context.keep(refusals), similar)


def _values(met: DataFrame, *, reason: str, allowed: Column | None) -> DataFrame:
    """Values (id_type, value, parties) that link no parties, as refusals of what they would have linked."""
    found = met.withColumns({"found": F.col("parties"), "links": F.col("parties") - 1})
    return refusals(found, reason=reason, rule=F.col("id_type"), evidence=F.col("value"), allowed=allowed)


def _all(context: Context, frames: Sequence[DataFrame], schema: str) -> DataFrame:
    """All rows, in no more parts than a shuffle makes: a union has those of all its frames, and each would be a file."""
    if not frames:
        return local_frame(context.spark, [], schema)
    return union_all(frames).coalesce(int(context.spark.conf.get("spark.sql.shuffle.partitions") or 1))


def check_party_ids(members: DataFrame) -> None:
    """Raise IdentityError for party ids that end like an id made here for a customer that was split off."""
    reserved = members.where(F.col("party_id").rlike("~[0-9]+$")).count()
    if reserved:
        raise IdentityError(
            f"{reserved:,} party id(s) end in ~ and a number, which marks customers that were split off; write another sign in"
            " silver/*.sql"
        )


def number_customers(customers: DataFrame, known: DataFrame) -> DataFrame:
    """A `customer_no` for every customer that has none: the next free numbers, in the order of the ids.

    `known` is the registry (customer_id, customer_no). Only new customers are sorted, in one partition: on a first run all
    of them, later those of a day.
    """
    last = known.agg(F.coalesce(F.max("customer_no"), F.lit(0)).alias("last"))
    fresh = customers.join(known, on="customer_id", how="left_anti")
    place = F.row_number().over(Window.orderBy("customer_id"))
    return fresh.crossJoin(F.broadcast(last)).select("customer_id", (F.col("last") + place).alias("customer_no"))


def assigned(customers: DataFrame, *, run_id: str) -> DataFrame:
    """One ledger row for every party (column `party`) that is a customer by itself: the first that it is assigned to."""
    event_id = F.sha2(F.concat_ws("|", F.lit("assigned"), "customer_id", "party"), 256)
    return customers.select(
        event_id.alias("event_id"),
        F.lit("assigned").alias("event"),
        "customer_id",
        F.col("party").alias("party_id"),
        F.lit(None).cast("string").alias("from_customer_id"),
        F.lit(OWN_ID).alias("rule"),
        F.lit(None).cast("string").alias("linked_party_id"),
        F.lit(None).cast("string").alias("evidence"),
        F.lit(run_id).alias("run_id"),
    )
