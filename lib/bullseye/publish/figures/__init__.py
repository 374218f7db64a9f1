"""What the report shows: a few hundred numbers, taken from the published tables in one small query each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyspark import inheritable_thread_target
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.runlog import commit_order, newest_run
from bullseye.publish.figures.answers import NO_ANSWERS, answer_queries
from bullseye.publish.figures.collect import Rows, small
from bullseye.publish.figures.customers import ACTIVE_WINDOWS as ACTIVE_WINDOWS
from bullseye.publish.figures.customers import RECENCY_BANDS as RECENCY_BANDS
from bullseye.publish.figures.customers import customer_figures, measure_figures
from bullseye.publish.figures.earlier import AsReleased, EarlierRelease
from bullseye.publish.figures.months import month_figures
from bullseye.publish.figures.rules import MIN_RULE_BASKETS as MIN_RULE_BASKETS
from bullseye.publish.figures.rules import top_items, top_rules
from bullseye.publish.figures.scores import by_band, by_reason, score_figures
from bullseye.publish.figures.segments import rfm_map, segment_cells, segment_moves
from bullseye.publish.release import NAME, standing_of

_READERS = 3
"""Queries at once: on small tables the driver waits more than the cores work."""


@dataclass(frozen=True)
class Before:
    """What the release before this one showed, as far as it is compared; `moves` counts customers by segment then and
    now.
    """

    release: EarlierRelease
    customers: Mapping[str, Any]
    quality: Rows
    segments: Rows
    tags: Rows
    metrics: Rows
    moves: Rows


@dataclass(frozen=True)
class Figures:
    """The numbers behind the report; every part may be empty."""

    runs: Rows = ()
    quality: Rows = ()
    identity: Rows = ()
    customers: Mapping[str, Any] = field(default_factory=dict)
    measures: Rows = ()
    months: Rows = ()
    rfm: Rows = ()
    segments: Rows = ()
    clusters: Rows = ()
    rules: Rows = ()
    backtest: Rows = ()
    items: Rows = ()
    models: Rows = ()
    metrics: Rows = ()
    curves: Rows = ()
    scores: Rows = ()
    reasons: Rows = ()
    tags: Rows = ()
    answers: Mapping[str, Rows] = field(default_factory=lambda: NO_ANSWERS)
    before: Before | None = None


def figures(inputs: Inputs, context: Context, earlier: EarlierRelease | None = None) -> Figures:
    """All numbers of the report, and those of the release before it. Nothing that is collected grows with the number of
    customers.
    """
    settings, table = context.settings, context.tables["gold.customer"]
    then = AsReleased(earlier, context) if earlier else None
    queries: dict[str, Callable[[], Any]] = {
        "runs": lambda: _runs(standing_of(context).runs(), context.day),
        "quality": lambda: _quality(inputs["ops.quality"], context),
        # one row a rule, a reason, a type and a number of parties
        "identity": lambda: small(inputs["ops.identity_quality"], "figure", "-number", "item"),
        "customers": lambda: customer_figures(inputs["gold.customer"], table, context),
        "months": lambda: month_figures(
            inputs["features.party_day"], inputs["features.identity_map"], settings.measures
        ),
        "cells": lambda: segment_cells(
            inputs["gold.segment_assignment"],
            then["gold.segment_assignment"] if then else None,
            inputs["gold.customer"],
            settings.segments.rfm,
        ),
        "segments": lambda: _segments(inputs["gold.segment_profile"]),
        # one row a number of clusters tried
        "clusters": lambda: small(inputs["gold.cluster_choice"], "k"),
        "rules": lambda: top_rules(inputs["gold.association_rule"]),
        # one row a method
        "backtest": lambda: small(inputs["gold.rule_backtest"], "-hits", "method"),
        "items": lambda: top_items(inputs["gold.recommendation"]),
        # one row a feature of a model
        "models": lambda: small(inputs["ops.model"], "target", "position"),
        "metrics": lambda: _metrics(inputs["ops.model_metric"]),
        # some hundred points a curve at most
        "curves": lambda: small(inputs["ops.model_curve"], "target", "curve", "point"),
        "scores": lambda: score_figures(inputs["gold.score"]),
        "tags": lambda: _tags(inputs["gold.tag_coverage"], inputs["gold.tag_catalog"]),
    }
    asked = answer_queries(inputs, standing_of(context))
    queries |= {f"answer {name}": query for name, query in asked.items()}
    if then:
        queries |= _queries_before(then, context)
    with ThreadPoolExecutor(max_workers=_READERS) as pool:
        start = inheritable_thread_target(context.spark)
        started = {name: pool.submit(start(query)) for name, query in queries.items()}
        found = {name: future.result() for name, future in started.items()}
    scores, cells = found.pop("scores"), found.pop("cells")
    answers = {**NO_ANSWERS, **{name: found.pop(f"answer {name}") for name in asked}}
    before = None
    if earlier:
        compared = {name: found.pop(f"{name} before") for name in _COMPARED}
        before = Before(earlier, **compared, moves=segment_moves(cells))
    measures = measure_figures(found["customers"], table, context)
    return Figures(
        **found,
        measures=measures,
        rfm=rfm_map(cells),
        scores=by_band(scores),
        reasons=by_reason(scores),
        answers=answers,
        before=before,
    )


_COMPARED = ("customers", "quality", "segments", "tags", "metrics")


def _queries_before(then: AsReleased, context: Context) -> Mapping[str, Callable[[], Any]]:
    table = context.tables["gold.customer"]
    return {
        "customers before": lambda: customer_figures(then["gold.customer"], table, context),
        "quality before": lambda: _quality(then["ops.quality"], context),
        "segments before": lambda: _segments(then["gold.segment_profile"]),
        # one row a tag of the settings
        "tags before": lambda: small(then["gold.tag_coverage"], "tag"),
        "metrics before": lambda: _metrics(then["ops.model_metric"]),
    }


def _runs(runs: DataFrame, as_of: date) -> Rows:
    """For every job the run that made what is released: one row a job."""
    mine = (F.col("as_of").isNull() | (F.col("as_of") == F.lit(as_of))) & (F.col("status") == "done")
    # its own run has not ended, and an earlier one has nothing to do with this release
    mine = mine & (F.col("job") != NAME)
    made = F.struct("started_at", "run_id", "seconds", "spark_jobs", "commits", "outputs")
    newest = runs.where(mine).groupBy("job").agg(F.max_by(made, commit_order()).alias("made"))
    rows = F.aggregate("made.outputs", F.lit(0).cast("bigint"), lambda total, output: total + output["rows"])
    columns = [f"made.{name}" for name in ("started_at", "run_id", "seconds", "spark_jobs", "commits")]
    return small(newest.select("job", *columns, rows.alias("rows")), "started_at", "job")


def _quality(quality: DataFrame, context: Context) -> Rows:
    """What the newest ingest found: one row a source and rule, the gravest first."""
    found = small(quality, "source", "-failed", "rule")
    newest = newest_run(standing_of(context).runs(), {row["run_id"] for row in found})
    return tuple(row for row in found if row["run_id"] == newest)


def _segments(profile: DataFrame) -> Rows:
    """The profiles, largest segment first: segments times described features."""
    return small(profile, "scheme", "-customers", "segment", "distinction")


def _metrics(metrics: DataFrame) -> Rows:
    """One row a model and sample."""
    return small(metrics, "target", "model", "sample")


def _tags(coverage: DataFrame, catalog: DataFrame) -> Rows:
    """Every tag with its meaning and coverage: one row a tag of the settings, by group and falling coverage."""
    known = {row["tag"]: row for row in small(catalog, "tag")}
    nothing = {"kind": None, "tag_group": "other", "meaning": None}
    found = [{**nothing, **known.get(row["tag"], {}), **row} for row in small(coverage, "tag")]
    return tuple(sorted(found, key=lambda row: (row["tag_group"], -row["customers"], row["tag"])))
