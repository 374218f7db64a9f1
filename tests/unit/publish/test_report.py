"""The report: one file, offline, readable without its charts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import altair as alt
import pytest
import vl_convert
from tests import page as pages
from tests.page import NOTHING, RELEASE

from bullseye.report import theme
from bullseye.settings import Settings
from bullseye.settings.deployment import Deployment


@pytest.fixture
def page(retail: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    return pages.page(retail)


def test_numbers_are_written_for_people(page: str) -> None:
    for text in (
        "12,345",
        "$4,596,040",
        "December 31, 2017",
        "1\u00a0min 15\u00a0s",
        "46,482",
        "129,169",
        "30.00%",
    ):
        assert text in page
    assert '<td class="n" data-v="">–</td>' in page  # the window that does not reach back
    assert "None" not in page


def test_names_from_settings_and_data_cannot_become_markup(page: str) -> None:
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_every_chart_has_a_text_and_a_table_beside_it(page: str) -> None:
    specs = json.loads(re.findall(r'<script type="application/json" id="specs">(.*?)</script>', page, re.DOTALL)[0])
    places = dict(re.findall(r'<div class="chart" id="chart-([^"]+)" role="img" aria-label="([^"]+)">', page))
    assert set(specs) == set(places)
    assert {
        *("moves-rfm", "months", "sales", "rfm-map", "recency", "sizes-rfm", "differences-rfm", "tags", "network"),
        *("roc-lapse", "coefficients-lapse", "scores-lapse", "reasons-lapse"),
    } == set(specs)
    assert all(len(text) > 20 for text in places.values())
    assert page.count("<figure>") == page.count("<details><summary>Numbers") == len(specs)
    assert page.count("<table>") == page.count("<caption id=") > len(specs)


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    links = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert {link for link in links if not link.startswith(("#", "data:"))} == {"lists/lapse.csv"}
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
    page = pages.page(retail, NOTHING, replace(RELEASE, tables=()), lists=())
    nothing = (
        "customers",
        "segments",
        "tags",
        "rules",
        "back-test",
        "recommendations",
        "models",
        "source",
        "runs",
        "lists",
    )
    for what in nothing:
        assert re.search(rf'<p class="none">No {what}', page), what
    assert "<figure>" not in page


def test_the_first_release_says_that_there_is_none_to_compare_it_with(
    retail: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    page = pages.page(retail, pages.results(before=False))
    assert "This is the first release" in page
    assert "All compared figures" not in page


def test_a_release_of_the_same_day_says_so(retail: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    assert "an earlier one of the same day" not in pages.page(retail)
    assert "an earlier one of the same day" in pages.page(retail, release=replace(RELEASE, as_of=pages.BEFORE.as_of))


def test_another_locale_and_currency_change_tables_and_charts(
    retail: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    deployment = retail[Deployment].model_copy(update={"locale": "de", "currency": "EUR"})
    page = pages.page(retail.replacing(deployment))
    assert "4.596.040\u00a0€" in page
    assert "31. Dezember 2017" in page
    locales = json.loads(re.findall(r'<script type="application/json" id="locales">(.*?)</script>', page)[0])
    assert locales["number"]["currency"] == ["", "\u00a0€"]
    assert locales["time"]["months"][11] == "Dezember"


def test_a_cell_keeps_the_plain_value_by_which_it_is_sorted_and_downloaded(page: str) -> None:
    assert '<td class="n" data-v="4596039.58">$4,596,040</td>' in page
    assert '<th scope="row" data-v="2017-12-01">Dec 2017</th>' in page


def test_the_script_stays_small_and_whole() -> None:
    script = theme.bundle()
    assert "vegaEmbed" in script
    assert "</script" not in script
    assert "<!--" not in script
    assert len(script.encode()) < 1_500_000


def test_who_is_who_is_told_where_identities_were_linked_and_only_there(
    retail: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    rows = (
        {"figure": "customers by parties", "item": "2", "number": 1234},
        {"figure": "refused links", "item": "phone: too many customers", "number": 7},
    )
    linked = pages.page(retail, pages.results(identity={"identity": rows}))
    assert "Who is who" in linked
    assert "phone: too many customers" in linked
    assert '<td class="n" data-v="1234">1,234</td>' in linked
    assert "Who is who" not in pages.page(retail)


@pytest.mark.fault(
    "the page carries other people's software to whoever opens it",
    right="their licences are in the page, for the versions that it embeds",
)
def test_the_licences_of_the_embedded_software_are_in_the_page(page: str) -> None:
    versions = {
        "Vega": vl_convert.get_vega_version(),
        "Vega-Lite": alt.SCHEMA_VERSION.removeprefix("v"),
        "Vega-Embed": vl_convert.get_vega_embed_version(),
        "Vega-Themes": vl_convert.get_vega_themes_version(),
    }
    assert ", ".join(f"{name} {version}" for name, version in versions.items()) in page
    for text in ("BSD 3-Clause\n\nRedistribution and use", "ISC\n\nPermission to use", "MIT\n\nPermission is hereby"):
        assert text in page


def test_the_page_begins_with_the_business_and_ends_with_quality_and_the_run(page: str) -> None:
    ids = ["changes", "customers", "segments", "tags", "rules", "models", "lists", "quality", "run"]
    assert re.findall(r'<section id="([^"]+)"', page) == ids
    assert re.findall(r'<li><a href="#([^"]+)">', page) == ids


HEALTH = re.compile(r'<main[^>]*>\s*<p class="health">(.*)</p>')


def test_one_line_at_the_top_states_gates_rejected_rows_warnings_and_jobs(page: str) -> None:
    (line,) = HEALTH.findall(page)
    assert line == (
        '<span class="ok">Quality gates passed: 1 of 1.</span> Rejected rows: 1. Warnings: 7.'
        " Published January 1, 2018, 01:30 UTC, from 1 jobs that took 1\u00a0min 15\u00a0s together."
    )


def test_a_gate_that_failed_shows_and_rows_that_are_gone_are_not_called_rejected(
    retail: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    gate = {"source": "orders", "action": "gate", "checked": 9000, "share": 0.5, "allowed": 0.1, "passed": True}
    quality = (
        {**gate, "rule": "rows", "failed": 1200},
        {**gate, "rule": "gone rows", "failed": 4500, "passed": False},
        {**gate, "rule": "odd", "action": "warn", "failed": 3400},
        {**gate, "rule": "no customer", "action": "reject", "failed": 1300},
    )
    deployment = retail[Deployment].model_copy(update={"locale": "de"})
    found = pages.results(sources={"quality": quality})
    (line,) = HEALTH.findall(pages.page(retail.replacing(deployment), found))
    text = '<span class="failed">Quality gates passed: 1 of 2.</span> Rejected rows: 1.200. Warnings: 3.400. Published 1. Januar 2018,'
    assert line.startswith(text)


def test_without_gates_the_line_states_the_publication_only(retail: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    assert HEALTH.findall(pages.page(retail, NOTHING)) == ["Published January 1, 2018, 01:30 UTC."]
