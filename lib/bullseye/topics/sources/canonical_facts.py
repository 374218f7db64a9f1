"""Dated canonical tables after the mapping: days that cannot be, and days that are gone since the last ingest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.job import Context
from bullseye.core.parallel import in_parallel
from bullseye.core.quality import broken_rules, count_row, gate_row
from bullseye.settings.deployment import Deployment
from bullseye.settings.sources import Sources
from bullseye.tables import silver
from bullseye.topics.sources import dates
from bullseye.topics.sources.shrink import shrink_of_days

_AT_ONCE = 3


@dataclass(frozen=True)
class Facts:
    """Rows of a dated canonical table that can be, those that cannot (None where there are none), and its counts."""

    good: DataFrame
    rejected: DataFrame | None
    counts: tuple[Row, ...]


def check_facts(
    mapped: Mapping[str, DataFrame], context: Context, *, latest: date | None, undated: Collection[str]
) -> Mapping[str, Facts]:
    """Every dated canonical table, cached, with the gates on what is gone since the last ingest.

    This is the second line, for dates that only the SQL can read. `latest` is the last day that the newest delivery allows.
    `undated` names the tables whose sources have no date: their few early rows are looked for here.
    """
    chosen = {table.name: table for table in silver.ALL if table.slice == "day" and table.name in mapped}
    checks = [
        partial(
            _check,
            table,
            context.keep(table.conform(mapped[name], maker=f"silver/{name.partition('.')[2]}.sql")),
            context,
            latest=None if name in dates.PLANNED else latest,
            is_undated=name in undated,
        )
        for name, table in chosen.items()
    ]
    return dict(zip(chosen, in_parallel(checks, at_once=_AT_ONCE, spark=context.spark), strict=True))


def _check(table: Table, rows: DataFrame, context: Context, *, latest: date | None, is_undated: bool) -> Facts:
    day = F.col("day")
    in_time = F.lit(True) if latest is None else F.coalesce(day <= F.lit(latest), F.lit(True))
    each = rows.groupBy(dates.day_of(day, in_time).alias("day")).agg(
        F.count(F.lit(1)).alias("n"), F.count_if(~in_time).alias("late")
    )
    counted_rows = each.collect()  # one row a day of the history
    days = {row["day"]: row["n"] for row in counted_rows if row["day"] is not None}
    total, late = sum(row["n"] for row in counted_rows), sum(row["late"] for row in counted_rows)
    begin = dates.begin_of(days) if is_undated else None
    early = dates.rows_before(days, begin) if begin else 0
    rejected = None
    if late or early:
        holds = {dates.LATE: in_time} | ({dates.EARLY: dates.not_early(day, begin)} if begin else {})
        flagged = rows.withColumn("_reasons", broken_rules(holds))
        rows = flagged.where(F.size("_reasons") == 0).select(*table.names)
        rejected = flagged.where(F.size("_reasons") > 0).select(
            F.lit(table.name).alias("source"),
            F.col("_reasons").alias("reasons"),
            F.to_json(F.struct(*table.names)).alias("raw"),
        )
    now = {day: n for day, n in days.items() if not begin or day >= begin}
    return Facts(rows, rejected, tuple(_counts(table, context, total=total, late=late, early=early, days=now)))


def _counts(
    table: Table, context: Context, *, total: int, late: int, early: int, days: Mapping[date, int]
) -> Iterator[Row]:
    if late or early:
        allowed = context.settings[Deployment].max_rejected_share
        counts = {dates.LATE: late, dates.EARLY: early}
        yield from (
            count_row(context.run_id, table.name, rule, "reject", checked=total, failed=failed)
            for rule, failed in counts.items()
        )
        yield gate_row(context.run_id, table.name, "rows", checked=total, failed=late + early, allowed=allowed)
    if context.standing:
        before = context.standing.days(table.name)
        yield from shrink_of_days(context.run_id, table.name, context.settings[Sources], before=before, now=days)
