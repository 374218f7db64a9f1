"""Figures of a release with everything on it, few and literal, and the page made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bullseye.publish.figures import Before, Figures
from bullseye.publish.figures.earlier import EarlierRelease
from bullseye.publish.lists import CustomerList
from bullseye.publish.release import Release, Released
from bullseye.publish.report import report
from bullseye.settings import Settings
from bullseye.tables import contracts
from tests.released import DAY, EARLIER, ROWS

RELEASE = Release(
    "run-1",
    datetime(2018, 1, 1, 1, 30, tzinfo=UTC),
    DAY,
    (
        Released("gold.customer", "/lake/gold/customer", 7, 3),
        Released("gold.association_rule", "/lake/gold/association_rule", 1, 5959),
    ),
)
BEFORE = EarlierRelease(
    "run-0",
    datetime(2017, 12, 1, 1, 30, tzinfo=UTC),
    EARLIER,
    {"gold.customer": 3},
    {"gold.customer": 3, "gold.association_rule": 5900},
)
NOTHING = Figures(customers={"customers": 0})
LIST = CustomerList(
    "lists/lapse.csv", "Lapse", "Who may lapse.", ("customer_id", "rank"), 1, 3, "customer_id,rank\r\na,1\r\n"
)
TAGS = 20
"""Made-up tags beside those of `ROWS`: so many that their table gets a filter."""


def rows(table: str, **more: Any) -> tuple[dict[str, Any], ...]:
    """The literal rows of a released table, with values for what they leave out."""
    return tuple({**more, **row} for row in ROWS[table])


def figures(*, before: bool = True) -> Figures:
    """Every part has rows. One segment has a name that would be markup if it were not escaped."""
    counts = {f"recency_{low}": 1 for low in (0, 8, 31, 61, 91, 181, 366)}
    customers = {
        "customers": 12345,
        "prospects": 5,
        "active_30d": 100,
        "active_90d": 200,
        "active_365d": 300,
        "median_recency_days": 5,
        "median_gap_days": 8.25,
        "first_day": date(2017, 1, 1),
        "last_day": DAY,
        "sum_spend_30d": Decimal("409125.10"),
        "sum_spend_all": Decimal("4596039.58"),
        **counts,
    }
    spend = {"name": "spend", "doc": "amount", "type": "DECIMAL(18,2)"}
    metric = {"ks": None, "brier": 0.1, "log_loss": None, "top_decile_lift": 4.1}
    segments = tuple(
        {**row, "segment": "<script>alert(1)</script>", "meaning": "best & most"}
        for row in rows("gold.segment_profile")
    )
    tags = rows("gold.tag_coverage", kind="rule", tag_group="place", meaning=None, unknown=None, share=0.0)
    tags += tuple(
        {**tags[0], "tag": f"made_up_{number:02d}", "customers": number, "share": number / 100}
        for number in range(TAGS)
    )
    quality, metrics = rows("ops.quality"), rows("ops.model_metric", **metric)
    found = Figures(
        runs=(
            {"job": "build_tags", "rows": 46482, "seconds": 75.0, "spark_jobs": 49, "commits": 6, "run_id": "run-0"},
        ),
        quality=quality,
        customers=customers,
        measures=({**spend, "30d": None, "90d": 12.5, "180d": 1, "365d": 1, "all": 4596039.58},),
        months=(
            {"month": date(2017, 11, 1), "active": 3, "new": 3, "returned": 0, "stayed": 0, "lapsed": 0, "sales": 1500},
            {"month": date(2017, 12, 1), "active": 4, "new": 1, "returned": 1, "stayed": 2, "lapsed": 1, "sales": 2500},
        ),
        rfm=({"r": 1, "f": 1, "customers": 2, "value": 12.5}, {"r": 5, "f": 5, "customers": 3, "value": 4000.0}),
        segments=segments,
        clusters=rows("gold.cluster_choice", silhouette=None, smallest_share=0.2),
        rules=rows("gold.association_rule", support=0.01),
        backtest=rows("gold.rule_backtest", mined_until=DAY, mined_baskets=129169),
        items=({"item": "FISH", "customers": 2, "first": 1, "everyone": 2},),
        models=rows("ops.model"),
        metrics=metrics,
        curves=rows("ops.model_curve", x=0.0, y=0.0, rows=0),
        scores=({"target": "lapse", "band": 10, "customers": 1, "top": 1, "expected": 0.125},),
        reasons=({"target": "lapse", "reason": "days since", "direction": "raises", "customers": 1, "top": 1},),
        tags=tags,
    )
    if not before:
        return found
    then = Before(
        BEFORE,
        customers={**customers, "customers": 12340, "sum_spend_30d": Decimal("400000.10")},
        quality=(),
        segments=tuple({**row, "customers": 1} for row in segments),
        tags=tuple({**row, "share": row["share"] / 2} for row in tags),
        metrics=tuple({**row, "auc": 0.75} for row in metrics),
        moves=(
            {"scheme": "rfm", "segment_before": "champions", "segment": segments[0]["segment"], "customers": 2},
            {"scheme": "rfm", "segment_before": None, "segment": "champions", "customers": 1},
        ),
    )
    return replace(found, before=then)


def page(settings: Settings, found: Figures | None = None, release: Release = RELEASE) -> str:
    """The whole page."""
    return report(release, found or figures(), settings, contracts(settings), (LIST,))
