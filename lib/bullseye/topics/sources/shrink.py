"""Deliveries that shrink: rows and days of the last ingest that are gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Row

from bullseye.core.quality import GONE_ROWS, LOST_DAYS, gate_row
from bullseye.settings.sources import Source, Sources

_FEW = 10
"""Days that lose fewer rows together are corrections."""


def shrink_of_source(run_id: str, source: Source, settings: Sources, *, before: int, now: int) -> list[Row]:
    """The gate on the rows of a source; none at its first ingest, nor for a source that is empty and may be so."""
    allowed = source.max_shrink if source.max_shrink is not None else settings.max_shrink
    if not before or (now == 0 and source.may_be_empty):
        return []
    return [gate_row(run_id, source.name, GONE_ROWS, checked=before, failed=max(before - now, 0), allowed=allowed)]


def shrink_of_days(
    run_id: str, table: str, settings: Sources, *, before: Mapping[str, int], now: Mapping[date, int]
) -> list[Row]:
    """The gates on the rows of a dated table, day by day, and on the days that lost all of them; none at its first ingest.

    More rows on one day do not make up for rows that are gone from another.
    """
    days = {day: rows for day, rows in before.items() if rows}
    if not days:
        return []
    current = {str(day): rows for day, rows in now.items()}
    gone = sum(max(rows - current.get(day, 0), 0) for day, rows in days.items())
    lost = [rows for day, rows in days.items() if not current.get(day)]
    lost_days = len(lost) if sum(lost) >= _FEW else 0
    total = sum(days.values())
    limit = 1.0 if settings.max_shrink == 1 else settings.max_lost_days / len(days)
    return [
        gate_row(run_id, table, GONE_ROWS, checked=total, failed=gone, allowed=settings.max_shrink),
        gate_row(run_id, table, LOST_DAYS, checked=len(days), failed=lost_days, allowed=limit),
    ]
