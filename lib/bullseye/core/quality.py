"""Rules over rows, checked in one pass: which rows break which rule, and how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from bullseye.core.frames import column_named

REJECTED_ROWS = "rows"
"""Gate on rows that are rejected."""
GONE_ROWS = "gone rows"
"""Gate on rows that are gone since the last ingest."""
LOST_DAYS = "lost days"
"""Gate on days that had rows at the last ingest and have none now."""


def broken_rules(rules: Mapping[str, Column]) -> Column:
    """Names of the rules that the row breaks, in the order of `rules`; a rule that is NULL counts as broken."""
    named = [F.when(~F.coalesce(holds, F.lit(False)), F.lit(name)) for name, holds in rules.items()]
    return F.array_compact(F.array(*named)) if named else F.array().cast("array<string>")


@dataclass(frozen=True)
class Counts:
    """Rows, rows beyond the first of their key, for every rule the rows that break it, and rows by day."""

    rows: int
    duplicates: int
    broken: Mapping[str, int]
    days: Mapping[date, int] = field(default_factory=dict)


def count_broken(
    rows: DataFrame, rules: Mapping[str, Column], *, key: Sequence[str] = (), day: Column | None = None
) -> Counts:
    """All counts in one pass; without a key there are no duplicates. All rows of one key count on its first `day`."""
    names = [f"r{index}" for index in range(len(rules))]
    flags = [
        (~F.coalesce(holds, F.lit(False))).cast("long").alias(name)
        for name, holds in zip(names, rules.values(), strict=True)
    ]
    sums = [F.sum(name).alias(name) for name in names]
    places = [f"k{index}" for index in range(len(key))]
    keys = [column_named(column).alias(place) for column, place in zip(key, places, strict=True)]
    dated = F.lit(None).cast("date") if day is None else day
    each = rows.select(*keys, *flags, dated.alias("day"), F.lit(1).alias("n"))
    if key:
        each = each.groupBy(*places).agg(F.count(F.lit(1)).alias("n"), F.min("day").alias("day"), *sums)
    by_day = each.groupBy("day") if day is not None else each.groupBy()
    counts = by_day.agg(F.sum("n").alias("n"), F.count(F.lit(1)).alias("groups"), *sums)
    broken = [row for row in counts.collect() if row["n"]]  # one row a day of the history
    total = sum(row["n"] for row in broken)
    return Counts(
        total,
        total - sum(row["groups"] for row in broken),
        {rule: sum(row[name] for row in broken) for rule, name in zip(rules, names, strict=True)},
        {row["day"]: row["n"] for row in broken if day is not None and row["day"] is not None},
    )


def count_row(run_id: str, source: str, rule: str, action: str, *, checked: int, failed: int) -> Row:
    """A row of `ops.quality` without a limit."""
    return _row(run_id, source, rule, action, checked=checked, failed=failed, allowed=None)


def gate_row(run_id: str, source: str, rule: str, *, checked: int, failed: int, allowed: float) -> Row:
    """A row of `ops.quality` with a limit, which the share of failed rows may reach and not exceed."""
    return _row(run_id, source, rule, "gate", checked=checked, failed=failed, allowed=allowed)


def _row(run_id: str, source: str, rule: str, action: str, *, checked: int, failed: int, allowed: float | None) -> Row:
    share = failed / checked if checked else 0.0
    return Row(
        run_id=run_id,
        source=source,
        rule=rule,
        action=action,
        checked=checked,
        failed=failed,
        share=share,
        allowed=allowed,
        passed=allowed is None or share <= allowed,
    )


_GATES = {
    REJECTED_ROWS: "rows rejected",
    GONE_ROWS: "rows of the last ingest are gone",
    LOST_DAYS: "days of the last ingest have no rows now",
}


def gate_text(row: Row) -> str:
    """A gate that was not passed, as a line of an error: source, counts, shares."""
    return (
        f"{row['source']}: {row['failed']:,} of {row['checked']:,} {_GATES.get(row['rule'], row['rule'])}"
        f" ({row['share']:.2%}, allowed {row['allowed']:.2%})"
    )


def gate_remedies(rows: Sequence[Row]) -> str:
    """What to do about gates that were not passed, as lines of an error."""
    rules = {row["rule"] for row in rows}
    remedies = []
    if REJECTED_ROWS in rules:
        remedies.append(
            "  ops.quarantine has the rows and their reasons; mend the source, or raise max_rejected_share in sources.yaml"
        )
    if rules & {GONE_ROWS, LOST_DAYS}:
        remedies.append(
            "  bring back the files that are gone; where the rows are meant to go, run once with --set sources.max_shrink=1"
            " (a source with its own max_shrink: --set sources.sources.N.max_shrink=1, N its place in the list from 0)"
        )
    if LOST_DAYS in rules:
        remedies.append("  an export that drops its oldest days needs max_lost_days in sources.yaml")
    return "\n".join(remedies)
