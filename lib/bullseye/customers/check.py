"""Mistakes in measures.yaml that only Spark can see."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.rows import local_frame
from bullseye.customers.days import FACT_TABLES
from bullseye.errors import did_you_mean
from bullseye.settings import Settings
from bullseye.tables.customer import window_names, windowed


def check_measures(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression of measures.yaml that does not fit its fact, the person or the customer."""
    measures = settings.measures
    facts = {table.partition(".")[2]: _fact(spark, table, tables) for table in FACT_TABLES}
    named = [("measures", index, m.fact) for index, m in enumerate(measures.measures)]
    named += [("dimensions", index, d.fact) for index, d in enumerate(measures.dimensions)]
    problems = [
        f"{settings.place('measures', section, index, 'fact')}: there is no fact {fact!r}{did_you_mean(fact, facts)};"
        f" facts: {', '.join(facts)}"
        for section, index, fact in named
        if fact not in facts
    ]
    for name, rows in facts.items():
        sums = {
            settings.place("measures", "measures", i, "sql"): m.sql
            for i, m in enumerate(measures.measures)
            if m.fact == name
        }
        problems += expression_problems(rows, sums, aggregate=True)
        own = [(i, d) for i, d in enumerate(measures.dimensions) if d.fact == name]
        problems += expression_problems(
            rows, {settings.place("measures", "dimensions", i, "key"): d.key for i, d in own}
        )
        wheres = {settings.place("measures", "dimensions", i, "where"): d.where for i, d in own if d.where}
        problems += expression_problems(rows, wheres, boolean=True)
        if own and (lacking := {"order_id", "amount"} - set(rows.columns)):
            problems.append(
                f"{settings.place('measures', 'dimensions', own[0][0], 'fact')}: {name} has no {', '.join(sorted(lacking))}, which dimensions sum"
            )
    person = {settings.place("measures", "attributes", i, "sql"): a.sql for i, a in enumerate(measures.attributes)}
    problems += expression_problems(empty(spark, tables["silver.person"]), person)
    return problems + _derived_problems(spark, settings, tables)


def _fact(spark: SparkSession, table: str, tables: Mapping[str, Table]) -> DataFrame:
    contract = tables[table]
    return (
        empty(spark, contract, tables["silver.product"]) if "product_id" in contract.names else empty(spark, contract)
    )


def _derived_problems(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """A column may use the table's own columns, the windows that are not kept, and the columns before it."""
    measures = settings.measures
    derived = {column.name for column in measures.columns}
    ddl = [column.ddl for column in tables["gold.customer"].columns if column.name not in derived]
    kept = set(tables["gold.customer"].names)
    ddl += [
        f"`{name}_{suffix}` {type_}"
        for name, type_, _ in windowed(measures)
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
    for index, column in enumerate(settings.measures.columns):
        place = settings.place("measures", "columns", index, "sql")
        found = expression_problems(rows, {place: column.sql})
        problems += found
        value = F.lit(None) if found else F.expr(column.sql)
        rows = rows.withColumn(column.name, value.cast(column.type))
    return problems
