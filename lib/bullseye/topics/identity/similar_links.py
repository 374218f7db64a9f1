"""Probabilistic links: who is similar enough to be one customer, and who may not be all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.errors import IdentityError
from bullseye.settings.identity import Identity
from bullseye.settings.linkage import Probabilistic
from bullseye.topics.identity.blocking import with_blocks
from bullseye.topics.identity.components import cut
from bullseye.topics.identity.holdings import without
from bullseye.topics.identity.linking import MANY_VALUES
from bullseye.topics.identity.model import is_old, model_of, model_rows, newest_model, predictor
from bullseye.topics.identity.records import newest_day, records
from bullseye.topics.identity.similarity import IS_NEW, pairs, predict, release, splink_api, train

SIMILAR = "similar"
"""The rule of probabilistic links, weaker than all others."""
PAIR = "party_id STRING, other_party_id STRING, match_weight DOUBLE, match_probability DOUBLE, comparison STRING"
_MATCH_NAMES = ("match_weight", "match_probability", "comparison")
_PARTS = 1 << 20
"""Parts of all hashes, for samples."""
_MATCH = "array<struct<party_id: string, match_weight: double, match_probability: double, comparison: string>>"


@dataclass(frozen=True)
class Similar:
    """All pairs that are similar enough, by which model, and what the next run needs to look at the changes only."""

    pairs: DataFrame
    model: str
    record: DataFrame
    models: DataFrame | None
    """Rows of the model, where this run has trained one."""
    refused: DataFrame
    """Blocks whose pairs were not looked at."""


def similar_parties(inputs: Inputs, context: Context, *, barred: DataFrame) -> Similar:
    """Compare records that are new or have changed with all others; what the others matched before still holds.

    `barred` values (id_type, value) of identifiers link no parties, and are no part of a record.
    """
    identity = context.settings[Identity]
    spec = identity.probabilistic
    if spec is None:
        raise IdentityError("identity.yaml has no probabilistic links; add probabilistic")
    person, salt = inputs["silver.person"], identity.salt()
    identifiers = without(inputs["silver.identifier"], barred, salt=salt)
    party_records = context.keep(records(person, identifiers, identity, spec.columns, salt=salt))
    rows = newest_model(inputs["ops.identity_model"], spec)
    day = newest_day(person, identifiers)
    learned = None
    if not rows or is_old(rows, spec, day):
        count, training = party_records.count(), spec.training
        api = splink_api(context.spark, spec)
        sample = context.keep(_sample(party_records, training.sample_parties, of=count))
        model = train(api, context.keep(_sample(party_records, training.max_parties, of=count)), sample, spec)
        release(api)
        learned = model_rows(context.spark, model, spec, trained_on=day, run_id=context.run_id)
        rows = learned.collect()  # one row a level of a comparison
    id_ = rows[0]["model_id"]
    mark = predictor(spec, id_)
    before = inputs["features.identity_record"].where(F.col("model") == mark)
    same = context.keep(
        party_records.select("party_id", "record_hash").join(
            before.select("party_id", "record_hash", "matches"), on=["party_id", "record_hash"], how="inner"
        )
    )
    blocked, large = with_blocks(party_records, spec, rule=SIMILAR)
    matches = context.keep(_carried(same).unionByName(_new(blocked, same, rows, spec, context)))
    return Similar(matches, id_, _record(party_records, matches, mark), learned, large)


def _sample(known: DataFrame, parties: int, *, of: int) -> DataFrame:
    """About so many parties, always the same ones: those whose hash is small enough; all where there are not more."""
    texts = known.drop("record_hash")
    if of <= parties:
        return texts
    return texts.where(F.pmod(F.xxhash64("party_id"), F.lit(_PARTS)) < _PARTS * parties // of)


def _carried(same: DataFrame) -> DataFrame:
    """The pairs that were found before, of which neither record has changed."""
    matches = same.select("party_id", F.inline("matches").alias("other_party_id", *_MATCH_NAMES))
    return matches.join(
        same.select(F.col("party_id").alias("other_party_id")), on="other_party_id", how="left_semi"
    ).select("party_id", "other_party_id", *_MATCH_NAMES)


def _new(blocked: DataFrame, same: DataFrame, rows: Sequence[Row], spec: Probabilistic, context: Context) -> DataFrame:
    """The pairs of one block of which at least one record is new or has changed."""
    marked = blocked.join(same.select("party_id", F.lit(False).alias("same")), on="party_id", how="left").select(
        "party_id", *spec.columns, *spec.block_columns, F.col("same").isNull().alias(IS_NEW)
    )
    marked = context.keep(marked)
    counts = marked.agg(F.count(F.lit(1)).alias("all"), F.count_if(IS_NEW).alias("new")).first()
    if counts is None or not counts["new"]:
        return local_frame(context.spark, [], PAIR)
    api = splink_api(context.spark, spec)
    predicted = predict(api, marked, spec, model_of(rows, spec), only_new=counts["new"] < counts["all"])
    new_pairs = cut(pairs(predicted.as_spark_dataframe(), spec))
    release(api)
    return new_pairs


def _record(known: DataFrame, found: DataFrame, mark: str) -> DataFrame:
    """Rows of `features.identity_record`: what was compared, by what, and what it matched."""
    match = F.struct(F.col("other_party_id").alias("party_id"), *_MATCH_NAMES)
    matches = found.groupBy("party_id").agg(F.array_sort(F.collect_list(match)).alias("matches"))
    return known.join(matches, on="party_id", how="left").select(
        "party_id",
        "record_hash",
        F.lit(mark).alias("model"),
        F.coalesce("matches", F.array().cast(_MATCH)).alias("matches"),
    )


def similar_links(
    similar: Similar, members: DataFrame, held: DataFrame, identity: Identity
) -> tuple[DataFrame, DataFrame | None]:
    """Links between customers, as they are in `members`, that have similar records, and what was refused: pairs of which
    the two customers together would hold more values of a type than one may.
    """
    own = members.select("party_id", "root")
    other = members.select(F.col("party_id").alias("other_party_id"), F.col("root").alias("other_root"))
    between_customers = (
        similar.pairs.join(own, on="party_id", how="inner")
        .join(other, on="other_party_id", how="inner")
        .where(F.col("root") != F.col("other_root"))
    )
    between_customers = cut(between_customers)
    limits = {type_.name: type_.max_per_customer for type_ in identity.types if type_.max_per_customer is not None}
    clashes = _clashes(between_customers, members, held, limits)
    if clashes is None:
        return _links(between_customers, similar.model), None
    kept = between_customers.join(clashes.select("root", "other_root"), on=["root", "other_root"], how="left_anti")
    counts_of_clashes = clashes.groupBy("root").agg(
        F.min("limit_type").alias("limit_type"), F.max("found").alias("found"), F.sum("links").alias("links")
    )
    allowed = F.create_map(*(F.lit(part) for pair in limits.items() for part in pair))
    refused = counts_of_clashes.select(
        F.lit(MANY_VALUES).alias("reason"),
        F.lit(SIMILAR).alias("rule"),
        F.col("root").alias("evidence"),
        "limit_type",
        "found",
        allowed[F.col("limit_type")].cast("bigint").alias("allowed"),
        "links",
    )
    return _links(kept, similar.model), refused


def _clashes(
    between_customers: DataFrame, members: DataFrame, held: DataFrame, limits: Mapping[str, int]
) -> DataFrame | None:
    """Two customers (root, other_root) with similar records that together hold more values of a type than one may, with that
    type, the values found, and the links between them; None where no type has a limit.
    """
    if not limits:
        return None
    values = held.where(F.col("id_type").isin(list(limits))).join(members, on="party_id", how="inner")
    values = values.select("root", "id_type", "value").distinct()
    between = between_customers.groupBy("root", "other_root").agg(F.count(F.lit(1)).alias("links"))
    theirs = values.select(F.col("root").alias("other_root"), "id_type", "value")
    both = union_all(
        [
            between.join(side, on=key, how="inner").select("root", "other_root", "links", "id_type", "value")
            for side, key in ((values, "root"), (theirs, "other_root"))
        ]
    ).distinct()
    counted = both.groupBy("root", "other_root", "links", "id_type").agg(F.count(F.lit(1)).alias("found"))
    allowed = F.create_map(*(F.lit(part) for pair in limits.items() for part in pair))
    over = counted.where(F.col("found") > allowed[F.col("id_type")])
    first = F.min_by(F.struct(F.col("id_type").alias("limit_type"), "found"), "id_type").alias("first")
    by_pair = over.groupBy("root", "other_root", "links").agg(first)
    return cut(by_pair.select("root", "other_root", "links", "first.*"))


def _links(rows: DataFrame, model: str) -> DataFrame:
    return rows.select(
        "party_id",
        "other_party_id",
        F.lit(SIMILAR).alias("rule"),
        F.format_string(f"{model} %.2f", "match_weight").alias("evidence"),
        *_MATCH_NAMES,
    )
