"""The numbers behind the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from pyspark.sql import functions as F
from tests.conftest import context_of, rows_of
from tests.page import RELEASE
from tests.released import DAY, ReleasedLake, rows_made

from bullseye.core.job import Context, Inputs
from bullseye.core.lake import Lake
from bullseye.core.runlog import RunLog
from bullseye.core.standing import LakeStanding
from bullseye.publish.run_section import run_section
from bullseye.release.earlier import AsReleased, history
from bullseye.report.chapters import sections_at
from bullseye.report.listing import Rows
from bullseye.report.queries import run_queries
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.suite import PUBLISHED, SECTIONS, contracts
from bullseye.topics.customers.report import measure_sums
from bullseye.topics.scoring.report import by_band, by_reason
from bullseye.topics.segments.report import rfm_bands
from bullseye.topics.tags.report import with_meaning

Figures = Mapping[str, Mapping[str, Rows]]
"""Rows by section and query."""


@pytest.fixture(scope="module")
def found(lake: ReleasedLake) -> Figures:
    """All figures of the literal rows."""
    return figures_of(lake, empty=False)


def figures_of(lake: ReleasedLake, *, empty: bool) -> Figures:
    tables = contracts(lake.settings)
    context = context_of(lake.spark, lake.settings, as_of=DAY, root=str(lake.root))
    context = with_standing(lake, context)
    rows = {
        name: rows_of(lake.spark, tables[name]) if empty else rows_made(lake.spark, lake.settings, name, DAY)
        for name in PUBLISHED
    }
    others = ("features.party_day", "features.identity_map", "ops.identity_quality")
    rows |= {name: rows_of(lake.spark, tables[name]) for name in others}
    inputs = Inputs({name: (lambda frame=frame: frame) for name, frame in rows.items()}, "publish_release")
    return run_queries((*sections_at(SECTIONS), run_section(RELEASE, tables, "retail")), inputs, context).now


def with_standing(lake: ReleasedLake, context: Context) -> Context:
    engine = Lake(lake.spark, str(lake.root))
    return replace(context, standing=LakeStanding(engine, RunLog(engine, "run-1"), context, None))  # type: ignore[arg-type]  # no clock


def test_customers_are_active_by_their_recency_and_prospects_never_are(found: Figures) -> None:
    (base,) = found["customers"]["customers"]
    assert [base[name] for name in ("customers", "prospects", "active_30d", "active_90d", "active_365d")] == [
        3,
        1,
        1,
        2,
        2,
    ]
    assert [base[name] for name in ("recency_0", "recency_8", "recency_31", "recency_366")] == [1, 0, 1, 0]


def test_measures_are_summed_over_customers_and_unknown_windows_stay_unknown(found: Figures, retail: Settings) -> None:
    measures = measure_sums(found["customers"]["customers"][0], retail[Measures])
    spend = next(row for row in measures if row["name"] == "spend")
    assert (spend["all"], spend["30d"]) == (Decimal("30.75"), None)
    assert "item_spend" not in [row["name"] for row in measures]


def test_of_rules_over_the_same_items_the_most_confident_is_shown_and_rare_ones_are_not(found: Figures) -> None:
    assert [row["rule_id"] for row in found["association"]["rules"]] == ["r2"]


def test_items_are_counted_by_customers(found: Figures) -> None:
    assert found["recommend"]["items"] == (
        {"item": "TEA", "customers": 2, "first": 1, "everyone": 2},
        {"item": "FISH", "customers": 1, "first": 1, "everyone": 2},
    )


def test_a_probability_of_1_falls_into_the_last_band(found: Figures) -> None:
    assert [(row["band"], row["customers"], row["top"]) for row in by_band(found["scoring"]["scores"])] == [
        (10, 1, 0),
        (90, 1, 1),
    ]


def test_a_tag_without_catalogue_entry_is_kept(found: Figures) -> None:
    assert [(row["tag"], row["tag_group"], row["meaning"]) for row in with_meaning(**found["tags"])] == [
        ("unlisted", "other", None),
        ("fish_eater", "preference", "Eats fish & <chips>"),
    ]


def test_runs_are_the_newest_of_each_job_but_publishing_itself(found: Figures) -> None:
    jobs = [row["job"] for row in found["run"]["runs"]]
    assert "fill_tables" in jobs
    assert "publish_release" not in jobs
    assert len(jobs) == len(set(jobs))


def test_the_rfm_map_counts_customers_and_averages_their_monetary_value(found: Figures) -> None:
    assert rfm_bands(found["segments"]["cells"]) == ({"r": 5, "f": 5, "customers": 1, "value": 10.25},)


def test_reasons_are_counted_for_everyone_and_for_the_top_tenth() -> None:
    rows = tuple(
        {
            "target": "lapse",
            "band": 0,
            "top": top,
            "reason": reason,
            "direction": "raises",
            "customers": count,
            "expected": 0,
        }
        for top, reason, count in ((False, "gap", 3), (True, "gap", 1), (False, "spend", 5), (False, None, 9))
    )
    assert by_reason(rows) == (
        {"target": "lapse", "reason": "spend", "direction": "raises", "customers": 5, "top": 0},
        {"target": "lapse", "reason": "gap", "direction": "raises", "customers": 4, "top": 1},
    )


def test_the_release_before_is_read_at_the_versions_that_it_pinned(lake: ReleasedLake) -> None:
    """The lake's customers were changed after the release, from three to one; its tags were not."""
    releases = Lake(lake.spark, str(lake.root)).read(contracts(lake.settings)["ops.release"])
    before = history(releases, "another run", DAY).before
    assert before is not None
    context = context_of(lake.spark, lake.settings, as_of=DAY, root=str(lake.root))
    context = with_standing(lake, context)
    then = AsReleased(before, context)
    assert then["gold.customer"].count() == before.rows["gold.customer"] == 3
    assert then["gold.customer_tag"].count() == before.rows["gold.customer_tag"] == 2
    assert (
        Lake(lake.spark, str(lake.root)).read(context.tables["gold.customer"]).where(F.col("as_of") == DAY).count() == 1
    )


def test_without_any_row_there_are_no_figures_and_no_error(lake: ReleasedLake) -> None:
    found = figures_of(lake, empty=True)
    assert found["customers"]["customers"][0]["customers"] == 0
    rows = {(section, query): rows for section, queries in found.items() for query, rows in queries.items()}
    assert [key for key, some in rows.items() if some] == [("customers", "customers"), ("run", "runs")]
