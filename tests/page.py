"""Rows of a release with everything on it, few and literal, and the page made of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bullseye.publish.customer_lists import CustomerList
from bullseye.publish.lists_section import lists_section
from bullseye.publish.run_section import run_section
from bullseye.release.earlier import EarlierRelease
from bullseye.release.release import Release, Released
from bullseye.report.chapters import CHAPTERS, sections_at
from bullseye.report.listing import Rows
from bullseye.report.page import report
from bullseye.report.queries import Results
from bullseye.settings import Settings
from bullseye.suite import SECTIONS, contracts
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
NOTHING = Results({"customers": {"customers": ({"customers": 0},)}})
LIST = CustomerList(
    "lists/lapse.csv", "Lapse", "Who may lapse.", ("customer_id", "rank"), 1, 3, "customer_id,rank\r\na,1\r\n"
)
TAGS = 20
"""Made-up tags beside those of `ROWS`: so many that their table gets a filter."""


def rows(table: str, **more: Any) -> tuple[dict[str, Any], ...]:
    """The literal rows of a released table, with values for what they leave out."""
    return tuple({**more, **row} for row in ROWS[table])


def results(*, before: bool = True, **more: Mapping[str, Rows]) -> Results:
    """Every section of the demo has rows, and those of `more`. One segment has a name that would be markup if it were not
    escaped.
    """
    now = {**_now(), **more}
    return Results(now, _before(now), BEFORE) if before else Results(now)


def _now() -> dict[str, Mapping[str, Rows]]:
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
        "sum_spend_90d": None,
        "sum_spend_180d": Decimal(1),
        "sum_spend_365d": Decimal(1),
        "sum_spend_all": Decimal("4596039.58"),
        **{f"recency_{low}": 1 for low in (0, 8, 31, 61, 91, 181, 366)},
    }
    months = (
        {"month": date(2017, 11, 1), "active": 3, "new": 3, "returned": 0, "leaves": 1, "sales": 1500},
        {"month": date(2017, 12, 1), "active": 4, "new": 1, "returned": 1, "leaves": 0, "sales": 2500},
    )
    segments = tuple(
        {**row, "segment": "<script>alert(1)</script>", "description": "best & most"}
        for row in rows("gold.segment_profile")
    )
    cells = (
        {"r": 1, "f": 1, "segment_before": "champions", "segment": segments[0]["segment"], "customers": 2, "value": 25},
        {"r": 5, "f": 5, "segment_before": "champions", "segment": "champions", "customers": 3, "value": 12000},
        {"r": None, "f": None, "segment_before": None, "segment": "champions", "customers": 1, "value": 1},
    )
    tags = rows("gold.tag_coverage", kind="rule", tag_group="place", meaning=None, unknown=None, share=0.0)
    tags += tuple(
        {**tags[0], "tag": f"made_up_{number:02d}", "customers": number, "share": number / 100}
        for number in range(TAGS)
    )
    run = {"job": "build_tags", "rows": 46482, "seconds": 75.0, "spark_jobs": 49, "commits": 6, "run_id": "run-0"}
    score = {"target": "lapse", "band": 10, "top": True, "reason": "days since", "direction": "raises", "customers": 1}
    return {
        "sources": {"quality": rows("ops.quality")},
        "customers": {"customers": (customers,), "months": months},
        "segments": {
            "profile": segments,
            "cells": tuple({"scheme": "rfm", **cell} for cell in cells),
            "clusters": rows("ops.cluster_choice", silhouette=None, smallest_share=0.2),
        },
        "tags": {"coverage": tags},
        "association": {
            "rules": rows("gold.association_rule", support=0.01),
            "backtest": rows("ops.rule_backtest", mined_until=DAY, mined_baskets=129169),
        },
        "recommend": {"items": ({"item": "FISH", "customers": 2, "first": 1, "everyone": 2},)},
        "scoring": {
            "models": rows("ops.model"),
            "metrics": rows("ops.model_metric", ks=None, brier=0.1, log_loss=None, top_decile_lift=4.1),
            "curves": rows("ops.model_curve", x=0.0, y=0.0, rows=0),
            "scores": ({**score, "expected": Decimal("0.125")},),
        },
        "run": {"runs": (run,)},
    }


def _before(now: Mapping[str, Mapping[str, Rows]]) -> dict[str, Mapping[str, Rows]]:
    """Fewer customers, and other segments, tags and metrics."""
    (customers,) = now["customers"]["customers"]
    fewer = {**customers, "customers": 12340, "sum_spend_30d": Decimal("400000.10")}
    return {
        "customers": {"customers": (fewer,)},
        "segments": {"profile": tuple({**row, "customers": 1} for row in now["segments"]["profile"])},
        "tags": {"coverage": tuple({**row, "share": row["share"] / 2} for row in now["tags"]["coverage"])},
        "scoring": {"metrics": tuple({**row, "auc": 0.75} for row in now["scoring"]["metrics"])},
    }


def page(
    settings: Settings,
    found: Results | None = None,
    release: Release = RELEASE,
    lists: tuple[CustomerList, ...] = (LIST,),
) -> str:
    """The whole page."""
    own = (run_section(release, contracts(settings), settings.name), lists_section(lists))
    return report(release, CHAPTERS, (*sections_at(SECTIONS), *own), found or results(), settings)
