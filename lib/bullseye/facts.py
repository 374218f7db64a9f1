"""How facts about parties become facts about customers and products: the joins that every domain shares."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


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


def window_start_known(first_day: Column, as_of: Column, days: int) -> Column:
    """True when data reach back over the whole window `(as_of - days, as_of]`; a window beyond them is NULL, not small."""
    return F.date_sub(as_of, days - 1) >= first_day
