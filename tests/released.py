"""A small lake with two days of customers and one release, written through the engine; made once for all tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from bullseye.core.job import Context, Inputs, Job
from bullseye.core.lake import Lake
from bullseye.core.runlog import Entry, RunLog
from bullseye.core.runner import Suite
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.suite import PUBLISH_RELEASE as PUBLISH
from bullseye.suite import PUBLISHED, contracts
from tests.conftest import rows_of

DAY, EARLIER = date(2017, 12, 31), date(2017, 11, 30)
FIRST_RUN, LATER_RUN = "20180101T010000-aaaaaa", "20180102T010000-bbbbbb"

ROWS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "gold.customer": (
        {
            "customer_id": "a",
            "first_day": date(2017, 1, 2),
            "last_day": DAY,
            "recency_days": 0,
            "tenure_days": 363,
            "spend_all": Decimal("10.25"),
            "orders_all": 2,
        },
        {
            "customer_id": "b",
            "first_day": date(2017, 6, 1),
            "last_day": EARLIER,
            "recency_days": 31,
            "tenure_days": 213,
            "spend_all": Decimal("20.50"),
            "orders_all": 1,
        },
        {"customer_id": "p"},
    ),
    "gold.customer_tag": (
        {"customer_id": "a", "tag": "fish_eater", "position": 1},
        {"customer_id": "a", "tag": "favourite", "position": 1, "value": "FISH", "number": 0.5},
    ),
    "gold.tag_catalog": (
        {"tag": "fish_eater", "kind": "rule", "tag_group": "preference", "meaning": "Eats fish & <chips>"},
    ),
    "gold.tag_coverage": (
        {"tag": "fish_eater", "customers": 1, "share": 0.25, "unknown": 1},
        {"tag": "unlisted", "customers": 0},
    ),
    "gold.segment_assignment": ({"scheme": "rfm", "customer_id": "a", "segment": "champions", "r": 5, "f": 5, "m": 4},),
    "gold.segment_profile": (
        {
            "scheme": "rfm",
            "segment": "champions",
            "customers": 2,
            "share": 1.0,
            "feature": "recency_days",
            "feature_meaning": "days since the last purchase",
            "description": "The best",
            "mean": 1.0,
            "overall_mean": 2.5,
            "standardised_difference": -0.5,
            "rank": 1,
        },
    ),
    "ops.cluster_choice": ({"k": 2, "stability": 0.9, "chosen": True, "reason": "the only one"},),
    "gold.association_rule": (
        {
            "rule_id": "r1",
            "antecedent": "FISH",
            "antecedent_items": ["FISH"],
            "consequent": "CHIPS",
            "baskets": 100,
            "rule_baskets": 60,
            "lift": 2.0,
            "confidence": 0.5,
        },
        {
            "rule_id": "r2",
            "antecedent": "CHIPS",
            "antecedent_items": ["CHIPS"],
            "consequent": "FISH",
            "baskets": 100,
            "rule_baskets": 60,
            "lift": 2.0,
            "confidence": 0.75,
        },
        {
            "rule_id": "r3",
            "antecedent": "TEA",
            "antecedent_items": ["TEA"],
            "consequent": "FISH",
            "baskets": 100,
            "rule_baskets": 49,
            "lift": 9.0,
            "confidence": 0.9,
        },
    ),
    "ops.rule_backtest": (
        {"method": "rules", "test_baskets": 10, "hits": 3, "hit_rate": 0.3, "top": 5},
        {"method": "popularity", "test_baskets": 10, "hits": 2, "hit_rate": 0.2, "top": 5},
    ),
    "gold.recommendation": (
        {"customer_id": "a", "position": 1, "item": "FISH", "score": 0.75},
        {"customer_id": "a", "position": 2, "item": "TEA", "score": 0.5},
        {"customer_id": "b", "position": 1, "item": "TEA", "score": 0.5},
    ),
    "gold.score": (
        {"target": "lapse", "customer_id": "a", "probability": 0.125, "percentile": 50, "decile": 10},
        {"target": "lapse", "customer_id": "b", "probability": 1.0, "percentile": 100, "decile": 1},
    ),
    "gold.customer_tier": ({"customer_id": "a", "tier": "valid", "tier_suggested": "invalid"},),
    "ops.tier_cut": ({"method": "steepest", "used": True, "cut": 150.5, "customers": 2, "inactive": 1},),
    "ops.tier_curve": ({"top": 9.0, "customers": 2, "inactive": 1},),
    "ops.tier_shift": ({"tier": "valid", "tier_suggested": "invalid", "customers": 1, "amount": 120.0},),
    "gold.line_holding": ({"tier": "all", "line": "TEA", "base": 2, "customers": 1, "share": 0.5},),
    "gold.line_pair": (
        {"line": "TEA", "other_line": "FISH", "base": 2, "both_customers": 1, "share": 0.5, "lift": 1.5},
    ),
    "gold.customer_portrait": ({"customer_id": "a", "portrait": "idle"},),
    "gold.portrait": ({"portrait": "idle", "customers": 1, "others": 1, "feature": "age", "rank": 1},),
    "gold.estimate": ({"estimate": "elsewhere", "customer_id": "a", "modelled": 9.5, "opportunity": False},),
    "gold.estimate_quality": ({"estimate": "elsewhere", "method": "regression", "sample": "all", "customers": 1},),
    "gold.estimate_term": ({"estimate": "elsewhere", "position": 0, "feature": "(intercept)", "coefficient": 2.25},),
    "gold.preference": ({"customer_id": "a", "preference": "payment", "key": "none", "total": 1.0},),
    "gold.prospect": ({"customer_id": "b", "position": 1, "line": "TEA", "probability": 0.75},),
    "gold.prospect_quality": ({"method": "regression", "top": 3, "customers": 2, "hits": 1, "hits_top": 2},),
    "gold.prospect_term": ({"line": "TEA", "position": 0, "feature": "(intercept)", "coefficient": -0.5},),
    "gold.spell": ({"question": "payroll", "customer_id": "a", "spell": 1, "months_observed": 5, "hazard": 0.25},),
    "gold.churn": ({"question": "payroll", "breakdown": "all", "value": "all", "horizon_months": 3, "customers": 2},),
    "gold.survival": ({"question": "payroll", "breakdown": "all", "value": "all", "month": 1, "survival": 0.75},),
    "gold.hazard": ({"question": "payroll", "breakdown": "month of the life", "value": "1", "hazard": 0.25},),
    "gold.driver": (
        {"question": "payroll", "position": 1, "driver": "fee_rise", "coefficient": 1.5, "odds_ratio": 4.5},
    ),
    "ops.factor": ({"question": "again", "position": 1, "factor": "price", "eigenvalue": 2.5, "at_random": 1.25},),
    "ops.factor_loading": ({"question": "again", "item": "fair", "factor": "price", "loading": 0.75},),
    "gold.factor_weight": ({"question": "again", "position": 1, "factor": "price", "coefficient": 0.5},),
    "gold.maintenance_plan": ({"plan": "keep", "customer_id": "a", "probability": 0.25, "is_worthwhile": True},),
    "gold.traffic": ({"days": 90, "breakdown": "source", "channel": "banner", "device": "phone", "touches": 4},),
    "gold.place_traffic": ({"breakdown": "region", "value": "north", "figure": "assets", "number": 2.5},),
    "ops.model": (
        {"target": "lapse", "position": 1, "feature": "recency", "meaning": "days since", "coefficient": 0.7},
    ),
    "ops.model_metric": (
        {
            "target": "lapse",
            "model": "logistic regression",
            "sample": "out of time",
            "rows": 10,
            "positives": 4,
            "auc": 0.8,
        },
    ),
    "ops.model_curve": (
        {"target": "lapse", "curve": "roc", "point": 0},
        {"target": "lapse", "curve": "roc", "point": 1, "x": 1.0, "y": 1.0, "rows": 10},
    ),
    "ops.quality": (
        {
            "run_id": FIRST_RUN,
            "source": "orders",
            "rule": "rows",
            "action": "gate",
            "checked": 100,
            "failed": 1,
            "share": 0.01,
            "allowed": 0.05,
            "passed": True,
        },
        {
            "run_id": FIRST_RUN,
            "source": "orders",
            "rule": "odd",
            "action": "warn",
            "checked": 100,
            "failed": 7,
            "share": 0.07,
            "passed": True,
        },
    ),
}


@dataclass(frozen=True)
class ReleasedLake:
    """The lake after its first release of `DAY`, with a change of the same day that is not released."""

    spark: SparkSession
    settings: Settings
    root: Path

    def run(self, job: Job, run_id: str, *, day: date = DAY, force: bool = False) -> Entry:
        """Run a job as the command line would."""
        lake = Lake(self.spark, str(self.root))
        context = Context(self.spark, self.settings, contracts(self.settings), day, run_id, str(self.root))
        return Suite(context, lake, RunLog(lake, run_id), force=force).run(job, lambda stage: None)


def rows_made(spark: SparkSession, settings: Settings, table: str, day: date) -> DataFrame:
    """The literal rows of one table."""
    return rows_of(spark, contracts(settings)[table], *({"as_of": day, **row} for row in ROWS[table]))


def _writer(*tables: str, customers: int | None = None) -> Job:
    def run(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
        made = {table: rows_made(context.spark, context.settings, table, context.as_of) for table in tables}
        return {table: rows.limit(customers) if customers else rows for table, rows in made.items()}

    return Job("fill_tables", run, writes=tables, settings=(Measures,), texts=(Measures,))


_MADE: dict[SparkSession, ReleasedLake] = {}


def released_lake(spark: SparkSession, settings: Settings, root: Path) -> ReleasedLake:
    """The lake below `root`, or the one that another test has made already."""
    if spark not in _MADE:
        _MADE[spark] = make_released_lake(spark, settings, root)
    return _MADE[spark]


def make_released_lake(spark: SparkSession, settings: Settings, root: Path) -> ReleasedLake:
    """A lake below `root` that no other test writes to."""
    lake = ReleasedLake(spark, settings, root)
    lake.run(_writer("gold.customer"), FIRST_RUN, day=EARLIER)
    lake.run(_writer(*PUBLISHED), FIRST_RUN)
    lake.run(PUBLISH, FIRST_RUN)
    lake.run(_writer("gold.customer", customers=1), LATER_RUN, force=True)
    return lake
