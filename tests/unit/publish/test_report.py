"""The report: one file, offline, readable without its charts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from tests.released import DAY, ROWS

from bullseye.publish import theme
from bullseye.publish.figures import Figures
from bullseye.publish.release import Release, Released
from bullseye.publish.report import report
from bullseye.settings import Settings
from bullseye.tables import contracts

RELEASE = Release(
    "run-1",
    datetime(2018, 1, 1, 1, 30, tzinfo=UTC),
    DAY,
    (
        Released("gold.customer", "/lake/gold/customer", 7, 3),
        Released("gold.association_rule", "/lake/gold/association_rule", 1, 5959),
    ),
)
NOTHING = Figures((), (), {"customers": 0}, (), (), (), (), (), (), (), (), (), (), ())
COUNTS = {f"recency_{low}": 1 for low in (0, 8, 31, 61, 91, 181, 366)}


def rows(table: str, **more: Any) -> tuple[dict[str, Any], ...]:
    return tuple({**more, **row} for row in ROWS[table])


@pytest.fixture
def full() -> Figures:
    customers = {
        "customers": 12345,
        "prospects": 5,
        "active_30d": 100,
        "active_90d": 200,
        "active_365d": 300,
        "median_recency_days": 5,
    }
    customers |= {"median_gap_days": 8.25, "first_day": date(2017, 1, 1), "last_day": DAY, **COUNTS}
    run = {"job": "build_tags", "rows": 46482, "seconds": 75.0, "spark_jobs": 49, "commits": 6, "run_id": "run-0"}
    spend = {
        "name": "spend",
        "doc": "amount",
        "type": "DECIMAL(18,2)",
        "30d": None,
        "90d": 12.5,
        "180d": 1,
        "365d": 1,
        "all": 4596039.58,
    }
    metric = {"ks": None, "brier": 0.1, "log_loss": None, "top_decile_lift": 4.1}
    return Figures(
        runs=(run,),
        quality=rows("ops.quality"),
        customers=customers,
        measures=(spend,),
        segments=tuple(
            {**row, "segment": "<script>alert(1)</script>", "meaning": "best & most"}
            for row in rows("gold.segment_profile")
        ),
        clusters=rows("gold.cluster_choice", silhouette=None, smallest_share=0.2),
        rules=rows("gold.association_rule", support=0.01),
        backtest=rows("gold.rule_backtest", mined_until=DAY, mined_baskets=129169),
        items=({"item": "FISH", "customers": 2, "first": 1, "everyone": 2},),
        models=rows("ops.model"),
        metrics=rows("ops.model_metric", **metric),
        curves=rows("ops.model_curve", x=0.0, y=0.0, rows=0),
        scores=({"target": "lapse", "band": 10, "customers": 1, "expected": 0.125},),
        tags=rows("gold.tag_coverage", kind="rule", tag_group="place", meaning=None, unknown=None, share=0.0),
    )


@pytest.fixture
def page(full: Figures, retail: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    return report(RELEASE, full, retail, contracts(retail))


def test_numbers_are_written_for_people(page: str) -> None:
    for text in (
        "12,345",
        "4,596,040\u00a0USD",
        "31 December 2017",
        "1\u00a0min 15\u00a0s",
        "46,482",
        "129,169",
        "30.00\u00a0%",
    ):
        assert text in page
    assert '<td class="n">–</td>' in page  # the window that does not reach back
    assert "None" not in page


def test_names_from_settings_and_data_cannot_become_markup(page: str) -> None:
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_every_chart_has_a_text_and_a_table_beside_it(page: str) -> None:
    specs = json.loads(re.findall(r'<script type="application/json" id="specs">(.*?)</script>', page, re.DOTALL)[0])
    places = dict(re.findall(r'<div class="chart" id="chart-([^"]+)" role="img" aria-label="([^"]+)">', page))
    assert set(specs) == set(places)
    assert {
        "recency",
        "sizes-rfm",
        "differences-rfm",
        "tags",
        "roc-lapse",
        "coefficients-lapse",
        "scores-lapse",
    } == set(specs)
    assert all(len(text) > 20 for text in places.values())
    assert page.count("<figure>") == page.count("<details>") == len(specs)
    assert page.count("<table>") == page.count("<caption>")


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    assert not [found for found in re.findall(r'(?:src|href)="([^"]*)"', page) if not found.startswith(("#", "data:"))]
    assert "@import" not in page
    assert "url(" not in page


def test_headings_go_down_one_level_at_a_time(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_a_deployment_without_any_rows_gets_a_page_that_says_so(
    retail: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    page = report(replace(RELEASE, tables=()), NOTHING, retail, contracts(retail))
    for what in ("customers", "segments", "tags", "rules", "back-test", "recommendations", "models", "source", "runs"):
        assert re.search(rf'<p class="none">No {what}', page), what
    assert "<figure>" not in page


def test_the_whole_page_stays_small_and_its_script_whole(full: Figures, retail: Settings) -> None:
    script = theme.bundle()
    assert "vegaEmbed" in script
    assert "</script" not in script
    assert "<!--" not in script
    assert len(script.encode()) < 1_500_000
