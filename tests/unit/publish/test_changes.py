"""What the page says of the release before."""

from __future__ import annotations

from dataclasses import replace

from tests.page import RELEASE, figures

from bullseye.publish.changes import Changes, changes
from bullseye.publish.listing import Listing
from bullseye.publish.wording import Wording
from bullseye.settings import Settings


def compared(settings: Settings) -> Changes:
    found = changes(RELEASE, figures(), settings.measures, Wording())
    assert found is not None
    return found


def texts(table: Listing) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in table.rows]


def test_the_first_release_is_compared_with_nothing(retail: Settings) -> None:
    assert changes(RELEASE, figures(before=False), retail.measures, Wording()) is None


def test_figures_stand_beside_those_of_before_with_their_difference(retail: Settings) -> None:
    rows = texts(compared(retail).headlines)
    assert ("Customers", "12,345", "12,340", "+5", "+0.0%") in rows
    assert ("Spend, 30 days", "$409,125", "$400,000", "+$9,125", "+2.3%") in rows
    assert ("Rules", "5,959", "5,900", "+59", "+1.0%") in rows
    assert ("Scores", "0", "–", "–", "–") in rows
    assert ("Rows rejected by the newest ingest", "1", "0", "+1", "–") in rows


def test_the_tag_whose_share_moved_most_comes_first(retail: Settings) -> None:
    assert texts(compared(retail).tags)[0] == ("Fish eater", "25.0%", "12.5%", "+12.5\u00a0pp")


def test_segments_count_who_came_and_who_went(retail: Settings) -> None:
    rows = texts(compared(retail).segments["rfm"])
    assert rows == [("<script>alert(1)</script>", "2", "1", "+1", "2", "0")]


def test_a_model_is_compared_by_its_test_out_of_time(retail: Settings) -> None:
    rows = texts(compared(retail).models)
    assert rows[:2] == [
        ("Lapse", "AUC", "0.8000", "0.7500", "+0.0500"),
        ("Lapse", "KS", "–", "–", "–"),
    ]


def test_the_summary_names_what_everybody_asks_for_and_what_moved_most(retail: Settings) -> None:
    found = [(one.what, one.now, one.difference, one.direction) for one in compared(retail).highlights]
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
    """They are found anew each time: another size may mean another cluster by the same name."""
    found = figures()
    assert found.before is not None
    clusters = tuple({**row, "scheme": "clusters", "customers": 900} for row in found.segments)
    before = replace(found.before, segments=tuple({**row, "customers": 1} for row in clusters))
    shown = changes(RELEASE, replace(found, segments=clusters, before=before), retail.measures, Wording())
    assert shown is not None
    assert not [one for one in shown.highlights if one.what.startswith("Segment")]
    assert "found anew" in shown.segments["clusters"].note


def test_a_model_that_is_gone_and_one_that_is_new_have_no_difference(retail: Settings) -> None:
    found = figures()
    other = tuple({**row, "target": "response"} for row in found.metrics)
    shown = changes(RELEASE, replace(found, metrics=other), retail.measures, Wording())
    assert shown is not None
    rows = [row for row in texts(shown.models) if row[1] == "AUC"]
    assert rows == [("Response", "AUC", "0.8000", "–", "–"), ("Lapse", "AUC", "–", "0.7500", "–")]
