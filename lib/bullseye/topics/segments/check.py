"""Mistakes in segments.yaml that only the tables can show, each with its place and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import NumericType

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.frames import local_frame
from bullseye.settings import Settings
from bullseye.topics.segments.rfm import names_of_cube
from bullseye.topics.segments.settings import Rfm, Segments


def check_segments(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression that does not fit `gold.customer`, and for RFM names that miss or never meet."""
    segments = settings[Segments]
    if not (segments.rfm or segments.clustering or segments.describe):
        return []
    conditions, numbers = _expressions(settings)
    customers = empty(spark, tables["gold.customer"])
    problems = expression_problems(customers, conditions, boolean=True) + expression_problems(customers, numbers)
    broken = {problem.partition(": ")[0] for problem in problems}
    problems += _not_a_number(customers, {place: sql for place, sql in numbers.items() if place not in broken})
    if segments.rfm:
        problems += _check_names(spark, settings, segments.rfm)
    return problems


def _expressions(settings: Settings) -> tuple[dict[str, str], dict[str, str]]:
    """Conditions and numbers by their places."""
    segments = settings[Segments]
    conditions: dict[str, str] = {}
    numbers: dict[str, str] = {}
    if segments.rfm:
        conditions[settings.place(Segments, "rfm", "where")] = segments.rfm.where
        for part in ("recency", "frequency", "monetary"):
            numbers[settings.place(Segments, "rfm", part)] = getattr(segments.rfm, part)
    if segments.clustering:
        conditions[settings.place(Segments, "clustering", "where")] = segments.clustering.where
        numbers[settings.place(Segments, "clustering", "order_by")] = segments.clustering.order_by
        for index, feature in enumerate(segments.clustering.features):
            key = "sql" if feature.sql else "name"
            numbers[settings.place(Segments, "clustering", "features", index, key)] = feature.expression
    for index, described in enumerate(segments.describe):
        numbers[settings.place(Segments, "describe", index, "sql" if described.sql else "name")] = described.expression
    return conditions, numbers


def _not_a_number(customers: DataFrame, numbers: Mapping[str, str]) -> Iterator[str]:
    schema = customers.select(*(F.expr(sql).alias(f"n{index}") for index, sql in enumerate(numbers.values()))).schema
    for (place, sql), field in zip(numbers.items(), schema.fields, strict=True):
        if not isinstance(field.dataType, NumericType):
            yield f"{place}: must be a number, and is {field.dataType.simpleString().upper()} (given: {sql!r})"


def _check_names(spark: SparkSession, settings: Settings, rfm: Rfm) -> list[str]:
    """Every combination of bands needs a name, and every name a combination."""
    cube = local_frame(spark, [], "r INT, f INT, m INT")
    places = [settings.place(Segments, "rfm", "segments", index, "where") for index in range(len(rfm.segments))]
    conditions = {place: segment.where for place, segment in zip(places, rfm.segments, strict=True)}
    if problems := expression_problems(cube, conditions, boolean=True):
        return problems
    names = names_of_cube(spark, rfm)
    if missing := [f"r={r} f={f} m={m}" for (r, f, m), name in names.items() if name is None]:
        listed = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        place = settings.place(Segments, "rfm", "segments")
        problems.append(f'{place}: no segment fits {listed}; add a last one with where: "true" for the rest')
    met = set(names.values())
    problems += [
        f"{place}: {segment.name} is never met, since the segments before it take all that fits; move it up or remove it"
        for place, segment in zip(places, rfm.segments, strict=True)
        if segment.name not in met
    ]
    return problems
