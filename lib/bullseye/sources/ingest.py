"""Source rows to silver facts: check every row, keep the rejected ones with their reasons, map the rest by SQL."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pyspark import inheritable_thread_target
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, Row, SparkSession, Window
from pyspark.sql import functions as F

from bullseye.core.contract import Table, parse_schema
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.core.quality import QUALITY, QUARANTINE, broken_rules, count_broken
from bullseye.core.rows import column_named, local_frame
from bullseye.errors import QualityGateError, SourceError, did_you_mean
from bullseye.identifiers import check_sources, counted, normalised
from bullseye.settings import Settings
from bullseye.settings.sources import Source
from bullseye.sources.csv_head import CORRUPT, OPEN_QUOTE
from bullseye.sources.files import list_files, stage
from bullseye.sources.read import FILE, HAS_NUL, NOT_TEXT, TEXT_FORMATS, TOO_LONG, typed, undeclared
from bullseye.tables.ops import SOURCE_FILE
from bullseye.tables.silver import IDENTIFIER, PERSON

_log = logging.getLogger(__name__)
_OPEN_QUOTE = "quote is not closed"
_AT_ONCE = 3
"""Sources that are checked side by side: most are small, and each is a chain of short Spark jobs."""


@dataclass(frozen=True)
class Checked:
    """A source after its checks: the rows to use, the rows rejected (None where there are none), and the counts."""

    good: DataFrame
    rejected: DataFrame | None
    counts: tuple[Row, ...]
    rows: int


def ingest_sources(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """All canonical tables that the deployment fills, with the quality counts and the rejected rows behind them.

    Raises QualityGateError, with the evidence, when a source has more rejected rows than allowed.
    """
    sources = context.settings.sources.sources
    frames = {source.name: inputs[f"source.{source.name}"] for source in sources}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        started = {
            source.name: pool.submit(
                inheritable_thread_target(context.spark)(check_source), source, frames[source.name], context
            )
            for source in sources
        }
        checked = {name: found.result() for name, found in started.items()}
    evidence = {
        QUALITY.name: local_frame(
            context.spark, [row for found in checked.values() for row in found.counts], QUALITY.schema()
        ),
        QUARANTINE.name: _quarantine(checked, context),
    }
    failed = [row for found in checked.values() for row in found.counts if not row["passed"]]
    if failed:
        lines = "\n".join(
            f"  {row['source']}: {row['failed']:,} of {row['checked']:,} rows rejected ({row['share']:.2%}, allowed {row['allowed']:.2%})"
            for row in failed
        )
        raise QualityGateError(
            f"too many rejected rows, nothing is published\n{lines}\n"
            "  ops.quarantine has the rows and their reasons; mend the source, or raise max_rejected_share in sources.yaml",
            evidence,
        )
    for name, found in checked.items():
        found.good.createOrReplaceTempView(name)
    silver = {
        f"silver.{name}": context.tables[f"silver.{name}"].completed(
            context.spark.sql(_localised(sql, context.settings))
        )
        for name, sql in context.settings.silver.items()
    }
    if IDENTIFIER.name in silver:
        silver[IDENTIFIER.name], counts = _identifiers(silver, context)
        evidence[QUALITY.name] = evidence[QUALITY.name].unionByName(
            local_frame(context.spark, counts, QUALITY.schema())
        )
    return {SOURCE_FILE.name: _source_files(checked, context), **evidence, **silver}


def _identifiers(silver: Mapping[str, DataFrame], context: Context) -> tuple[DataFrame, list[Row]]:
    """The identifiers in their one spelling, and how many of each type fit none.

    Raises SourceError for a type that is not defined, IdentityError where two sources claim one party.
    """
    identity, rows = context.settings.identity, silver[IDENTIFIER.name]
    check_sources([silver[name] for name in (PERSON.name, IDENTIFIER.name) if name in silver])
    counts = [
        Row(
            run_id=context.run_id,
            source="identifier",
            rule=f"{name} does not fit its type",
            action="warn",
            checked=checked,
            failed=unfit,
            share=unfit / checked,
            allowed=None,
            passed=True,
        )
        for name, (checked, unfit) in sorted(counted(rows, identity).items())
    ]
    return normalised(rows, identity, salt=identity.salt()), counts


def check_source(source: Source, frame: DataFrame, context: Context) -> Checked:
    """Check types, required columns, the source's rules and its key, in one pass and one grouping."""
    if extra := undeclared(source, frame):
        _log.warning(
            "source %s has undeclared column(s) %s: left out; add them to its schema to use them",
            source.name,
            ", ".join(extra),
        )
    rows = typed(source, frame)
    must, may = _rules(source)
    found = count_broken(rows, {**must, **may}, key=source.key)
    total, duplicates, failed = found.rows, found.duplicates, found.broken
    if not source.multi_line and failed.get(_OPEN_QUOTE):
        where = rows.where(OPEN_QUOTE).select(FILE).first()
        raise SourceError(
            f"source {source.name}: {failed[_OPEN_QUOTE]} line(s) end within quotes, in {where[FILE] if where else ''};"
            " take multi_line: false out of sources.yaml, or close the quotes where the file is made"
        )
    if total == 0 and not source.may_be_empty:
        raise SourceError(
            f"source {source.name} has no rows; drop the file again, or set may_be_empty: true in sources.yaml"
        )
    names = parse_schema(source.columns).fieldNames()
    good, rejected, rejected_rows = rows.select(*map(column_named, names)), None, 0
    if duplicates or any(failed[name] for name in must):
        flagged = rows.withColumn("_reasons", _reasons(source, must, duplicates=duplicates > 0))
        good = flagged.where(F.size("_reasons") == 0).select(*map(column_named, names))
        rejected = flagged.where(F.size("_reasons") > 0).select(
            F.lit(source.name).alias("source"), F.col("_reasons").alias("reasons"), F.col("_raw").alias("raw")
        )
        rejected_rows = rejected.count()
    counted = {name: (count, "reject" if name in must else "warn") for name, count in failed.items()}
    if source.key:
        counted["duplicate"] = (duplicates, "reject")
    allowed = (
        source.max_rejected_share
        if source.max_rejected_share is not None
        else context.settings.deployment.max_rejected_share
    )
    counts = [_count(context, source, name, action, total, count, None) for name, (count, action) in counted.items()]
    counts.append(_count(context, source, "rows", "gate", total, rejected_rows, allowed))
    return Checked(good, rejected, tuple(counts), total)


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
    must |= {"cell too long": ~F.col(TOO_LONG), "NUL in a cell": ~F.col(HAS_NUL), "not valid text": ~F.col(NOT_TEXT)}
    must |= {
        f"{field.name} is missing": column_named(field.name).isNotNull()
        for field in declared.fields
        if not field.nullable
    }
    must |= {rule.name: F.expr(rule.check) for rule in source.rules if rule.action == "reject"}
    return must, {rule.name: F.expr(rule.check) for rule in source.rules if rule.action == "warn"}


