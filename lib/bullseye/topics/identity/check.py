"""Mistakes in identity.yaml that only Spark can see."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.settings import Settings
from bullseye.settings.identity import Identity


def check_identity(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression of identity.yaml that does not fit `silver.person`, or the columns that are compared."""
    identity = settings[Identity]
    same = {
        settings.place(Identity, "rules", index, "same", number): sql
        for index, rule in enumerate(identity.rules)
        for number, sql in enumerate(rule.same)
    }
    person = empty(spark, tables["silver.person"])
    problems = expression_problems(person, same)
    problems += [
        f"{settings.place(Identity, 'types', index, 'name')}: {type_.name} is a column of silver.person; choose another name"
        for index, type_ in enumerate(identity.types)
        if type_.name in person.columns
    ]
    spec = identity.probabilistic
    if spec is None or problems:
        return problems
    with_types = person.select("*", *(F.lit(None).cast("string").alias(type_.name) for type_ in identity.types))
    columns = {settings.place(Identity, "probabilistic", "columns", name): sql for name, sql in spec.columns.items()}
    if mistakes := expression_problems(with_types, columns):
        return problems + mistakes
    record = with_types.select(*(F.expr(sql).cast("string").alias(name) for name, sql in spec.columns.items()))
    blocks = {
        settings.place(Identity, "probabilistic", *place, index, number): sql
        for place, listed in (
            (("blocking",), spec.blocking),
            (("training", "sure"), spec.training.sure),
            (("training", "passes"), spec.training.passes),
        )
        for index, block in enumerate(listed)
        for number, sql in enumerate(block)
    }
    return problems + expression_problems(record, blocks)
