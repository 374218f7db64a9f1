"""SQL expressions of the settings, resolved against contracts before any job runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce

from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.frames import local_frame
from bullseye.errors import did_you_mean

_UNRESOLVED = re.compile(r"name `?([^`]*(?:`\.`[^`]*)*)`? cannot be resolved")


def empty(spark: SparkSession, *tables: Table) -> DataFrame:
    """No rows, with the columns of all tables; a name that two share is taken from the first."""
    columns = {column.name: column for table in reversed(tables) for column in table.columns}
    ddl = ", ".join(column.ddl for column in columns.values())
    return local_frame(spark, [], ddl)


def names_in(sql: str) -> set[str]:
    """Every word of an expression that may be the name of a column; texts in quotes are none.

    >>> sorted(names_in("if(campaign_type = 'type_b', Spend_30d / 2, 0)"))
    ['campaign_type', 'if', 'spend_30d']
    """
    return set(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r"'[^']*'", "", sql.lower())))


def expression_problems(
    rows: DataFrame, expressions: Mapping[str, str], *, boolean: bool = False, aggregate: bool = False
) -> list[str]:
    """One line for every expression that does not resolve against the columns of `rows`, with the nearest right name.

    `expressions` maps the place of an expression (file, line, key) to its SQL. `boolean` asks for a condition,
    `aggregate` for an aggregate such as `sum(amount)`.
    """
    columns: dict[str, Column] = {}
    problems = []
    for place, sql in expressions.items():
        try:
            columns[place] = F.expr(sql)
        except PySparkException as error:
            problems.append(f"{place}: {_first_line(error)} (given: {sql!r})")
    if not columns or _resolves(rows, list(columns.values()), boolean=boolean, aggregate=aggregate) is None:
        return problems
    for place, column in columns.items():
        if reason := _resolves(rows, [column], boolean=boolean, aggregate=aggregate):
            problems.append(f"{place}: {reason} (given: {expressions[place]!r})")
    return problems


def _resolves(rows: DataFrame, columns: list[Column], *, boolean: bool, aggregate: bool) -> str | None:
    """Why the columns do not resolve, or None when they do."""
    named = [column.alias(f"c{index}") for index, column in enumerate(columns)]
    try:
        schema = (rows.agg(*named) if aggregate else rows.select(*named)).schema
    except PySparkException as error:
        match = _UNRESOLVED.search(str(error))
        if match:
            name = match.group(1).replace("`", "")
            return f"there is no column {name!r}{did_you_mean(name, rows.columns)}"
        return _first_line(error)
    if boolean and any(field.dataType.simpleString() != "boolean" for field in schema.fields):
        return "must be a condition that is true or false"
    if not aggregate and not _filters(rows, columns):
        return "must be about one row, without aggregates or windows"
    return None


def _filters(rows: DataFrame, columns: list[Column]) -> bool:
    """False for an aggregate over all rows: it resolves in a select, but not in a filter."""
    try:
        _ = rows.where(reduce(Column.__and__, (column.isNotNull() for column in columns))).schema
    except PySparkException:
        return False
    return True


def _first_line(error: PySparkException) -> str:
    text = str(error).strip().splitlines()[0]
    return re.sub(r"^\[[A-Z_.0-9]+\]\s*", "", text).split(" SQLSTATE")[0]
