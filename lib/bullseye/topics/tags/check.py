"""Mistakes in tags.yaml that only the tables can show, each with its place and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import NumericType

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.errors import did_you_mean
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.topics.tags.settings import PreferenceTag, RuleTag, StatisticTag, Tags


def check_tags(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every condition, value or dimension that does not fit `gold.customer` or measures.yaml."""
    conditions: dict[str, str] = {}
    values: dict[str, str] = {}
    problems: list[str] = []
    for index, tag in enumerate(settings[Tags].tags):
        if isinstance(tag, RuleTag):
            conditions[settings.place(Tags, "tags", index, "where")] = tag.where
        elif isinstance(tag, StatisticTag):
            values[settings.place(Tags, "tags", index, "value")] = tag.value
            conditions[settings.place(Tags, "tags", index, "where")] = tag.where
        else:
            problems += _dimension(settings, index, tag)
    customers = empty(spark, tables["gold.customer"])
    unresolved = expression_problems(customers, conditions, boolean=True) + expression_problems(customers, values)
    broken = {problem.partition(": ")[0] for problem in unresolved}
    sound = {place: sql for place, sql in values.items() if place not in broken}
    return problems + unresolved + list(_not_a_number(customers, sound))


def _dimension(settings: Settings, index: int, tag: PreferenceTag) -> list[str]:
    dimensions = [dimension.name for dimension in settings[Measures].dimensions]
    if tag.dimension in dimensions:
        return []
    place = settings.place(Tags, "tags", index, "dimension")
    hint = did_you_mean(tag.dimension, dimensions)
    return [
        f"{place}: measures.yaml has no dimension {tag.dimension!r}{hint}; it has {', '.join(dimensions) or 'none'}"
    ]


def _not_a_number(customers: DataFrame, values: Mapping[str, str]) -> Iterator[str]:
    schema = customers.select(*(F.expr(sql).alias(f"v{index}") for index, sql in enumerate(values.values()))).schema
    for (place, sql), field in zip(values.items(), schema.fields, strict=True):
        if not isinstance(field.dataType, NumericType):
            yield f"{place}: must be a number, and is {field.dataType.simpleString().upper()} (given: {sql!r})"
