"""Sections of the report: what they may use, how they are laid out, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests import page as pages
from tests.parts import data_of
from tests.released import DAY

from bullseye.core.runlog import RUN
from bullseye.errors import BullseyeError
from bullseye.report import theme
from bullseye.report.blocks import Prose, nothing
from bullseye.report.chapters import CHAPTERS, sections_at
from bullseye.report.page import data_now, lay_out, report
from bullseye.report.queries import collect, declared_settings
from bullseye.report.section import Chapter, Query, Section, Source
from bullseye.settings import Settings
from bullseye.settings.models import Models
from bullseye.suite import PUBLISH_RELEASE as JOB
from bullseye.suite import SECTIONS
from bullseye.topics.tags.settings import Tags

NO_SOURCE = Source({}, None, {}, DAY)
ONE, TWO, THREE = Prose(("one",)), Prose(("two",)), Prose(("three",))


@dataclass(frozen=True)
class Row:
    """A row of a result."""

    values: Mapping[str, Any]

    def asDict(self) -> Mapping[str, Any]:  # noqa: N802  its name in Spark
        return self.values


@dataclass(frozen=True)
class Frame:
    """A result with some numbers, of which the driver gets no more than it limits."""

    numbers: tuple[int, ...]

    def limit(self, most: int) -> Frame:
        return Frame(self.numbers[:most])

    def collect(self) -> list[Row]:
        return [Row({"number": number, "name": f"n{number % 2}"}) for number in self.numbers]


def query(most: int, *numbers: int, order: tuple[str, ...] = ()) -> Query:
    return Query(("gold.x",), most, lambda source: Frame(numbers), order=order)  # type: ignore[arg-type, return-value]  # a stand-in


def test_rows_are_ordered_by_the_columns_that_the_query_names() -> None:
    rows = collect(query(3, 1, 3, 2, order=("name", "-number")), NO_SOURCE, "numbers")
    assert [row["number"] for row in rows] == [2, 3, 1]
    assert [row["number"] for row in collect(query(3, 1, 3, 2), NO_SOURCE, "numbers")] == [1, 3, 2]


def test_a_query_over_its_bound_is_an_error_that_names_it() -> None:
    assert len(collect(query(2, 1, 2), NO_SOURCE, "numbers")) == 2
    with pytest.raises(BullseyeError, match=r"numbers of the report has more than 2 rows, from gold\.x\n.*`most`"):
        collect(query(2, 1, 2, 3), NO_SOURCE, "numbers")


def test_without_a_selection_a_query_has_the_rows_of_its_table() -> None:
    source = replace(NO_SOURCE, tables={"gold.x": Frame((7,))})  # type: ignore[dict-item]  # a stand-in
    assert collect(Query(("gold.x",), 1), source, "x") == ({"number": 7, "name": "n1"},)


def test_what_a_section_does_not_declare_is_an_error(retail: Settings) -> None:
    section = Section("gaps", "value", lambda data: (), queries={"gaps": query(1)}, settings=(Models,))
    settings = declared_settings(section, retail)
    assert settings[Models] == retail[Models]
    with pytest.raises(
        BullseyeError, match=r"section gaps reads tags.yaml without declaring it; add Tags to its settings"
    ):
        settings[Tags]
    rows = data_now((section,), pages.RELEASE, pages.NOTHING, retail)["gaps"].rows
    assert rows["gaps"] == ()
    with pytest.raises(BullseyeError, match="section gaps uses customers without declaring it; add it to its queries"):
        rows["customers"]


def test_parts_are_laid_out_by_chapter_and_an_empty_chapter_is_left_out() -> None:
    chapters = (Chapter("a", "A"), Chapter("b", "B"), Chapter("c", "C"))
    shown = lay_out(chapters, [("c", [ONE]), ("b", []), ("a", [TWO]), ("c", [THREE])])
    assert [(one.chapter.id, one.blocks) for one in shown] == [("a", (TWO,)), ("c", (ONE, THREE))]


def test_a_section_of_a_chapter_that_is_not_there_is_an_error() -> None:
    with pytest.raises(BullseyeError, match=r"no chapter 'valu'.*value.*; its chapters are customers, value"):
        lay_out((Chapter("customers", "C"), Chapter("value", "V")), [("valu", [ONE])])


def test_the_navigation_links_to_the_chapters_that_are_shown(retail: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    chapters = (Chapter("changes", "What changed"), Chapter("full", "A & B", link="B"), Chapter("empty", "C"))
    sections = (
        Section("full", "full", lambda data: (nothing("Still nothing."),)),
        Section("empty", "empty", lambda data: ()),
    )
    page = report(pages.RELEASE, chapters, sections, pages.NOTHING, retail)
    assert re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', page) == [("changes", "What changed"), ("full", "B")]
    assert re.findall(r'<h2 id="h-[^"]+">([^<]+)</h2>', page) == ["What changed", "A &amp; B"]
    assert '<p class="none">Still nothing.</p>' in page


def test_every_section_has_a_chapter_and_a_name_of_its_own() -> None:
    names = [section.name for section in sections_at(SECTIONS)]
    assert len(set(names)) == len(names)
    assert {section.chapter for section in sections_at(SECTIONS)} < {chapter.id for chapter in CHAPTERS}


@pytest.mark.parametrize("section", sections_at(SECTIONS), ids=lambda section: section.name)
def test_a_section_reads_only_tables_and_settings_of_the_job(section: Section) -> None:
    tables = {table for one in section.queries.values() for table in (*one.tables, *one.tables_before)}
    assert tables <= {*JOB.reads, RUN.name}
    assert set(section.settings) <= set(JOB.settings)


@pytest.mark.parametrize(
    "section",
    [one for one in sections_at(SECTIONS) if one.chapter in ("value", "behaviour")],
    ids=lambda section: section.name,
)
def test_a_question_without_rows_is_left_out(section: Section) -> None:
    assert tuple(section.blocks(data_of(section))) == ()
