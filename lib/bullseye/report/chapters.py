"""The page from top to bottom, and the sections of the topics in the order of it."""

from __future__ import annotations

from collections.abc import Iterable

from bullseye.core.job import named
from bullseye.report.section import Chapter, Section

CHAPTERS = (
    Chapter("changes", "What changed"),
    Chapter("customers", "Customers"),
    Chapter("value", "Value"),
    Chapter("segments", "Segments"),
    Chapter("tags", "Tags"),
    Chapter("rules", "Rules and recommendations", link="Rules"),
    Chapter("models", "Models"),
    Chapter("behaviour", "Leavers, causes and places", link="Leavers and places"),
    Chapter("lists", "Lists"),
    Chapter("quality", "Data quality"),
    Chapter("run", "Run and release", link="Run"),
)
"""The business first, the run last. A chapter without blocks is left out."""


def sections_at(paths: Iterable[str]) -> tuple[Section, ...]:
    """The sections at `package.module:NAME`, by their chapter, and within one in the given order.

    A section of a chapter that the page does not have comes last: the page refuses it.
    """
    order = {chapter.id: place for place, chapter in enumerate(CHAPTERS)}
    return tuple(sorted(map(named, paths), key=lambda section: order.get(section.chapter, len(order))))
