"""Mistakes in the SQL of sources.yaml and silver/*.sql, before any file is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table, parse_schema
from bullseye.core.frames import local_frame
from bullseye.errors import did_you_mean
from bullseye.settings import Settings, Silver
from bullseye.settings.deployment import Deployment
from bullseye.settings.identity import Identity
from bullseye.settings.sources import Source, Sources
from bullseye.tables.silver import IDENTIFIER
from bullseye.topics.sources.dates import date_of
from bullseye.topics.sources.duplicates import NEWEST_FILE


def localised(sql: str, settings: Settings) -> str:
    """The SQL with `{local_zone}` and `{source_zone}` filled in."""
    return sql.replace("{local_zone}", settings[Deployment].local_zone).replace(
        "{source_zone}", settings[Deployment].source_zone
    )


def check_mapping(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """Mistakes in the rules of sources.yaml and in silver/*.sql, found on sources without rows."""
    problems = [
        problem
        for index, source in enumerate(settings[Sources].sources)
        for problem in _source_mistakes(spark, settings, index, source)
    ]
    if problems:
        return problems
    for name, sql in settings[Silver].tables.items():
        place = str(settings.folder / "silver" / f"{name}.sql")
        table = tables.get(f"silver.{name}")
        if table is None:
            canonical = [other.partition(".")[2] for other in tables if other.startswith("silver.")]
            problems.append(
                f"{place}: there is no canonical table {name}{did_you_mean(name, canonical)}; tables: {', '.join(canonical)}"
            )
            continue
        try:
            schema = spark.sql(localised(sql, settings)).schema
        except PySparkException as error:
            problems.append(f"{place}: {_short(error, [])}")
            continue
        problems += [f"{place}: {difference}" for difference in table.mapping_differences(schema)]
        if table.name == IDENTIFIER.name and not settings[Identity].types:
            problems.append(f"{place}: needs {settings.folder / 'identity.yaml'}, which says how values are normalised")
    return problems


def _source_mistakes(spark: SparkSession, settings: Settings, index: int, source: Source) -> Iterator[str]:
    """Mistakes in the SQL of a source, which becomes a view without rows."""

    def place(*key: str | int) -> str:
        return settings.place(Sources, "sources", index, *key)

    try:
        rows = local_frame(spark, [], parse_schema(source.columns))
    except PySparkException as error:
        yield f"{place('schema')}: is not a list of columns: {str(error).splitlines()[0]}"
        return
    rows.createOrReplaceTempView(source.name)
    checks = {place("rules", number, "where"): F.expr(rule.where) for number, rule in enumerate(source.rules)}
    if source.date not in (None, "none"):
        checks[place("date")] = F.expr(str(source.date)).cast("timestamp").isNull()
    if source.order not in (None, NEWEST_FILE):
        checks[place("order")] = F.expr(str(source.order)).isNull()
    for where, check in checks.items():
        try:
            rows.where(check)
        except PySparkException as error:
            yield f"{where}: {_short(error, rows.columns)}"
    if source.begin and date_of(source, settings[Silver].tables) is None:
        yield f"{place('begin')}: the source has no date; add date, the SQL of the day that a row is about"


def _short(error: PySparkException, columns: list[str]) -> str:
    text = re.sub(r"^\[[A-Z_.0-9]+\]\s*", "", str(error).strip().splitlines()[0])
    unresolved = re.search(r"name `([^`]*)` cannot be resolved", text)
    hint = did_you_mean(unresolved.group(1), columns) if unresolved else ""
    return f"{text.split(' SQLSTATE')[0]}{hint}"
