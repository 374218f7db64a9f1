"""Rejected rows: what is kept of them, and for how long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.contract import parse_schema
from bullseye.core.frames import column_named, local_frame
from bullseye.core.job import Context
from bullseye.core.lake import union_all
from bullseye.core.own_tables import QUARANTINE
from bullseye.settings import Settings, Silver
from bullseye.settings.deployment import Deployment
from bullseye.settings.identity import Identity
from bullseye.settings.sources import Source
from bullseye.tables.identifiers import keyed
from bullseye.topics.sources.csv_head import CORRUPT
from bullseye.topics.sources.ids import party_columns

_DIGITS = 32
"""Digits of a hash that are kept."""


def rejected_rows_of(source: Source, rows: DataFrame, settings: Settings) -> DataFrame:
    """Checked rows with `_reasons`, as (source, reasons, raw): `raw` has the declared columns as they were read.

    Personal ones are hashed, or left out where there is no salt. In a malformed line cells may be under the name of another
    column, so that only the key is kept of it, or the first required
    column where there is no key.
    """
    fields = parse_schema(source.columns).fields
    names = [field.name for field in fields]
    is_text = "_text" in rows.columns
    cells = {name: F.col("_text")[name] if is_text else column_named(name) for name in names}
    personal = [name for name in names if name in personal_columns(source, settings)]
    hashes = {
        f"_hash_{names.index(name)}": F.concat(F.lit(f"{name}|"), cells[name].cast("string")) for name in personal
    }
    if hashes and (salt := settings[Identity].salt()):
        rows = keyed(rows, hashes, salt=salt)
    for name in personal:
        hashed = F.concat(F.lit("hash:"), F.left(f"_hash_{names.index(name)}", F.lit(_DIGITS)))
        cells[name] = hashed if settings[Identity].salt_env else F.lit(None).cast("string")
    if is_text:
        kept = source.key or [field.name for field in fields if not field.nullable][:1]
        cells = {name: cell if name in kept else F.when(F.col(CORRUPT).isNull(), cell) for name, cell in cells.items()}
    raw = F.to_json(F.struct(*(cell.alias(name) for name, cell in cells.items())))
    return rows.select(F.lit(source.name).alias("source"), F.col("_reasons").alias("reasons"), raw.alias("raw"))


def personal_columns(source: Source, settings: Settings) -> set[str]:
    """Columns named as `personal`, and those that `silver/identifier.sql` uses for anything but the id of a party, where any
    type of identifiers is hashed.
    """
    sql = settings[Silver].tables.get("identifier", "")
    words = set(re.findall(r"\w+", re.sub(r"'[^']*'", "", sql))) - party_columns(sql)
    types = [type_.name for type_ in settings[Identity].types if type_.hash]
    texts = [field.name for field in parse_schema(source.columns).fields if field.dataType.simpleString() == "string"]
    is_read = re.search(rf"(?<!\w){re.escape(source.name)}(?!\w)", sql) is not None
    used = [name for name in texts if (is_read and name in words) or name in types] if types else []
    return {*source.personal, *used}


def quarantine(rejected: Sequence[DataFrame], before: DataFrame | None, context: Context) -> DataFrame:
    """`ops.quarantine` after an ingest: the rows that it rejected, and those of `before` whose time is not over.

    Equal rows are numbered. A row that is rejected again keeps the run that rejected it first. Without a lake there is no
    before, and no day.
    """
    day = context.standing.started_at.date() if context.standing else date(1970, 1, 1)
    rows = (
        union_all(rejected)
        if rejected
        else local_frame(context.spark, [], "source STRING, reasons ARRAY<STRING>, raw STRING")
    )
    number = F.row_number().over(Window.partitionBy("source", "raw").orderBy("reasons"))
    row_id = F.sha2(F.concat_ws("|", "source", "raw", number.cast("string")), 256)
    now = rows.select(
        row_id.alias("row_id"),
        "source",
        "reasons",
        "raw",
        F.lit(context.run_id).alias("first_run_id"),
        F.lit(day).alias("last_seen"),
    )
    if before is None:
        return now
    first = before.select("row_id", F.col("first_run_id").alias("earlier"))
    again = now.join(first, on="row_id", how="left").withColumn("first_run_id", F.coalesce("earlier", "first_run_id"))
    end = day - timedelta(days=context.settings[Deployment].keep.rejected_days)
    # Rows of an older Bullseye have no day, and may have columns that nothing declares.
    kept = before.where(F.col("last_seen") > F.lit(end)).join(now.select("row_id"), on="row_id", how="left_anti")
    return again.select(*QUARANTINE.names).unionByName(kept.select(*QUARANTINE.names))
