"""What the report shows: a few hundred numbers, taken from the published tables in one small query each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from pyspark import inheritable_thread_target
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.job import Context, Inputs
from bullseye.publish.release import NAME, standing_of

Rows = tuple[Mapping[str, Any], ...]

ACTIVE_WINDOWS = (30, 90, 365)
"""Days within which a customer counts as active, in the report."""
RECENCY_BANDS = ((0, 7), (8, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))
_FOREVER = 1_000_000
MIN_RULE_BASKETS = 50
"""Rules with fewer baskets are left out of the report: a high lift of a handful of baskets is chance."""
TOP_RULES = 20
TOP_ITEMS = 10
_READERS = 3
"""Queries at once: on small tables the driver waits more than the cores work."""


@dataclass(frozen=True)
class Figures:
    """The numbers behind the report; every part may be empty."""

    runs: Rows
    quality: Rows
    customers: Mapping[str, Any]
    measures: Rows
    segments: Rows
    clusters: Rows
    rules: Rows
    backtest: Rows
    items: Rows
    models: Rows
    metrics: Rows
    curves: Rows
    scores: Rows
    tags: Rows


def figures(inputs: Inputs, context: Context) -> Figures:
    """All numbers of the report. Nothing that is collected grows with the number of customers."""
    customer = context.tables["gold.customer"]
    queries: dict[str, Callable[[], Any]] = {
        "runs": lambda: _runs(standing_of(context).runs(), context.day),
        "quality": lambda: _quality(inputs["ops.quality"]),
        "customers": lambda: _customers(inputs["gold.customer"], customer, context),
        # segments times described features
        "segments": lambda: _small(inputs["gold.segment_profile"], "scheme", "-customers", "segment", "distinction"),
        # one row a number of clusters tried
        "clusters": lambda: _small(inputs["gold.cluster_choice"], "k"),
        "rules": lambda: _rules(inputs["gold.association_rule"]),
        # one row a method
        "backtest": lambda: _small(inputs["gold.rule_backtest"], "-hits", "method"),
        "items": lambda: _items(inputs["gold.recommendation"]),
        # one row a feature of a model
        "models": lambda: _small(inputs["ops.model"], "target", "position"),
        # one row a model and sample
        "metrics": lambda: _small(inputs["ops.model_metric"], "target", "model", "sample"),
        # some hundred points a curve at most
        "curves": lambda: _small(inputs["ops.model_curve"], "target", "curve", "point"),
        "scores": lambda: _scores(inputs["gold.score"]),
        "tags": lambda: _tags(inputs["gold.tag_coverage"], inputs["gold.tag_catalog"]),
    }
    with ThreadPoolExecutor(max_workers=_READERS) as pool:
        start = inheritable_thread_target(context.spark)
        started = {name: pool.submit(start(query)) for name, query in queries.items()}
        found = {name: future.result() for name, future in started.items()}
    return Figures(**found, measures=_measures(found["customers"], customer, context))


def _small(rows: DataFrame, *order: str) -> Rows:
    """All rows of a table whose size follows from the settings, ordered by columns (`-` for a falling number).

    They are ordered here: in Spark that would be two more jobs for a handful of rows.
    """
    found = [row.asDict() for row in rows.collect()]
    return tuple(
        sorted(found, key=lambda row: tuple(-row[name[1:]] if name[0] == "-" else row[name] for name in order))
    )


def _runs(runs: DataFrame, as_of: date) -> Rows:
    """For every job the run that made what is released: one row a job."""
    mine = (F.col("as_of").isNull() | (F.col("as_of") == F.lit(as_of))) & (F.col("status") == "done")
    # its own run has not ended, and an earlier one has nothing to do with this release
    mine = mine & (F.col("job") != NAME)
    made = F.struct("started_at", "run_id", "seconds", "spark_jobs", "commits", "outputs")
    newest = runs.where(mine).groupBy("job").agg(F.max_by(made, "started_at").alias("made"))
    rows = F.aggregate("made.outputs", F.lit(0).cast("bigint"), lambda total, output: total + output["rows"])
    columns = [f"made.{name}" for name in ("started_at", "run_id", "seconds", "spark_jobs", "commits")]
    return _small(newest.select("job", *columns, rows.alias("rows")), "started_at", "job")


def _quality(quality: DataFrame) -> Rows:
    """What the newest ingest found: one row a source and rule, the gravest first; run_id begins with the time."""
    found = _small(quality, "source", "-failed", "rule")
    newest = max((row["run_id"] for row in found), default=None)
    return tuple(row for row in found if row["run_id"] == newest)


def _customers(customers: DataFrame, table: Table, context: Context) -> Mapping[str, Any]:
    """Counts, recency bands, and the sums of every measure over every window: one row."""
    recency = F.col("recency_days")
    counts = [
        F.count(F.lit(1)).alias("customers"),
        F.count_if(F.col("last_day").isNull()).alias("prospects"),
        F.avg("tenure_days").alias("tenure_days"),
        F.percentile_approx("recency_days", 0.5).alias("median_recency_days"),
        F.percentile_approx("gap_mean_days", 0.5).alias("median_gap_days"),
        F.min("first_day").alias("first_day"),
        F.max("last_day").alias("last_day"),
    ]
    counts += [F.count_if(recency < days).alias(f"active_{days}d") for days in ACTIVE_WINDOWS]
    counts += [
        F.count_if(recency.between(low, _FOREVER if high is None else high)).alias(f"recency_{low}")
        for low, high in RECENCY_BANDS
    ]
    sums = [F.sum(name).alias(f"sum_{name}") for name in summed(table, context)]
    found = customers.agg(*counts, *sums).first()
    return found.asDict() if found else {}


def windows(context: Context) -> tuple[str, ...]:
    """Suffixes of the measures' windows, all time last."""
    return (*(f"{days}d" for days in context.settings.measures.windows), "all")


