"""The report as a reader has it: in a browser, from a file, without a network."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import combinations
from math import dist
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.opened import charts, opened

WIDTHS = {"desktop": 1280, "phone": 390}
THEMES = ("light", "dark")
_PLACES = "marks => marks.map(mark => mark.getAttribute('transform'))"
_INDEX = "[...document.querySelectorAll('section')].map(section => section.id)"


@pytest.fixture
def shown(browser: Browser, report_file: Path) -> Iterator[Page]:
    """The page on a desktop."""
    for found in opened(browser, report_file):
        yield found.page


@pytest.fixture(scope="module", params=[(width, theme) for width in WIDTHS for theme in THEMES], ids="-".join)
def anywhere(request: pytest.FixtureRequest, browser: Browser, report_file: Path) -> Iterator[Page]:
    """The page on a desktop and on a phone, light and dark; for tests that only look."""
    width, theme = request.param
    for found in opened(browser, report_file, width=WIDTHS[width], theme=theme):
        yield found.page


def test_the_page_is_small(report_file: Path) -> None:
    assert report_file.stat().st_size < 3_000_000


def test_every_chart_is_drawn_within_its_place(anywhere: Page) -> None:
    """Marks with a size, in an SVG that is as wide as its place."""
    drawn = charts(anywhere)
    assert len(drawn) == 13
    assert [chart for chart in drawn if chart["marks"] == 0 or chart["over"] > 1] == []


def test_nothing_scrolls_sideways_but_tables_in_their_own_place(anywhere: Page) -> None:
    assert anywhere.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_readers_with_aids_can_use_the_page(anywhere: Page) -> None:
    """axe-core's rules: names, roles, contrast, order of headings, landmarks; with all numbers unfolded."""
    anywhere.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(anywhere, options={"resultTypes": ["violations"]})
    violations = [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]
    assert violations == []


def test_every_link_has_its_target(shown: Page, report_file: Path) -> None:
    links = shown.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))")
    inside = [link[1:] for link in links if link.startswith("#")]
    assert set(inside) == {"main", *shown.evaluate(_INDEX)}
    assert [link for link in links if not link.startswith("#")] == ["lists/lapse.csv"]
    assert (report_file.parent / "lists" / "lapse.csv").exists()


def test_a_list_is_downloaded_from_beside_the_page(shown: Page) -> None:
    with shown.expect_download() as started:
        shown.get_by_role("link", name="Lapse (CSV, the first 1 of 3 rows)").click()
    assert started.value.suggested_filename == "lapse.csv"


def test_the_first_key_leads_to_a_link_that_skips_the_navigation(shown: Page) -> None:
    shown.keyboard.press("Tab")
    expect(shown.locator(":focus")).to_have_text("Skip to the figures")
    shown.keyboard.press("Enter")
    expect(shown.locator(":focus")).to_have_attribute("id", "main")


def column(page: Page, table: str, number: int) -> list[str]:
    """The texts of the visible cells of a column."""
    cells = page.locator(f"#table-{table} tbody tr:visible > *:nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


def test_a_table_is_sorted_by_its_headings_from_the_keyboard(shown: Page) -> None:
    heading = shown.locator("#table-tags thead th").nth(4)
    original = column(shown, "tags", 5)
    heading.get_by_role("button").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert column(shown, "tags", 5)[:3] == ["25.0%", "19.0%", "18.0%"]
    heading.get_by_role("button").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert column(shown, "tags", 5)[-1] == "25.0%"
    expect(shown.locator("#status")).to_have_text("Sorted by share, ascending")
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") is None
    assert column(shown, "tags", 5) == original != sorted(original)


def test_months_are_sorted_by_time_and_not_by_name(shown: Page) -> None:
    shown.locator("figure:has(#chart-months) summary").click()
    shown.locator("#table-months-numbers thead th").first.get_by_role("button").click()
    assert column(shown, "months-numbers", 1) == ["Nov 2017", "Dec 2017"]
    shown.locator("#table-months-numbers thead th").first.get_by_role("button").click()
    assert column(shown, "months-numbers", 1) == ["Dec 2017", "Nov 2017"]


def test_a_long_table_is_filtered(shown: Page) -> None:
    table = shown.locator("#table-tags")
    table.get_by_role("searchbox", name="Filter").fill("made up 1")
    assert column(shown, "tags", 1) == [f"Made up {number}" for number in range(19, 9, -1)]
    expect(table.locator("output")).to_have_text("10 of 22 rows")


def test_a_table_is_downloaded_with_plain_values_as_it_is_filtered(shown: Page, tmp_path: Path) -> None:
    table = shown.locator("#table-tags")
    table.get_by_role("searchbox", name="Filter").fill("made up 07")
    with shown.expect_download() as started:
        table.get_by_role("button", name="Download CSV: What the tags say").click()
    assert started.value.suggested_filename == "retail-2017-12-31-tags.csv"
    started.value.save_as(tmp_path / "tags.csv")
    with (tmp_path / "tags.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {
            "tag": "made_up_07",
            "group": "place",
            "kind": "rule",
            "customers": "7",
            "share": "0.07",
            "unknown": "1",
            "meaning": "–",
        }
    ]


@pytest.mark.fault(
    "a table of the page has a text that begins like a formula of a spreadsheet",
    right="the download writes an apostrophe before it; negative numbers stay numbers",
)
def test_a_download_holds_no_formula(shown: Page, tmp_path: Path) -> None:
    table = shown.locator("#table-tags")
    change = (
        "cells => ['=1+1', '-0.5'].forEach((text, i) => { delete cells[i].dataset.v; cells[i].textContent = text; })"
    )
    table.locator("tbody tr").first.locator("th, td").evaluate_all(change)
    with shown.expect_download() as started:
        table.get_by_role("button", name="Download CSV: What the tags say").click()
    started.value.save_as(tmp_path / "tags.csv")
    with (tmp_path / "tags.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1][:2] == ["'=1+1", "-0.5"]


def test_the_theme_is_chosen_by_a_button_and_the_charts_follow(shown: Page) -> None:
    colour = "getComputedStyle(document.querySelector('#chart-recency [class*=role-axis-label] text')).fill"
    light = shown.evaluate(colour)
    button = shown.get_by_role("button", name="Theme:")
    button.click()
    expect(button).to_have_text("Theme: light")
    button.click()
    expect(button).to_have_text("Theme: dark")
    shown.wait_for_selector("html[data-drawn=dark]")
    assert shown.evaluate(colour) != light
    page = "getComputedStyle(document.documentElement).getPropertyValue('--page')"
    assert shown.evaluate(page) == "#10141b"
    shown.emulate_media(media="print")
    assert shown.evaluate(page) == "#f5f6f8", "paper is white"


def test_the_network_keeps_its_points_apart_and_names_them(shown: Page) -> None:
    """One point an item, one arrow an antecedent, and a name right above each point."""
    network = shown.locator("#chart-network")
    points = network.locator(".mark-symbol").last.locator("path")
    labels = network.locator(".mark-text").last.locator("text")
    places, names = (
        [tuple(map(float, re.findall(r"-?[\d.]+", found)[:2])) for found in marks.evaluate_all(_PLACES)]
        for marks in (points, labels)
    )
    assert min(dist(one, other) for one, other in combinations(places, 2)) > 40
    assert [0 < point[1] - name[1] < 20 for point, name in zip(places, names, strict=True)] == [True] * 3
    assert sorted(labels.all_text_contents()) == ["CHIPS", "FISH", "TEA"]
    assert network.locator(".mark-path path").count() == 3
