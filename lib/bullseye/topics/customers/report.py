"""The customer base: how many customers there are, how active they are, month by month, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, Tile, Tiles, charts, nothing
from bullseye.report.changes import highlight
from bullseye.report.listing import Cell, Field, Kind, Listing, Rows, written
from bullseye.report.section import Changes, Figure, Query, Section, SectionData, Source
from bullseye.report.wording import NONE, Wording, is_money, words
from bullseye.settings.measures import Measure, Measures
from bullseye.tables.facts import AMOUNT, from_units, in_units, with_customer
from bullseye.topics.customers.charts import RECENCY_BANDS, base_over_time, recency, sales_over_time

ACTIVE_WINDOWS = (30, 90, 365)
"""Days within which a customer counts as active, in the report."""
_FOREVER = 1_000_000


def customer_figures(source: Source) -> DataFrame:
    """Counts, recency bands, and the sums of every measure over every window: one row."""
    customers, recency_days = source.tables["gold.customer"], F.col("recency_days")
    counts = [
        F.count(F.lit(1)).alias("customers"),
        F.count_if(F.col("last_day").isNull()).alias("prospects"),
        F.avg("tenure_days").alias("tenure_days"),
        F.percentile_approx("recency_days", 0.5).alias("median_recency_days"),
        F.percentile_approx("gap_mean_days", 0.5).alias("median_gap_days"),
        F.min("first_day").alias("first_day"),
        F.max("last_day").alias("last_day"),
    ]
    counts += [F.count_if(recency_days < days).alias(f"active_{days}d") for days in ACTIVE_WINDOWS]
    counts += [
        F.count_if(recency_days.between(low, _FOREVER if high is None else high)).alias(f"recency_{low}")
        for low, high in RECENCY_BANDS
    ]
    measures: Measures = source.settings[Measures]
    wanted = [f"{one.name}_{window}" for one in measures.measures if one.in_customer for window in windows(measures)]
    return customers.agg(*counts, *(F.sum(name).alias(f"sum_{name}") for name in wanted if name in customers.columns))


def windows(measures: Measures) -> Mapping[str, str]:
    """Suffixes of the measures' windows with their headings, all time last."""
    return {**{f"{days}d": f"{days} days" for days in measures.windows}, "all": "all time"}


def measure_sums(base: Mapping[str, Any], measures: Measures) -> Rows:
    """One row a measure of the customer table: its sum over all customers in every window."""
    return tuple(
        {
            "name": measure.name,
            "doc": measure.doc,
            "type": measure.type,
            **{window: base.get(f"sum_{measure.name}_{window}") for window in windows(measures)},
        }
        for measure in measures.measures
        if measure.in_customer and f"sum_{measure.name}_all" in base
    )


def sales_measure(measures: Measures) -> Measure | None:
    """The first measure that is an amount of money: what the report calls sales."""
    return next((measure for measure in measures.measures if is_money(measure.type)), None)


def month_counts(source: Source) -> DataFrame:
    """One row a calendar month with facts.

    active: customers with an active day in it. Of these new: never active before; returned: active before, but not in
    the month before; leaves: active in it and not in the next. sales: amounts of the month, None in a deployment without
    any.
    """
    measures: Measures = source.settings[Measures]
    sales = sales_measure(measures)
    amount = in_units(F.col(sales.name), AMOUNT) if sales else F.lit(None).cast("bigint")
    facts = source.tables["features.party_day"].select(
        "party_id",
        F.trunc("day", "month").alias("month"),
        (F.col(measures.active) > 0).alias("active"),
        amount.alias("sales"),
    )
    by_customer = with_customer(facts, source.tables["features.identity_map"]).groupBy("customer_id", "month")
    rows = by_customer.agg(F.bool_or("active").alias("active"), F.sum("sales").alias("sales"))
    own = Window.partitionBy("customer_id").orderBy("month")
    active, met = F.col("active"), F.when(F.col("active"), F.col("month"))
    before = F.max(met).over(own.rowsBetween(Window.unboundedPreceding, -1))
    after = F.min(met).over(own.rowsBetween(1, Window.unboundedFollowing))
    each = rows.select("month", "active", "sales", before.alias("before"), after.alias("after"))
    returned = active & (F.col("before") < F.add_months("month", -1))
    leaves = active & (F.col("after").isNull() | (F.col("after") > F.add_months("month", 1)))
    return each.groupBy("month").agg(
        F.count_if(active).alias("active"),
        F.count_if(active & F.col("before").isNull()).alias("new"),
        F.count_if(returned).alias("returned"),
        F.count_if(leaves).alias("leaves"),
        from_units(F.sum("sales"), AMOUNT).alias("sales"),
    )


