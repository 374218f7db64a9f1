"""How facts about parties become facts about customers and products: the joins and sums that every domain shares."""

from __future__ import annotations

import re
from decimal import Decimal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import same_type

AMOUNT = "DECIMAL(18,2)"
"""Type of every amount of money."""

_DECIMAL = re.compile(r"decimal\((?P<precision>\d+),(?P<scale>\d+)\)")
_LONG_DIGITS = 18
"""Digits that always fit a 64-bit whole number."""


def with_customer(facts: DataFrame, identity_map: DataFrame) -> DataFrame:
    """The facts with `customer_id` in place of `party_id`: the mapped customer, or the party itself where none is mapped.

    The map is broadcast: it holds only parties whose customer is another than themselves.
    """
    mapped = F.broadcast(identity_map.select("party_id", "customer_id"))
    joined = facts.join(mapped, on="party_id", how="left")
    rest = [name for name in facts.columns if name != "party_id"]
    return joined.select(F.coalesce("customer_id", "party_id").alias("customer_id"), *rest)


def with_product(lines: DataFrame, product: DataFrame) -> DataFrame:
    """The lines with the columns of their product; NULL where the product is unknown. A column of the line wins."""
    extra = [name for name in product.columns if name not in lines.columns]
    return lines.join(F.broadcast(product.select("product_id", *extra)), on="product_id", how="left")


def is_active(began: Column, ended: Column, as_of: Column) -> Column:
    """True for what has begun by `as_of` and has not ended by then, such as contracts held at the end of that day.

    That it ended later was not known then, and plays no part. NULL where the beginning is unknown.
    """
    return (began <= as_of) & (ended.isNull() | (ended > as_of))


def window_start_known(first_day: Column, as_of: Column, days: int) -> Column:
    """True when data reach back over the whole window `(as_of - days, as_of]`; a window beyond them is NULL, not small."""
    return F.date_sub(as_of, days - 1) >= first_day


def in_units(value: Column, type_: str) -> Column:
    """A DECIMAL of up to 18 digits as a whole number of its last digit (cents), other types as they are.

    Spark adds up wide decimals as objects, whole numbers as machine words: just as exact, at a tenth of the cost. A sum
    that does not fit is an error, not a wrong number.
    """
    scale = _scale(type_)
    return value if scale is None else (value.cast(type_) * F.lit(10**scale)).cast("bigint")


def from_units(value: Column, type_: str) -> Column:
    """The inverse of `in_units`."""
    scale = _scale(type_)
    return value if scale is None else (value.cast("decimal(19,0)") * F.lit(Decimal(1).scaleb(-scale))).cast(type_)


def _scale(type_: str) -> int | None:
    match = _DECIMAL.fullmatch(same_type(type_))
    return int(match["scale"]) if match and int(match["precision"]) <= _LONG_DIGITS else None
