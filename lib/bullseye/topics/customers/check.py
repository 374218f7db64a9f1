"""Mistakes in measures.yaml that only Spark can see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.frames import local_frame
from bullseye.errors import did_you_mean
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.tables.silver import PARTIES
from bullseye.topics.customers.reads import FACT_TABLES
from bullseye.topics.customers.tables import window_names, windowed

_PARTIES = tuple(table.name.partition(".")[2] for table in PARTIES)


def check_measures(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression of measures.yaml that does not fit its fact, the person or the customer."""
    measures = settings[Measures]
    facts = {table.partition(".")[2]: _fact(spark, table, tables) for table in FACT_TABLES}
    problems = []
    for section, known in (("measures", facts), ("dimensions", facts), ("last_values", facts), ("states", _PARTIES)):
        problems += [
            f"{settings.place(Measures, section, index, 'fact')}: there is no fact {one.fact!r}"
            f"{did_you_mean(one.fact, known)}; facts: {', '.join(known)}"
            for index, one in enumerate(getattr(measures, section))
            if one.fact not in known
        ]
    for name, rows in facts.items():
        sums = {
            settings.place(Measures, "measures", i, "sql"): m.sql
            for i, m in enumerate(measures.measures)
            if m.fact == name
        }
        problems += expression_problems(rows, sums, aggregate=True)
        own = [(i, d) for i, d in enumerate(measures.dimensions) if d.fact == name]
        problems += expression_problems(rows, {settings.place(Measures, "dimensions", i, "key"): d.key for i, d in own})
        wheres = {settings.place(Measures, "dimensions", i, "where"): d.where for i, d in own if d.where}
        problems += expression_problems(rows, wheres, boolean=True)
        for part in ("amount", "counts"):
            named = {settings.place(Measures, "dimensions", i, part): getattr(d, part) for i, d in own}
            problems += expression_problems(rows, named)
    problems += _standing_problems(spark, settings, tables)
    person = {settings.place(Measures, "attributes", i, "sql"): a.sql for i, a in enumerate(measures.attributes)}
    problems += expression_problems(empty(spark, tables["silver.person"]), person)
    return problems + _derived_problems(spark, settings, tables)


def _standing_problems(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """Of the expressions of last values and states."""
    problems: list[str] = []
    for index, one in enumerate(settings[Measures].last_values):
        if f"silver.{one.fact}" in FACT_TABLES:
            place = settings.place(Measures, "last_values", index, "sql")
            problems += expression_problems(
                empty(spark, tables[f"silver.{one.fact}"]), {place: one.sql}, aggregate=True
            )
    for index, state in enumerate(settings[Measures].states):
        if state.fact in _PARTIES:
            rows = _fact(spark, f"silver.{state.fact}", tables)
            days = {settings.place(Measures, "states", index, key): getattr(state, key) for key in ("since", "until")}
            problems += expression_problems(rows, days)
            rows = rows.withColumn("as_of", F.lit(date(2000, 1, 1)))
            place = settings.place(Measures, "states", index, "sql")
            problems += expression_problems(rows, {place: state.sql}, aggregate=True)
    return problems


def _fact(spark: SparkSession, table: str, tables: Mapping[str, Table]) -> DataFrame:
    contract = tables[table]
    return (
        empty(spark, contract, tables["silver.product"]) if "product_id" in contract.names else empty(spark, contract)
    )


def _derived_problems(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """A column may use the table's own columns, the windows that are not kept, and the columns before it."""
    measures = settings[Measures]
    derived = {column.name for column in measures.columns}
    ddl = [column.ddl for column in tables["gold.customer"].columns if column.name not in derived]
    kept = set(tables["gold.customer"].names)
    ddl += [
        f"`{name}_{suffix}` {type_}"
        for name, type_, _, _ in windowed(measures)
        for suffix, _ in window_names(measures)
        if f"{name}_{suffix}" not in kept
    ]
    rows = local_frame(spark, [], ", ".join(ddl))
    together = [F.expr(column.sql).cast(column.type).alias(column.name) for column in measures.columns]
    try:
        # In one select, where a later column may use an earlier one. Each by itself takes seconds for all of them.
        _ = rows.select("*", *together).schema
    except PySparkException:
        return _derived_problems_by_column(rows, settings)
    return []


def _derived_problems_by_column(rows: DataFrame, settings: Settings) -> list[str]:
    problems: list[str] = []
    for index, column in enumerate(settings[Measures].columns):
        place = settings.place(Measures, "columns", index, "sql")
        found = expression_problems(rows, {place: column.sql})
        problems += found
        value = F.lit(None) if found else F.expr(column.sql)
        rows = rows.withColumn(column.name, value.cast(column.type))
    return problems
