"""What sections show of literal rows: one part for every heading, with its text, charts and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bullseye.report.blocks import Charts, Heading, Prose
from bullseye.report.chapters import sections_at
from bullseye.report.chart import Chart
from bullseye.report.listing import Listing, Rows
from bullseye.report.section import Section, SectionData
from bullseye.report.wording import Wording
from bullseye.settings.insights import Insights
from bullseye.suite import SECTIONS
from tests.released import DAY

NO_INSIGHTS = Insights()


@dataclass
class Part:
    """A heading and what follows it."""

    title: str
    about: str = ""
    charts: list[Chart] = field(default_factory=list)
    tables: list[Listing] = field(default_factory=list)


def data_of(section: Section, insights: Insights = NO_INSIGHTS, **rows: Rows) -> SectionData:
    """The data of a section that has these rows only."""
    every = {name: rows.get(name, ()) for name in section.queries}
    return SectionData(every, {"insights": insights}, {}, DAY, Wording())


def parts(chapter: str, rows: Mapping[str, Mapping[str, Rows]], insights: Insights = NO_INSIGHTS) -> dict[str, Part]:
    """The parts of a chapter by their title, in the order of the page; `rows` by section and query."""
    made: list[Part] = []
    for section in sections_at(SECTIONS):
        if section.chapter != chapter:
            continue
        for block in section.blocks(data_of(section, insights, **rows.get(section.name, {}))):
            match block:
                case Heading():
                    made.append(Part(block.text))
                case Prose():
                    made[-1].about = "".join(map(str, block.parts))
                case Charts():
                    made[-1].charts += block.charts
                case Listing():
                    made[-1].tables.append(block)
    return {part.title: part for part in made}


def texts(table: Listing) -> list[list[str]]:
    """What a reader sees of a table."""
    return [[cell.text for cell in row] for row in table.rows]
