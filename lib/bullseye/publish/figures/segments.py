"""Where customers are among the segments and bands of RFM, and where they were in the release before."""

from __future__ import annotations

from collections import Counter

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.publish.figures.collect import Rows, small
from bullseye.settings.segments import Rfm

_NOTHING = {"segment": "string", "r": "int", "f": "int", "segment_before": "string", "value": "double"}


def segment_cells(now: DataFrame, before: DataFrame | None, customers: DataFrame, rfm: Rfm | None) -> Rows:
    """Customers and the sum of their monetary values, by scheme, bands r and f, segment now and segment before.

    One query for the map and the moves: whatever is known of a customer is put together by one grouping, without joins.
    Segments squared times bands squared rows at most. Without a release before, `segment_before` is NULL everywhere.
    """
    parts = [_known(now, "scheme", "segment", "r", "f")]
    if before is not None:
        parts.append(_known(before.withColumnRenamed("segment", "segment_before"), "scheme", "segment_before"))
    if rfm:
        value = customers.select("customer_id", F.expr(rfm.monetary).cast("double").alias("value"))
        parts.append(_known(value.withColumn("scheme", F.lit("rfm")), "scheme", "value"))
    every = parts[0]
    for part in parts[1:]:
        every = every.unionByName(part)
    # at most one part has a value
    each = every.groupBy("scheme", "customer_id").agg(*(F.max(name).alias(name) for name in _NOTHING))
    cells = each.where("segment IS NOT NULL OR segment_before IS NOT NULL").groupBy(
        "scheme", "r", "f", "segment", "segment_before"
    )
    counted = cells.agg(F.count(F.lit(1)).alias("customers"), F.sum("value").alias("value"))
    return small(counted, "-customers", "scheme")


def _known(rows: DataFrame, *names: str) -> DataFrame:
    absent = (F.lit(None).cast(type_).alias(name) for name, type_ in _NOTHING.items() if name not in names)
    return rows.select("customer_id", *names, *absent)


def rfm_map(cells: Rows) -> Rows:
    """Customers and their mean monetary value by band of recency and frequency."""
    customers: Counter[tuple[int, int]] = Counter()
    value: dict[tuple[int, int], float] = {}
    for row in cells:
        if row["scheme"] == "rfm" and row["r"] is not None and row["f"] is not None:
            key = (row["r"], row["f"])
            customers[key] += row["customers"]
            value[key] = value.get(key, 0.0) + (row["value"] or 0.0)
    return tuple(
        {"r": key[0], "f": key[1], "customers": customers[key], "value": round(value[key] / customers[key], 2)}
        for key in sorted(customers)
    )


def segment_moves(cells: Rows) -> Rows:
    """Customers by scheme, their segment then and now, the most first; None where they had or have none."""
    customers: Counter[tuple[str, str | None, str | None]] = Counter()
    for row in cells:
        customers[row["scheme"], row["segment_before"], row["segment"]] += row["customers"]
    ordered = sorted(customers.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple(
        {"scheme": key[0], "segment_before": key[1], "segment": key[2], "customers": count} for key, count in ordered
    )
