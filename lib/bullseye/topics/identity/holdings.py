"""Who holds which value: identifiers ready to be compared, without the values themselves."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.settings.identity import Identity, LinkRule
from bullseye.tables.identifiers import blocked_values, keyed

_DIGITS = 32
"""Digits of a hash that are kept: two of a billion values are equal with a chance below one in 10^20."""


def holdings(identifiers: DataFrame, identity: Identity, *, salt: str) -> tuple[DataFrame, DataFrame]:
    """Who holds what, as (party_id, id_type, value, first_seen, last_seen), and the blocked values met, as (id_type, value,
    parties). `value` is a keyed hash, so that no table, plan or log that follows shows the value.
    """
    blocked = _hashed(blocked_values(identifiers, identity.types, salt=salt), salt).drop("id_value")
    blocked = blocked.withColumn("is_blocked", F.lit(True))
    every = _hashed(identifiers, salt).drop("id_value")
    every = every.join(F.broadcast(blocked), on=["id_type", "value"], how="left")
    held = every.where(F.col("is_blocked").isNull()).select("party_id", "id_type", "value", "first_seen", "last_seen")
    met = every.where("is_blocked").groupBy("id_type", "value").agg(F.count(F.lit(1)).alias("parties"))
    return held, met


def without(identifiers: DataFrame, barred: DataFrame, *, salt: str) -> DataFrame:
    """The identifiers, their values as they are, without those that link no parties: `barred` (id_type, value), hashed."""
    kept = _hashed(identifiers, salt).join(F.broadcast(barred), on=["id_type", "value"], how="left_anti")
    return kept.select(*identifiers.columns)


def crowded(held: DataFrame, identity: Identity) -> DataFrame | None:
    """Values that more parties hold than one of their type may have: (id_type, value, parties, allowed); None where no type
    has such a limit.
    """
    limits = [(type_.name, type_.max_holders) for type_ in identity.types if type_.max_holders is not None]
    if not limits:
        return None
    allowed = local_frame(held.sparkSession, limits, "id_type STRING, allowed BIGINT")
    limited = held.join(F.broadcast(allowed), on="id_type", how="inner")
    counted = limited.groupBy("id_type", "value", "allowed").agg(F.count_distinct("party_id").alias("parties"))
    return counted.where(F.col("parties") > F.col("allowed")).select("id_type", "value", "parties", "allowed")


def _hashed(rows: DataFrame, salt: str) -> DataFrame:
    hashed = keyed(rows, {"value": F.concat_ws("|", "id_type", "id_value")}, salt=salt)
    return hashed.withColumn("value", F.substring("value", 1, _DIGITS))


def shared(held: DataFrame, person: DataFrame, rule: LinkRule, *, valid_days: int | None) -> DataFrame:
    """Groups of parties that a rule takes for one customer: (value, group, party_id), two parties a group at least.

    A group holds one value, has equal answers to `rule.same`, and no gap of more than `valid_days` between the times in
    which its parties held the value, where the type has such a limit.
    """
    rows = held.where(F.col("id_type") == rule.type).drop("id_type")
    keys = ["value"]
    if rule.same:
        answers = {f"same_{number}": F.expr(sql).cast("string") for number, sql in enumerate(rule.same)}
        asked = person.select("party_id", *(answer.alias(name) for name, answer in answers.items())).dropna()
        rows = rows.join(asked, on="party_id", how="inner")
        keys += list(answers)
    if valid_days is not None:
        rows = _with_period(rows, keys, valid_days)
        keys.append("period")
    # Of one value: what else makes the group may be a birth date, which no later table needs to show.
    group = F.xxhash64(*keys)
    grouped = rows.select("value", group.alias("group"), "party_id").distinct()
    size = F.count(F.lit(1)).over(Window.partitionBy("value", "group"))
    return grouped.withColumn("parties", size).where("parties > 1").drop("parties")


def _with_period(rows: DataFrame, keys: list[str], valid_days: int) -> DataFrame:
    """The rows with `period`, the number, from 0, of the period to which a holder of a value belongs: a new one begins where
    no party has held the value for more than `valid_days`. NULL is open: first_seen since ever, last_seen still.
    """
    first = F.coalesce("first_seen", F.lit("0001-01-01").cast("date"))
    last = F.coalesce("last_seen", F.lit("9999-12-31").cast("date"))
    in_time = Window.partitionBy(*keys).orderBy("first", "last", "party_id")
    before = in_time.rowsBetween(Window.unboundedPreceding, -1)
    dated = rows.withColumns({"first": first, "last": last})
    gap = F.datediff("first", F.max("last").over(before))
    starts = dated.withColumn("starts", F.when(gap > valid_days, 1).otherwise(0))
    so_far = in_time.rowsBetween(Window.unboundedPreceding, 0)
    return starts.withColumn("period", F.sum("starts").over(so_far)).drop("first", "last", "starts")