def _reasons(source: Source, must: Mapping[str, Column], *, duplicates: bool) -> Column:
    """Every rule that the row breaks; of rows with one key the first by content stays."""
    reasons = broken_rules(must)
    if not duplicates:
        return reasons
    place = F.row_number().over(Window.partitionBy(*map(column_named, source.key)).orderBy("_raw"))
    return F.concat(reasons, F.when(place > 1, F.array(F.lit("duplicate"))).otherwise(F.array().cast("array<string>")))


def _count(
    context: Context, source: Source, rule: str, action: str, checked: int, failed: int, allowed: float | None
) -> Row:
    share = failed / checked if checked else 0.0
    passed = allowed is None or share <= allowed
    return Row(
        run_id=context.run_id,
        source=source.name,
        rule=rule,
        action=action,
        checked=checked,
        failed=failed,
        share=share,
        allowed=allowed,
        passed=passed,
    )


def _quarantine(checked: Mapping[str, Checked], context: Context) -> DataFrame:
    """The rejected rows of all sources; equal rows are told apart by their number."""
    found = [source.rejected for source in checked.values() if source.rejected is not None]
    if not found:
        return local_frame(context.spark, [], QUARANTINE.schema())
    number = F.row_number().over(Window.partitionBy("source", "raw").orderBy("reasons"))
    rows = union_all(found).withColumn("number", number)
    row_id = F.sha2(F.concat_ws("|", "source", "raw", F.col("number").cast("string")), 256)
    return rows.select(row_id.alias("row_id"), "source", "reasons", "raw", F.lit(context.run_id).alias("first_run_id"))


def _source_files(checked: Mapping[str, Checked], context: Context) -> DataFrame:
    rows = [
        Row(
            source=source.name,
            file=file.name,
            bytes=file.bytes,
            modified_at=file.modified_at,
            rows=checked[source.name].rows,
        )
        for source in context.settings.sources.sources
        for file in list_files(context.spark, source, stage(source, context)).files
    ]
    return local_frame(context.spark, rows, SOURCE_FILE.schema())


def _localised(sql: str, settings: Settings) -> str:
    """The SQL with `{local_zone}` and `{source_zone}` filled in."""
    return sql.replace("{local_zone}", settings.deployment.local_zone).replace(
        "{source_zone}", settings.deployment.source_zone
    )


def check_mapping(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """Mistakes in the rules of sources.yaml and in silver/*.sql, found on sources without rows."""
    problems: list[str] = []
    for index, source in enumerate(settings.sources.sources):
        place = settings.place("sources", "sources", index, "schema")
        try:
            rows = local_frame(spark, [], parse_schema(source.columns))
        except PySparkException as error:
            problems.append(f"{place}: is not a list of columns: {str(error).splitlines()[0]}")
            continue
        rows.createOrReplaceTempView(source.name)
        for number, rule in enumerate(source.rules):
            try:
                rows.where(rule.check)
            except PySparkException as error:
                problems.append(
                    f"{settings.place('sources', 'sources', index, 'rules', number, 'check')}: {_short(error, rows.columns)}"
                )
    if problems:
        return problems
    for name, sql in settings.silver.items():
        place = str(settings.folder / "silver" / f"{name}.sql")
        table = tables.get(f"silver.{name}")
        if table is None:
            known = [other.partition(".")[2] for other in tables if other.startswith("silver.")]
            problems.append(
                f"{place}: there is no canonical table {name}{did_you_mean(name, known)}; tables: {', '.join(known)}"
            )
            continue
        try:
            schema = spark.sql(_localised(sql, settings)).schema
        except PySparkException as error:
            problems.append(f"{place}: {_short(error, [])}")
            continue
        problems += [f"{place}: {difference}" for difference in table.mapping_differences(schema)]
        if table.name == IDENTIFIER.name and not settings.identity.types:
            problems.append(f"{place}: needs {settings.folder / 'identity.yaml'}, which says how values are normalised")
    return problems


def _short(error: PySparkException, columns: list[str]) -> str:
    text = re.sub(r"^\[[A-Z_.0-9]+\]\s*", "", str(error).strip().splitlines()[0])
    unresolved = re.search(r"name `([^`]*)` cannot be resolved", text)
    hint = did_you_mean(unresolved.group(1), columns) if unresolved else ""
    return f"{text.split(' SQLSTATE')[0]}{hint}"