def every_month(counts: Rows, *, has_sales: bool) -> Iterator[Mapping[str, Any]]:
    """The months from the first to the last with facts, without a gap.

    stayed: active in the month and the one before. lapsed: active in the month before and not in this one.
    """
    by_month = {row["month"]: row for row in counts}
    empty = {"active": 0, "new": 0, "returned": 0, "leaves": 0, "sales": 0 if has_sales else None}
    lapsed, month, last = 0, min(by_month, default=date.max), max(by_month, default=date.min)
    while month <= last:
        row = {**empty, **by_month.get(month, {})}
        yield {
            **{name: row[name] for name in ("active", "new", "returned", "sales")},
            "month": month,
            "stayed": row["active"] - row["new"] - row["returned"],
            "lapsed": lapsed,
        }
        lapsed = row["leaves"]
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _blocks(data: SectionData) -> Iterator[Block]:
    says, base = data.wording, _base(data)
    if not base.get("customers"):
        yield nothing("No customers: neither persons nor facts are known.")
        return
    measures: Measures = data.settings[Measures]
    sums = measure_sums(base, measures)
    months = tuple(every_month(data.rows["months"], has_sales=sales_measure(measures) is not None))
    yield Tiles(tuple(_tiles(base, sums, says)))
    yield from charts(
        [*base_over_time(months, data.as_of, says), *sales_over_time(months, data.as_of, says)], wide=True
    )
    yield from charts([*recency(base, says)], wide=True)
    yield _sums(sums, windows(measures), says)


def _base(data: SectionData) -> Mapping[str, Any]:
    """The one row of figures of all customers."""
    return next(iter(data.rows["customers"]), {})


def _tiles(base: Mapping[str, Any], sums: Rows, says: Wording) -> Iterator[Tile]:
    yield Tile("Customers", says.whole(base["customers"]), f"{says.whole(base['prospects'])} of them never active")
    for days in ACTIVE_WINDOWS:
        active = base[f"active_{days}d"]
        yield Tile(f"Active in {days} days", says.whole(active), f"{says.share(active / base['customers'])} of all")
    for row in [row for row in sums if is_money(row["type"])][:1]:
        yield Tile(words(row["name"]), says.money(row["all"]), "all time")
    yield Tile("Median recency", f"{says.whole(base['median_recency_days'])} days", "since the last active day")
    yield Tile("Usual gap", f"{says.decimal(base['median_gap_days'], 1)} days", "median of the customers’ means")
    first, last = base["first_day"], base["last_day"]
    if first:
        yield Tile("Data", f"{says.whole((last - first).days + 1)} days", f"from {says.day(first)} on")
    else:
        yield Tile("Data", NONE)


def _sums(sums: Rows, windows_: Mapping[str, str], wording: Wording) -> Listing:
    """One line a measure, one column a window; amounts and counts in one table."""
    fields = (
        Field("measure", "name", "words"),
        *(Field(heading, window, "whole") for window, heading in windows_.items()),
        Field("meaning", "doc", "prose"),
    )

    def cell(value: Any, kind: Kind) -> Cell:
        return Cell(written(value, kind, wording), "" if value is None else str(value))

    rows = tuple(
        (
            Cell(words(row["name"])),
            *(cell(row[window], "money" if is_money(row["type"]) else "whole") for window in windows_),
            Cell(row["doc"]),
        )
        for row in sums
    )
    note = "A window that begins before the first day of the data has no value."
    return Listing("measures", "Sums over all customers", note, fields, rows)


def _changes(data: SectionData, before: SectionData) -> Changes:
    figures = tuple(_figures(_base(data), _base(before), data.settings[Measures]))
    summary = [one for one in figures if one.name in ("Customers", f"Active in {ACTIVE_WINDOWS[0]} days")]
    summary += [one for one in figures if one.kind == "money"][:1]
    return Changes(tuple(highlight(one, data.wording) for one in summary), figures)


def _figures(now: Mapping[str, Any], then: Mapping[str, Any], measures: Measures) -> Iterator[Figure]:
    def figure(name: str, key: str, kind: Kind = "whole") -> Figure:
        return Figure(name, now.get(key), then.get(key), kind)

    yield figure("Customers", "customers")
    for days in ACTIVE_WINDOWS:
        yield figure(f"Active in {days} days", f"active_{days}d")
    yield figure("Median recency, days", "median_recency_days")
    for measure in measures.measures:
        if not measure.in_customer or not (is_money(measure.type) or measure.name == measures.active):
            continue
        shortest = [(f"{days}d", f"{days} days") for days in measures.windows[:1]]
        for window, heading in (*shortest, ("all", "all time")):
            key = f"sum_{measure.name}_{window}"
            if key in now:
                kind: Kind = "money" if is_money(measure.type) else "whole"
                yield figure(f"{words(measure.name)}, {heading}", key, kind)


SECTION = Section(
    "customers",
    "customers",
    _blocks,
    queries={
        "customers": Query(("gold.customer",), 1, customer_figures, compared=True, even_if_empty=True),
        # twelve rows a year
        "months": Query(("features.party_day", "features.identity_map"), 2_400, month_counts, order=("month",)),
    },
    settings=(Measures,),
    changes=_changes,
)
