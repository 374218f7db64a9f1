"""Rows that are few enough to be held by the driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame

Rows = tuple[Mapping[str, Any], ...]


def small(rows: DataFrame, *order: str) -> Rows:
    """All rows of a table whose size follows from the settings, ordered by columns (`-` for a falling number).

    They are ordered here: in Spark that would be two more jobs for a handful of rows.
    """
    found = [row.asDict() for row in rows.collect()]
    return tuple(
        sorted(found, key=lambda row: tuple(-row[name[1:]] if name[0] == "-" else row[name] for name in order))
    )
