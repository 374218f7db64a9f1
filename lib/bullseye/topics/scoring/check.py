"""Finds mistakes in models.yaml that only Spark can see, before any job runs."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession

from bullseye.core.contract import Column, Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.errors import did_you_mean
from bullseye.learning.features import expression
from bullseye.settings import Settings
from bullseye.settings.models import Models, Target
from bullseye.settings.snapshots import CampaignSnapshots, MonthlySnapshots
from bullseye.topics.scoring.labels import CAMPAIGN_COLUMNS


def check_models(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for each expression of a target that does not fit the tables."""
    if not settings[Models].targets:
        return []
    snapshot = tables["features.training_snapshot"]
    customers, days = empty(spark, snapshot), empty(spark, tables["features.party_day"])
    campaign = Table("campaign", columns=CAMPAIGN_COLUMNS, key=(), doc="")
    contacted = empty(spark, snapshot, campaign)
    problems: list[str] = []
    for index, target in enumerate(settings[Models].targets):

        def place(*rest: str | int, at: int = index) -> str:
            return settings.place(Models, "targets", at, *rest)

        problems += expression_problems(customers, {place("where"): target.where}, boolean=True)
        if isinstance(target.snapshots, MonthlySnapshots):
            problems += expression_problems(
                days, {place("snapshots", "event_where"): target.snapshots.event_where}, boolean=True
            )
            problems += _feature_problems(
                customers, target, {f.name: place("features", i) for i, f in enumerate(target.features)}
            )
        else:
            problems += _campaign_problems(target.snapshots, snapshot, place("snapshots"))
            problems += _feature_problems(
                contacted, target, {f.name: place("features", i) for i, f in enumerate(target.features)}
            )
    return problems


def _feature_problems(rows: DataFrame, target: Target, places: Mapping[str, str]) -> list[str]:
    """SQL that does not resolve; of the rest, what cannot be made a number."""
    plain = {f"{places[feature.name]} sql": feature.sql for feature in target.features}
    if problems := expression_problems(rows, plain):
        return problems
    return expression_problems(
        rows, {f"{places[feature.name]} sql": expression(feature) for feature in target.features}
    )


def _campaign_problems(spec: CampaignSnapshots, snapshot: Table, place: str) -> list[str]:
    campaign_columns: dict[str, Column] = {column.name: column for column in CAMPAIGN_COLUMNS}
    problems = [
        f"{place}: the customer table has a column {name!r}, which a campaign has too; rename it in measures.yaml"
        for name in snapshot.names
        if name in campaign_columns
    ]
    for name, value in spec.score_as.items():
        if name not in campaign_columns:
            problems.append(
                f"{place}.score_as: a campaign has no {name!r}{did_you_mean(name, campaign_columns)}; it has {', '.join(campaign_columns)}"
            )
        elif campaign_columns[name].type == "INT" and not isinstance(value, int):
            problems.append(f"{place}.score_as.{name}: must be a whole number (given: {value!r})")
    return problems
