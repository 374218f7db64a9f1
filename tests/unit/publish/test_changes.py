"""What the page says of the release before."""

from __future__ import annotations

from dataclasses import replace

from tests.page import RELEASE, results

from bullseye.report.changes import changes, compared_figures
from bullseye.report.chapters import sections_at
from bullseye.report.listing import Listing
from bullseye.report.page import data_before, data_now
from bullseye.report.queries import Results
from bullseye.report.section import Changes
from bullseye.report.wording import Wording
from bullseye.settings import Settings
from bullseye.suite import SECTIONS


def compared(settings: Settings, found: Results | None = None) -> Changes:
    found = found or results()
    now, before = (
        data_now(sections_at(SECTIONS), RELEASE, found, settings),
        data_before(sections_at(SECTIONS), found, settings),
    )
    return changes(sections_at(SECTIONS), now, before)


def table(found: Changes, id_: str) -> Listing:
    return next(one for one in found.tables if one.id == id_)


def texts(table: Listing) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in table.rows]


def test_the_first_release_is_compared_with_nothing(retail: Settings) -> None:
    assert compared(retail, results(before=False)) == Changes()


def test_figures_stand_beside_those_of_before_with_their_difference(retail: Settings) -> None:
    rows = texts(compared_figures(compared(retail).figures, Wording()))
    assert ("Customers", "12,345", "12,340", "+5", "+0.0%") in rows
    assert ("Spend, 30 days", "$409,125", "$400,000", "+$9,125", "+2.3%") in rows
    assert ("Rules", "5,959", "5,900", "+59", "+1.0%") in rows
    assert ("Scores", "0", "–", "–", "–") in rows
    assert ("Rows rejected by the newest ingest", "1", "0", "+1", "–") in rows


def test_the_tag_whose_share_moved_most_comes_first(retail: Settings) -> None:
    assert texts(table(compared(retail), "tag-changes"))[0] == ("Fish eater", "25.0%", "12.5%", "+12.5\u00a0pp")


def test_segments_count_who_came_and_who_went(retail: Settings) -> None:
    rows = texts(table(compared(retail), "segment-changes-rfm"))
    assert rows == [("<script>alert(1)</script>", "2", "1", "+1", "2", "0")]


def test_a_model_is_compared_by_its_test_out_of_time(retail: Settings) -> None:
    rows = texts(table(compared(retail), "model-changes"))
    assert rows[:2] == [
        ("Lapse", "AUC", "0.8000", "0.7500", "+0.0500"),
        ("Lapse", "KS", "–", "–", "–"),
    ]


def test_the_summary_names_what_everybody_asks_for_and_what_moved_most(retail: Settings) -> None:
    found = [(one.name, one.now, one.difference, one.direction) for one in compared(retail).highlights]
    assert found == [
        ("Customers", "12,345", "+5", 1),
        ("Active in 30 days", "100", "0", 0),
        ("Spend, 30 days", "$409,125", "+$9,125", 1),
        ("Segment <script>alert(1)</script>", "2", "+1", 1),
        ("Tag Fish eater", "25.0%", "+12.5\u00a0pp", 1),
        ("AUC of Lapse", "0.800", "+0.050", 1),
        ("Rejected rows", "1", "+1", 1),
    ]


def test_clusters_are_never_what_the_summary_says_moved(retail: Settings) -> None:
    """They are found again each time: another size may mean another cluster by the same name."""
    found = results()
    clusters = tuple({**row, "scheme": "clusters", "customers": 900} for row in found.now["segments"]["profile"])
    now = {**found.now, "segments": {"profile": clusters}}
    before = {**found.before, "segments": {"profile": tuple({**row, "customers": 1} for row in clusters)}}
    shown = compared(retail, replace(found, now=now, before=before))
    assert not [one for one in shown.highlights if one.name.startswith("Segment")]
    assert "found again" in table(shown, "segment-changes-clusters").note


def test_a_model_that_is_gone_and_one_that_is_new_have_no_difference(retail: Settings) -> None:
    found = results()
    other = tuple({**row, "target": "response"} for row in found.now["scoring"]["metrics"])
    shown = compared(retail, replace(found, now={**found.now, "scoring": {"metrics": other}}))
    rows = [row for row in texts(table(shown, "model-changes")) if row[1] == "AUC"]
    assert rows == [("Response", "AUC", "0.8000", "–", "–"), ("Lapse", "AUC", "–", "0.7500", "–")]
