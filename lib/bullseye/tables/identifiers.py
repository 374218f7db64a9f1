"""Values that identify a person, in one spelling: e-mail addresses, phones, national ids, cards, devices."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.frames import local_frame
from bullseye.core.lake import union_all
from bullseye.errors import IdentityError, SourceError, did_you_mean
from bullseye.settings.identifiers import IdentifierType

_PHONE_LENGTHS = (7, 15)
"""Digits of a phone with its country: at most those of ITU-T E.164."""
_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
_INNER, _OUTER = "_hmac_inner", "_hmac_outer"
"""Columns with the key of the hash, as HMAC uses it before and after the message."""
_BLOCK = 64
"""Bytes of a block of SHA-256."""


def keyed(rows: DataFrame, values: Mapping[str, Column], *, salt: str) -> DataFrame:
    """The rows with more columns: HMAC-SHA256 (RFC 2104) of each text, in 64 hexadecimal digits, with the salt as key.

    NULL where the text is. The key comes from a frame, not from a literal: plans and event logs would show that. Spark has no
    HMAC: the two hashes of which it consists are native.
    """
    key = salt.encode()
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    keys = local_frame(rows.sparkSession, [(inner, outer)], f"{_INNER} BINARY, {_OUTER} BINARY")
    hashes = {name: _hmac(text) for name, text in values.items()}
    return rows.crossJoin(F.broadcast(keys)).withColumns(hashes).drop(_INNER, _OUTER)


def _hmac(text: Column) -> Column:
    first = F.sha2(F.concat(F.col(_INNER), text.cast("binary")), 256)
    return F.sha2(F.concat(F.col(_OUTER), F.unhex(first)), 256)


def normalised(rows: DataFrame, types: Sequence[IdentifierType], *, salt: str) -> DataFrame:
    """Identifiers (with the columns of `silver.identifier`) with one row per party, type and normalised value.

    A value that does not fit its type is left out. Of equal values the first and the last day are kept; a day that is
    NULL, which means since ever or still, wins.
    """
    values = _stored(rows, types, salt=salt)
    whole = F.count(F.lit(1))
    return values.groupBy("party_id", "id_type", "id_value").agg(
        F.min("source").alias("source"),
        F.when(F.count("first_seen") == whole, F.min("first_seen")).alias("first_seen"),
        F.when(F.count("last_seen") == whole, F.max("last_seen")).alias("last_seen"),
    )


def counted(rows: DataFrame, types: Sequence[IdentifierType]) -> dict[str, tuple[int, int]]:
    """By identifier type the rows that have a value, and those whose value does not fit the type.

    Raises SourceError for a type that identity.yaml does not define.
    """
    counts = (
        rows.where(F.trim("id_value") != "")
        .groupBy("id_type")
        .agg(F.count(F.lit(1)).alias("rows"), F.count_if(_normal_value(types).isNull()).alias("unfit"))
        .collect()  # one row a type
    )
    names = [type_.name for type_ in types]
    if unknown := sorted({str(row["id_type"]) for row in counts} - set(names)):
        listed = ", ".join(f"{name!r}{did_you_mean(name, names)}" for name in unknown)
        raise SourceError(
            f"silver/identifier.sql gives the type(s) {listed}, which identity.yaml does not define;"
            f" types: {', '.join(names) or 'none'}"
        )
    return {row["id_type"]: (row["rows"], row["unfit"]) for row in counts}


def check_sources(frames: Sequence[DataFrame]) -> None:
    """Frames (party_id, source): raise IdentityError where two sources claim one party.

    The error names the sources and counts the parties; ids of parties are never logged.
    """
    claims = union_all([frame.select("party_id", "source") for frame in frames]).groupBy("party_id")
    twice = claims.agg(F.min("source").alias("one"), F.max("source").alias("other")).where(
        F.col("one") != F.col("other")
    )
    pairs = twice.groupBy("one", "other").count().orderBy("one", "other").collect()  # one row a pair of sources
    if pairs:
        listed = "\n".join(f"  {row['one']} and {row['other']}: {row['count']:,} party id(s)" for row in pairs)
        raise IdentityError(
            f"two sources claim one party\n{listed}\n"
            "  a party is a person as one source knows them: begin party_id with the name of the source in silver/*.sql"
        )


def blocked_values(rows: DataFrame, types: Sequence[IdentifierType], *, salt: str) -> DataFrame:
    """The blocked values of all types (id_type, id_value) as `silver.identifier` would hold them; `rows` lends its session."""
    listed = [(type_.name, value) for type_ in types for value in type_.blocked]
    frame = local_frame(rows.sparkSession, listed, "id_type STRING, id_value STRING")
    return _stored(frame, types, salt=salt).distinct()


def _stored(rows: DataFrame, types: Sequence[IdentifierType], *, salt: str) -> DataFrame:
    """The rows with `id_value` as `silver.identifier` holds it, in its one spelling and hashed where the type is; rows whose
    value does not fit are left out. The type is part of what is hashed: one value of two types has two hashes.
    """
    normal = rows.withColumn("id_value", _normal_value(types)).where(F.col("id_value").isNotNull())
    clear = [type_.name for type_ in types if not type_.hash]
    if len(clear) == len(types):
        return normal
    hashed = keyed(normal, {"_hash": F.concat_ws("|", "id_type", "id_value")}, salt=salt)
    value = (
        F.when(F.col("id_type").isin(clear), F.col("id_value")).otherwise(F.col("_hash")) if clear else F.col("_hash")
    )
    return hashed.withColumn("id_value", value).select(*rows.columns)


def _normal_value(types: Sequence[IdentifierType]) -> Column:
    """The normalised value of a row (id_type, id_value), NULL where it fits no type."""
    none = F.lit(None).cast("string")
    return reduce(
        lambda rest, type_: F.when(F.col("id_type") == type_.name, _normal(type_)).otherwise(rest), types, none
    )


def _normal(type_: IdentifierType) -> Column:
    value = F.trim(F.col("id_value"))
    kinds = {
        "email": lambda: _matching(F.lower(value), _EMAIL),
        "phone": lambda: _phone(value, type_),
        "national_id": lambda: _of_length(F.upper(F.regexp_replace(value, "[^0-9A-Za-z]", "")), type_),
        "card": lambda: _of_length(F.regexp_replace(value, "[^0-9]", ""), type_),
        "text": lambda: _of_length(value, type_),
    }
    return kinds[type_.normalise]()


def _matching(value: Column, pattern: str) -> Column:
    """The value where it matches as a whole, else NULL; it is computed once."""
    return F.nullif(F.regexp_extract(value, f"^(?:{pattern})$", 0), F.lit(""))


def _of_length(value: Column, type_: IdentifierType) -> Column:
    lengths = "|".join(f".{{{length}}}" for length in type_.lengths)
    return _matching(value, lengths or ".+")


def _phone(value: Column, type_: IdentifierType) -> Column:
    """`+`, country and number: +8613812345678, 008613812345678, 8613812345678 and 138-1234-5678 are one number.

    A number without `+` or `00` that begins with the country's code is taken for one of the country where what follows has
    one of its lengths. Each step is one replacement, so that the expression does not grow with the steps.
    """
    country, least, most = type_.country or "", *_PHONE_LENGTHS
    own = "|".join(f"[0-9]{{{length}}}" for length in type_.lengths)
    bare = F.regexp_replace(F.regexp_replace(value, r"\(0\)", ""), "[^0-9+]", "")
    abroad = F.regexp_replace(bare, "^00", "+")
    named = F.regexp_replace(abroad, f"^(?={country}(?:{own})$)", "+") if own else abroad
    whole = F.regexp_replace(named, f"^{type_.trunk and type_.trunk + '?'}([0-9]+)$", rf"+{country}$1")
    inside = rf"\+{country}(?:{own})" if own else rf"\+{country}[0-9]+"
    outside = rf"\+(?!{country})[0-9]+"
    return _matching(whole, rf"(?=\+[0-9]{{{least},{most}}}$)(?:{inside}|{outside})")
