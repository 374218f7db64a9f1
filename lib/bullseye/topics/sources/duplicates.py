"""Rows with one key: which of them stays."""

from __future__ import annotations

from pyspark.sql import Column, Window
from pyspark.sql import functions as F

from bullseye.core.contract import parse_schema
from bullseye.core.frames import column_named
from bullseye.settings.sources import Source
from bullseye.topics.sources.read import FILE, MODIFIED_AT

DUPLICATE = "duplicate"
SUPERSEDED = "superseded"
NEWEST_FILE = "newest_file"


def with_one_per_key(source: Source, reasons: Column) -> Column:
    """The reasons of a row, with `duplicate` or `superseded` where another row of its key stays.

    A row without other reasons goes before one with some. Then come `order` of the source (NULL last), the newer file by
    modification time and name, and the row's text, so that the order is total. A row is superseded where `order` or the
    file decides and its content differs; otherwise it is a duplicate.
    """
    names = parse_schema(source.columns).fieldNames()
    content = F.xxhash64(F.to_json(F.struct(*map(column_named, names))))
    by_order = [] if source.order in (None, NEWEST_FILE) else [F.expr(str(source.order))]
    decided = F.struct(
        *(value.alias(f"o{index}") for index, value in enumerate(by_order)), F.col(MODIFIED_AT), F.col(FILE)
    )
    window = Window.partitionBy(*map(column_named, source.key)).orderBy(
        (F.size(reasons) == 0).desc(),
        *(value.desc_nulls_last() for value in by_order),
        F.col(MODIFIED_AT).desc_nulls_last(),
        F.col(FILE).desc_nulls_last(),
        F.col("_raw"),
    )
    first = F.first(F.struct(content.alias("content"), decided.alias("decided"))).over(window)
    is_superseded = (first["content"] != content) & ~first["decided"].eqNullSafe(decided)
    reason = F.when(is_superseded, F.lit(SUPERSEDED)).otherwise(F.lit(DUPLICATE))
    return F.concat(
        reasons,
        F.when(F.row_number().over(window) > 1, F.array(reason)).otherwise(F.array().cast("array<string>")),
    )
