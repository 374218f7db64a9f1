"""What sections show of literal rows: one part for every heading, with its text, charts and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bullseye.report.blocks import Charts, Heading, Prose
from bullseye.report.chapters import sections_at
from bullseye.report.chart import Chart
from bullseye.report.listing import Listing, Rows
from bullseye.report.section import Section, SectionData
from bullseye.report.wording import Wording
from bullseye.settings import Settings
from bullseye.settings.documents import SettingsFile
from bullseye.suite import FILES, SECTIONS
from tests.released import DAY


@dataclass
class Part:
    """A heading and what follows it."""

    title: str
    about: str = ""
    charts: list[Chart] = field(default_factory=list)
    tables: list[Listing] = field(default_factory=list)


def settings_of(*values: SettingsFile) -> Settings:
    """Settings with these files only."""
    return Settings("shop", Path("conf/shop"), {**dict.fromkeys(FILES), **{type(value): value for value in values}}, {})


def data_of(section: Section, *asked: SettingsFile, **rows: Rows) -> SectionData:
    """The data of a section that has these rows only."""
    every = {name: rows.get(name, ()) for name in section.queries}
    return SectionData(every, settings_of(*asked), {}, DAY, Wording())


def parts(chapter: str, rows: Mapping[str, Mapping[str, Rows]], *asked: SettingsFile) -> dict[str, Part]:
    """The parts of a chapter by their title, in the order of the page; `rows` by section and query."""
    made: list[Part] = []
    for section in sections_at(SECTIONS):
        if section.chapter != chapter:
            continue
        for block in section.blocks(data_of(section, *asked, **rows.get(section.name, {}))):
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
