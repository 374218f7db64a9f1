"""What a section consists of, in the order of the page. The template alone knows how a block looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bullseye.report.chart import Chart
from bullseye.report.listing import Listing


@dataclass(frozen=True)
class Mark:
    """Words within a text that look different."""

    text: str
    style: Literal["code", "strong", "muted", "ok", "failed"]


@dataclass(frozen=True)
class Prose:
    """A paragraph; "none" states that there is nothing to show, and why; "health" is the line at the top."""

    parts: tuple[str | Mark, ...]
    style: Literal["", "muted", "none", "health"] = ""


@dataclass(frozen=True)
class Heading:
    """A heading within a chapter."""

    text: str


@dataclass(frozen=True)
class Tile:
    """A large number with its label; `direction` draws an arrow up or down before the note."""

    label: str
    value: str
    note: str = ""
    direction: int = 0


@dataclass(frozen=True)
class Tiles:
    """Large numbers side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Charts:
    """Charts side by side; wide ones are at most two in a row."""

    charts: tuple[Chart, ...]
    wide: bool = False


@dataclass(frozen=True)
class SideBySide:
    """Tables that share the width of the page."""

    tables: tuple[Listing, ...]


@dataclass(frozen=True)
class File:
    """A CSV file next to the page; `path` is relative to it."""

    path: str
    title: str
    size: str
    about: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Files:
    """Links to files."""

    files: tuple[File, ...]


@dataclass(frozen=True)
class Folded:
    """Blocks that a reader unfolds."""

    summary: str
    blocks: tuple[Block, ...]


Block = Prose | Heading | Tiles | Charts | Listing | SideBySide | Files | Folded


def code(text: str) -> Mark:
    """The name of a table, a file or a setting."""
    return Mark(text, "code")


def nothing(text: str) -> Prose:
    """Says that there is nothing to show, and why."""
    return Prose((text,), "none")


def charts(drawn: Sequence[Chart], *, wide: bool = False) -> Iterator[Charts]:
    """The charts as a block; no block without any."""
    if drawn:
        yield Charts(tuple(drawn), wide)


def part(title: str, about: str, tables: Sequence[Listing], drawn: Sequence[Chart] = ()) -> Iterator[Block]:
    """A heading, a text, wide charts and tables; no block without a chart and a table."""
    if not tables and not drawn:
        return
    yield Heading(title)
    yield Prose((about,), "muted")
    yield from charts(drawn, wide=True)
    yield from tables


def charts_in(blocks: Iterable[Block]) -> Iterator[Chart]:
    """All charts of the blocks, folded ones too, in order."""
    for block in blocks:
        if isinstance(block, Charts):
            yield from block.charts
        elif isinstance(block, Folded):
            yield from charts_in(block.blocks)
