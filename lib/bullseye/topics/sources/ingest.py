"""Source rows to silver facts: check every row, keep the rejected ones with their reasons, map the rest by SQL."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from bullseye.core.contract import parse_schema
from bullseye.core.frames import column_named
from bullseye.core.job import Context, Inputs
from bullseye.core.own_tables import QUALITY, QUARANTINE
from bullseye.core.parallel import in_parallel
from bullseye.core.quality import (
    broken_rules,
    count_row,
    gate_remedies,
    gate_row,
    gate_text,
)
from bullseye.errors import QualityGateError, SourceError
from bullseye.settings import Silver
from bullseye.settings.deployment import Deployment
from bullseye.settings.identity import Identity
from bullseye.settings.sources import Source, Sources
from bullseye.tables.identifiers import check_sources, counted, normalised
from bullseye.tables.silver import IDENTIFIER, PERSON
from bullseye.topics.sources.canonical_facts import check_facts
from bullseye.topics.sources.csv_head import CORRUPT, OPEN_QUOTE
from bullseye.topics.sources.dates import TOLERANCE, count_dated, date_of, undated_facts
from bullseye.topics.sources.delivery import Last, last_ingest, source_file_rows, stated
from bullseye.topics.sources.duplicates import DUPLICATE, SUPERSEDED, with_one_per_key
from bullseye.topics.sources.ids import id_columns
from bullseye.topics.sources.mapping import localised
from bullseye.topics.sources.quarantine import quarantine, rejected_rows_of
from bullseye.topics.sources.read import FILE, HAS_NUL, INEXACT, NOT_TEXT, TEXT_FORMATS, TOO_LONG, typed, undeclared
from bullseye.topics.sources.shrink import shrink_of_source
from bullseye.topics.sources.source_files import list_files, stage
from bullseye.topics.sources.tables import SOURCE_FILE

_log = logging.getLogger(__name__)
_OPEN_QUOTE = "quote is not closed"
_INEXACT = "digits are lost"
_AT_ONCE = 3
"""Sources that are checked side by side: most are small, and each is a chain of short Spark jobs."""


@dataclass(frozen=True)
class Checked:
    """A source after its checks: the rows to use, the rows rejected (None where there are none), the counts, and when files
    were delivered whose modification time does not state it.
    """

    good: DataFrame
    rejected: DataFrame | None
    counts: tuple[Row, ...]
    rows: int
    delivered: Mapping[str, datetime]


def ingest_sources(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """All canonical tables that the deployment fills, with the quality counts and the rejected rows behind them.

    Raises QualityGateError, with the evidence, when a source has more rejected rows than allowed, or when more rows or days
    than allowed are gone since the last ingest.
    """
    sources = context.settings[Sources].sources
    files = {source.name: list_files(context.spark, source, stage(source, context)).files for source in sources}
    last = last_ingest(inputs[SOURCE_FILE.name]) if context.standing else {}
    frames = {source.name: inputs[f"source.{source.name}"] for source in sources}
    tasks = {
        source.name: partial(
            check_source,
            source,
            frames[source.name],
            context,
            stated(files[source.name], last.get(source.name, Last())),
        )
        for source in sources
    }
    checked = dict(zip(tasks, in_parallel(tasks.values(), at_once=_AT_ONCE, spark=context.spark), strict=True))
    counts = [row for found in checked.values() for row in found.counts]
    for source in sources:
        before, now = last.get(source.name, Last()).rows, checked[source.name].rows
        counts += shrink_of_source(context.run_id, source, context.settings[Sources], before=before, now=now)
    rejected = [found.rejected for found in checked.values()]
    _stop_at_gates(counts, rejected, inputs, context)
    for name, found in checked.items():
        found.good.createOrReplaceTempView(name)
    silver = {
        f"silver.{name}": context.tables[f"silver.{name}"].completed(
            context.spark.sql(localised(sql, context.settings))
        )
        for name, sql in context.settings[Silver].tables.items()
    }
    delivered = [
        row
        for source in sources
        for row in source_file_rows(
            source.name,
            files[source.name],
            run_start(context),
            checked[source.name].delivered,
            rows=checked[source.name].rows,
        )
    ]
    facts = check_facts(
        silver,
        context,
        latest=_last_day([row["delivered_at"] for row in delivered], context),
        undated=undated_facts(sources, context.settings[Silver].tables),
    )
    counts += [row for found in facts.values() for row in found.counts]
    rejected += [found.rejected for found in facts.values()]
    _stop_at_gates(counts, rejected, inputs, context)
    silver |= {name: found.good for name, found in facts.items()}
    if IDENTIFIER.name in silver:
        silver[IDENTIFIER.name], of_identifiers = _identifiers(silver, context)
        counts += of_identifiers
    return {
        SOURCE_FILE.name: context.frame(SOURCE_FILE.name, [row.asDict() for row in delivered]),
        **_evidence(counts, rejected, inputs, context),
        **silver,
    }


def _evidence(
    counts: Sequence[Row], rejected: Sequence[DataFrame | None], inputs: Inputs, context: Context
) -> dict[str, DataFrame]:
    before = inputs[QUARANTINE.name] if context.standing else None
    return {
        QUALITY.name: context.frame(QUALITY.name, [row.asDict() for row in counts]),
        QUARANTINE.name: quarantine([rows for rows in rejected if rows is not None], before, context),
    }


def _stop_at_gates(
    counts: Sequence[Row], rejected: Sequence[DataFrame | None], inputs: Inputs, context: Context
) -> None:
    """Raise QualityGateError, with the evidence, where a gate is not passed."""
    if failed := [row for row in counts if not row["passed"]]:
        listed = "\n".join(f"  {gate_text(row)}" for row in failed)
        what = "too many rejected rows" if any(row["rule"] == "rows" for row in failed) else "a delivery has shrunk"
        raise QualityGateError(
            f"{what}, nothing is published\n{listed}\n{gate_remedies(failed)}",
            _evidence(counts, rejected, inputs, context),
        )


def _last_day(delivered: Sequence[datetime], context: Context) -> date | None:
    """The last local day that a fact can have: a day after the newest delivery of all; None without files."""
    if not delivered:
        return None
    return (max(delivered) + TOLERANCE).astimezone(ZoneInfo(context.settings[Deployment].local_zone)).date()


def _identifiers(silver: Mapping[str, DataFrame], context: Context) -> tuple[DataFrame, list[Row]]:
    """The identifiers in their one spelling, and how many of each type fit none.

    Raises SourceError for a type that is not defined, IdentityError where two sources claim one party.
    """
    identity, rows = context.settings[Identity], silver[IDENTIFIER.name]
    check_sources([silver[name] for name in (PERSON.name, IDENTIFIER.name) if name in silver])
    counts = [
        count_row(context.run_id, "identifier", f"{name} does not fit its type", "warn", checked=checked, failed=unfit)
        for name, (checked, unfit) in sorted(counted(rows, identity.types).items())
    ]
    return normalised(rows, identity.types, salt=identity.salt()), counts


def check_source(
    source: Source, frame: DataFrame, context: Context, stated: Mapping[str, datetime] | None = None
) -> Checked:
    """Check types, required columns, the source's rules, its date and its key, in one pass and one grouping.

    `stated` says when files were delivered, by name, where that is not their modification time.
    """
    if extra := undeclared(source, frame):
        _log.warning(
            "source %s has undeclared column(s) %s: left out; add them to its schema to use them",
            source.name,
            ", ".join(extra),
        )
    rows = typed(source, frame, id_columns(source, context.settings[Silver].tables))
    must, may = _rules(source)
    sql, started_at = date_of(source, context.settings[Silver].tables), run_start(context)
    must, dated, delivered = count_dated(source, rows, sql, must, may, started_at=started_at, stated=stated or {})
    total, duplicates, failed = dated.rows, dated.duplicates, dated.broken
    if not source.multi_line and failed.get(_OPEN_QUOTE):
        where = rows.where(OPEN_QUOTE).select(FILE).first()
        raise SourceError(
            f"source {source.name}: {failed[_OPEN_QUOTE]} line(s) end within quotes, in {where[FILE] if where else ''};"
            " take multi_line: false out of sources.yaml, or close the quotes where the file is made"
        )
    if failed[_INEXACT]:
        where = rows.where(F.col(INEXACT).isNotNull()).select(FILE, INEXACT).first()
        raise SourceError(
            f"source {source.name}: {failed[_INEXACT]} row(s) have rounded numbers in place of texts"
            f"{f', such as the column {where[INEXACT]} in {where[FILE]}' if where else ''}: digits are lost;"
            " export the column as text"
        )
    if total == 0 and not source.may_be_empty:
        raise SourceError(
            f"source {source.name} has no rows; drop the file again, or set may_be_empty: true in sources.yaml"
        )
    names = parse_schema(source.columns).fieldNames()
    counted = {name: (count, "reject" if name in must else "warn") for name, count in failed.items()}
    if source.key:
        counted[DUPLICATE], counted[SUPERSEDED] = (duplicates, "reject"), (0, "reject")
    good, rejected, rejected_rows = rows.select(*map(column_named, names)), None, 0
    if duplicates or any(failed[name] for name in must):
        reasons = with_one_per_key(source, broken_rules(must)) if duplicates else broken_rules(must)
        flagged = rows.withColumn("_reasons", reasons)
        good = flagged.where(F.size("_reasons") == 0).select(*map(column_named, names))
        rejected = rejected_rows_of(source, flagged.where(F.size("_reasons") > 0), context.settings)
        superseded, expected, rejected_rows = _rejected(rejected)
        if source.key:
            counted[DUPLICATE] = (duplicates - superseded, "reject")
            counted[SUPERSEDED] = (superseded, "reject")
        if source.order is not None:
            rejected_rows -= expected
    allowed = (
        source.max_rejected_share
        if source.max_rejected_share is not None
        else context.settings[Deployment].max_rejected_share
    )
    counts = [
        count_row(context.run_id, source.name, name, action, checked=total, failed=count)
        for name, (count, action) in counted.items()
    ]
    counts.append(gate_row(context.run_id, source.name, "rows", checked=total, failed=rejected_rows, allowed=allowed))
    return Checked(good, rejected, tuple(counts), total, delivered)


def _rejected(rows: DataFrame) -> tuple[int, int, int]:
    """Rejected rows that are superseded, those that are nothing else, and all."""
    is_superseded = F.array_contains("reasons", SUPERSEDED)
    counts = rows.agg(
        F.count_if(is_superseded).alias("superseded"),
        F.count_if(is_superseded & (F.size("reasons") == 1)).alias("expected"),
        F.count(F.lit(1)).alias("all"),
    ).first()
    return (counts["superseded"], counts["expected"], counts["all"]) if counts else (0, 0, 0)


def _rules(source: Source) -> tuple[dict[str, Column], dict[str, Column]]:
    """Conditions that a row must meet, and those that only warn, by the name of the reason."""
    declared = parse_schema(source.columns)
    must: dict[str, Column] = {}
    if source.format in TEXT_FORMATS:
        must["malformed line"] = F.col(CORRUPT).isNull()
        must[_OPEN_QUOTE] = ~F.col(OPEN_QUOTE)
        for field in declared.fields:
            if field.dataType.simpleString() != "string":
                text = F.col("_text")[field.name]
                must[f"{field.name} is not {field.dataType.simpleString().upper()}"] = (
                    text.isNull() | (F.trim(text) == "") | column_named(field.name).isNotNull()
                )
    must[_INEXACT] = F.col(INEXACT).isNull()
    must |= {"cell too long": ~F.col(TOO_LONG), "NUL in a cell": ~F.col(HAS_NUL), "not valid text": ~F.col(NOT_TEXT)}
    must |= {
        f"{field.name} is missing": column_named(field.name).isNotNull()
        for field in declared.fields
        if not field.nullable
    }
    must |= {rule.name: F.expr(rule.where) for rule in source.rules if rule.action == "reject"}
    return must, {rule.name: F.expr(rule.where) for rule in source.rules if rule.action == "warn"}


def run_start(context: Context) -> datetime | None:
    """Start of the job; None where a job is called without a lake."""
    return context.standing.started_at if context.standing else None
