"""The job `measure_traffic`: sources of visitors, their screens and conversions, and customers by place."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.errors import did_you_mean
from bullseye.settings import Settings
from bullseye.tables.facts import with_customer
from bullseye.topics.traffic.places import place_traffic
from bullseye.topics.traffic.settings import CONVERSION_FACTS, Conversion, Places, TrafficSettings
from bullseye.topics.traffic.traffic import followed, traffic, visits


def measure_traffic(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`gold.traffic` and `gold.place_traffic` at as_of; empty is the one that the settings do not ask for."""
    asked = context.settings[TrafficSettings]
    found = context.empty("gold.traffic", "gold.place_traffic")
    if asked.traffic:
        wanted = asked.traffic.conversion
        conversions = context.keep(_conversions(inputs, wanted)) if wanted else None
        within = wanted.within_days if wanted else 1
        touches = visits(inputs["silver.touch"], inputs["features.identity_map"])
        visited = context.keep(followed(touches, conversions, as_of=context.as_of, within_days=within))
        found["gold.traffic"] = union_all(
            [
                traffic(visited, conversions, as_of=context.as_of, days=days, within_days=within)
                for days in sorted(set(asked.traffic.windows))
            ]
        )
    if asked.places:
        found["gold.place_traffic"] = place_traffic(inputs["gold.customer"], asked.places, as_of=context.as_of)
    return found


def _conversions(inputs: Inputs, wanted: Conversion) -> DataFrame:
    rows = with_customer(inputs[f"silver.{wanted.fact}"].where(F.expr(wanted.where)), inputs["features.identity_map"])
    told = rows.select(
        "customer_id", F.col(wanted.id).alias("conversion_id"), F.col(wanted.time).alias("converted_at"), "day"
    )
    return told.groupBy("conversion_id").agg(
        *(F.min(name).alias(name) for name in ("customer_id", "converted_at", "day"))
    )


def check_traffic(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for each name or expression of traffic and places that does not fit the tables."""
    asked = settings[TrafficSettings]
    problems: list[str] = []
    if asked.traffic and asked.traffic.conversion:
        problems += _conversion_problems(spark, asked.traffic.conversion, settings, tables)
    if asked.places:
        problems += _place_problems(spark, asked.places, settings, tables)
    return problems


def _conversion_problems(
    spark: SparkSession, wanted: Conversion, settings: Settings, tables: Mapping[str, Table]
) -> list[str]:
    def place(key: str) -> str:
        return settings.place(TrafficSettings, "traffic", "conversion", key)

    if wanted.fact not in CONVERSION_FACTS:
        return [
            f"{place('fact')}: {wanted.fact!r} cannot tell conversions{did_you_mean(wanted.fact, CONVERSION_FACTS)}; known: {', '.join(CONVERSION_FACTS)}"
        ]
    rows = empty(spark, tables[f"silver.{wanted.fact}"])
    problems = expression_problems(rows, {place("where"): wanted.where}, boolean=True)
    return problems + expression_problems(
        rows, {place("time"): f"CAST({wanted.time} AS TIMESTAMP)", place("id"): wanted.id}
    )


def _place_problems(spark: SparkSession, wanted: Places, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    def place(*rest: str | int) -> str:
        return settings.place(TrafficSettings, "places", *rest)

    rows, names = empty(spark, tables["gold.customer"]), tables["gold.customer"].names
    problems = [
        f"{place('groups', at)}: there is no column of gold.customer {name!r}{did_you_mean(name, names)}"
        for at, name in enumerate(wanted.groups)
        if name not in names
    ]
    problems += expression_problems(rows, {place("where"): wanted.where}, boolean=True)
    if wanted.distance:
        problems += expression_problems(rows, {place("distance", "sql"): f"CAST(({wanted.distance.sql}) AS DOUBLE)"})
    sql = {place("figures", at, "sql"): f"CAST({one.sql} AS DOUBLE)" for at, one in enumerate(wanted.figures)}
    return problems + expression_problems(rows, sql, aggregate=True)
