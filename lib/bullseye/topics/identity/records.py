"""What is compared of a party: one record of plain texts, with a hash that changes when it does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.settings.identity import Identity
from bullseye.tables.identifiers import keyed


def records(
    person: DataFrame, identifiers: DataFrame, identity: Identity, columns: Mapping[str, str], *, salt: str
) -> DataFrame:
    """One row per person or holder of an identifier: (party_id, `columns`, record_hash).

    Columns are text, NULL where empty. The hash has the salt as key: of few columns it could be guessed otherwise.
    """
    newest = [
        F.max_by("id_value", F.when(F.col("id_type") == type_.name, F.struct(_until(), "id_value"))).alias(type_.name)
        for type_ in identity.types
    ]
    held = identifiers.groupBy("party_id").agg(*newest) if newest else None
    with_identifiers = person if held is None else person.join(held, on="party_id", how="full")
    texts = {name: F.nullif(F.trim(F.expr(sql).cast("string")), F.lit("")) for name, sql in columns.items()}
    texts_of_parties = with_identifiers.select("party_id", *(text.alias(name) for name, text in texts.items()))
    whole = F.to_json(F.struct(*columns))
    return keyed(texts_of_parties, {"record_hash": whole}, salt=salt)


def _until() -> Column:
    """Last day of a holding; one that is still going on, NULL, is the newest."""
    return F.coalesce("last_seen", F.lit("9999-12-31").cast("date"))


def newest_day(person: DataFrame, identifiers: DataFrame) -> date | None:
    """The newest day of persons and identifiers, without days to come (mistyped years); NULL where they have none."""
    days = person.select(F.to_date("updated_at").alias("day")).unionByName(
        identifiers.select(F.greatest("first_seen", "last_seen").alias("day"))
    )
    newest = days.where(F.col("day") <= F.current_date()).agg(F.max("day").alias("day")).first()
    return newest["day"] if newest else None
