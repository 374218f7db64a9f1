"""The customer base by calendar month: who came, who came back, who stayed away, and what they spent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.facts import AMOUNT, from_units, in_units, with_customer
from bullseye.publish.figures.collect import Rows, small
from bullseye.publish.wording import is_money
from bullseye.settings.measures import Measure, Measures


def sales_measure(measures: Measures) -> Measure | None:
    """The first measure that is an amount of money: what the report calls sales."""
    return next((measure for measure in measures.measures if is_money(measure.type)), None)


def month_figures(days: DataFrame, identity_map: DataFrame, measures: Measures) -> Rows:
    """One row a calendar month from the first to the last with facts, without a gap.

    active: customers with an active day in it. Of these new: never active before; returned: active before, but not in
    the month before; stayed: active in both. lapsed: active in the month before and not in this one. sales: amounts of
    the month, None in a deployment without any.
    """
    sales = sales_measure(measures)
    amount = in_units(F.col(sales.name), AMOUNT) if sales else F.lit(None).cast("bigint")
    facts = days.select(
        "party_id",
        F.trunc("day", "month").alias("month"),
        (F.col(measures.active) > 0).alias("active"),
        amount.alias("sales"),
    )
    by_customer = with_customer(facts, identity_map).groupBy("customer_id", "month")
    rows = by_customer.agg(F.bool_or("active").alias("active"), F.sum("sales").alias("sales"))
    own = Window.partitionBy("customer_id").orderBy("month")
    active, met = F.col("active"), F.when(F.col("active"), F.col("month"))
    before = F.max(met).over(own.rowsBetween(Window.unboundedPreceding, -1))
    after = F.min(met).over(own.rowsBetween(1, Window.unboundedFollowing))
    each = rows.select("month", "active", "sales", before.alias("before"), after.alias("after"))
    returned = active & (F.col("before") < F.add_months("month", -1))
    leaves = active & (F.col("after").isNull() | (F.col("after") > F.add_months("month", 1)))
    counted = each.groupBy("month").agg(
        F.count_if(active).alias("active"),
        F.count_if(active & F.col("before").isNull()).alias("new"),
        F.count_if(returned).alias("returned"),
        F.count_if(leaves).alias("leaves"),
        from_units(F.sum("sales"), AMOUNT).alias("sales"),
    )
    # twelve rows a year
    return tuple(_without_gaps({row["month"]: row for row in small(counted, "month")}, has_sales=sales is not None))


def _without_gaps(found: Mapping[date, Mapping[str, Any]], *, has_sales: bool) -> Iterator[Mapping[str, Any]]:
    nothing = {"active": 0, "new": 0, "returned": 0, "leaves": 0, "sales": 0 if has_sales else None}
    lapsed, month, last = 0, min(found, default=date.max), max(found, default=date.min)
    while month <= last:
        row = {**nothing, **found.get(month, {})}
        stayed = row["active"] - row["new"] - row["returned"]
        yield {
            **{name: row[name] for name in ("active", "new", "returned", "sales")},
            "month": month,
            "stayed": stayed,
            "lapsed": lapsed,
        }
        lapsed = row["leaves"]
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