def summed(table: Table, context: Context) -> Sequence[str]:
    """Columns of the customer table that are sums over a window: those of the additive measures."""
    names = [measure.name for measure in context.settings.measures.measures if measure.in_customer]
    wanted = [f"{name}_{window}" for name in names for window in windows(context)]
    return [name for name in wanted if name in table.names]


def _measures(base: Mapping[str, Any], table: Table, context: Context) -> Rows:
    """One row a measure: its sum over all customers in every window."""
    return tuple(
        {
            "name": measure.name,
            "doc": measure.doc,
            "type": measure.type,
            **{window: base.get(f"sum_{measure.name}_{window}") for window in windows(context)},
        }
        for measure in context.settings.measures.measures
        if measure.in_customer and f"{measure.name}_all" in table.names
    )


def _rules(rules: DataFrame) -> Rows:
    """The rules with the highest lift, `TOP_RULES` at most; of rules over the same items the most confident one."""
    items = F.array_sort(F.concat("antecedent_items", F.array("consequent")))
    best = F.max_by(F.struct(*rules.columns), F.struct("confidence", "rule_id"))
    first = rules.where(F.col("rule_baskets") >= MIN_RULE_BASKETS).groupBy(items.alias("items")).agg(best.alias("best"))
    top = first.select("best.*").orderBy(F.desc("lift"), F.desc("confidence"), "rule_id").limit(TOP_RULES)
    return tuple(row.asDict() for row in top.collect())


def _items(recommendations: DataFrame) -> Rows:
    """The items recommended to most customers, `TOP_ITEMS` at most, with the customers who have any recommendation."""
    first = F.count_if(F.col("position") == 1)
    counted = recommendations.groupBy("item").agg(F.count(F.lit(1)).alias("customers"), first.alias("first"))
    everyone = F.sum("first").over(Window.partitionBy(F.lit(1))).alias("everyone")
    top = counted.select("*", everyone).orderBy(F.desc("customers"), "item").limit(TOP_ITEMS)
    return tuple(row.asDict() for row in top.collect())


def _scores(scores: DataFrame) -> Rows:
    """Customers by target and band of ten points: ten rows a target at most."""
    band = (F.least(F.col("score"), F.lit(99)) / 10).cast("int") * 10
    expected = F.sum(F.col("probability").cast("decimal(18,6)")).alias("expected")
    counted = scores.groupBy("target", band.alias("band")).agg(F.count(F.lit(1)).alias("customers"), expected)
    return _small(counted, "target", "band")


def _tags(coverage: DataFrame, catalog: DataFrame) -> Rows:
    """Every tag with its meaning and coverage: one row a tag of the settings, by group and falling coverage."""
    known = {row["tag"]: row for row in _small(catalog, "tag")}
    nothing = {"kind": None, "tag_group": "other", "meaning": None}
    found = [{**nothing, **known.get(row["tag"], {}), **row} for row in _small(coverage, "tag")]
    return tuple(sorted(found, key=lambda row: (row["tag_group"], -row["customers"], row["tag"])))
