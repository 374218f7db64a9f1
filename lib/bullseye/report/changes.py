"""What is different from the release before this one: figures side by side, and the few that sum it up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bullseye.release.earlier import EarlierRelease
from bullseye.release.release import Release
from bullseye.report.blocks import Block, Folded, Mark, Prose, SideBySide, Tile, Tiles, charts, code, nothing
from bullseye.report.listing import Cell, Field, Kind, Listing, written
from bullseye.report.section import Changes, Figure, Highlight, Section, SectionData
from bullseye.report.wording import NONE, Wording, signed

CHAPTER = "changes"
"""The chapter of the report about the release before."""
_FIGURES = (
    Field("figure", ""),
    Field("now", "", "decimal"),
    Field("before", "", "decimal"),
    Field("difference", "", "decimal"),
    Field("relative", "", "share"),
)


def change_blocks(
    release: Release, earlier: EarlierRelease | None, compared: Changes, says: Wording
) -> Iterator[Block]:
    """What is different from the release before."""
    if earlier is None:
        yield nothing(
            "This is the first release, there is none to compare it with. The next one will say here what changed."
        )
        return
    day = Mark(says.day(earlier.as_of), "strong")
    same_day = ", an earlier one of the same day" if earlier.as_of == release.as_of else ""
    yield Prose(("Compared with the release of ", day, f"{same_day} (", code(earlier.release_id), ")."))
    yield Tiles(tuple(Tile(one.name, one.now, _note(one), one.direction) for one in compared.highlights))
    yield from charts(compared.charts)
    tables = (compared_figures(compared.figures, says), SideBySide(compared.tables))
    yield Folded("All compared figures", tables)


def changes(sections: Iterable[Section], now: Mapping[str, SectionData], before: Mapping[str, SectionData]) -> Changes:
    """The changes of all sections, in their order; none for the first release, when `before` is empty."""
    every = [one.changes(now[one.name], before[one.name]) for one in sections if one.changes and before]
    return Changes(
        tuple(highlight for one in every for highlight in one.highlights),
        tuple(figure for one in every for figure in one.figures),
        tuple(chart for one in every for chart in one.charts),
        tuple(table for one in every for table in one.tables),
    )


def _note(shown: Highlight) -> str:
    if shown.direction:
        return shown.difference
    return "not known before" if shown.difference == NONE else "no change"


def row_count(name: str, table: str, data: SectionData, before: SectionData) -> Figure:
    """The rows of a published table; None in a release that did not publish it."""
    return Figure(name, data.published[table], before.published.get(table))


def highlight(figure: Figure, wording: Wording) -> Highlight:
    """The figure for the summary."""
    now, before = figure.now, figure.before
    if now is None or before is None:
        return Highlight(figure.name, written(now, figure.kind, wording), NONE, 0)
    text = signed(written(now - before, figure.kind, wording), now - before)
    return Highlight(figure.name, written(now, figure.kind, wording), text, sign(now - before))


def compared_figures(figures: Iterable[Figure], wording: Wording) -> Listing:
    """One line a figure, written by its kind."""
    rows = tuple(_row(figure, wording) for figure in figures)
    return Listing("changes", "Figures compared", "", _FIGURES, rows)


def _row(figure: Figure, wording: Wording) -> tuple[Cell, ...]:
    now, before = figure.now, figure.before
    difference = None if now is None or before is None else now - before
    relative = float(difference) / abs(float(before)) if difference is not None and before else None

    def cell(value: Any, kind: Kind, *, change: bool = False) -> Cell:
        text = written(value, kind, wording)
        plain = "" if value is None else str(value)
        return Cell(signed(text, value) if change else text, plain if plain != text else None)

    return (
        Cell(figure.name),
        cell(now, figure.kind),
        cell(before, figure.kind),
        cell(difference, figure.kind, change=True),
        cell(None if relative is None else round(relative, 6), "share", change=True),
    )


def sign(value: Any) -> int:
    """1 for more, -1 for less, 0 for no difference."""
    return int(value > 0) - int(value < 0)
