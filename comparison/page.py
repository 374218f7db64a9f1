"""The figures that a report shows: its tables, its tiles and the data of its charts, as they are in the page."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from bullseye.errors import LakeError
from comparison.difference import Difference

Figures = Mapping[str, Counter[str]]
"""Rows by the figure that holds them: `table NAME`, `tile LABEL` or `chart NAME`; the order of rows is free."""


def figures(page: str) -> Figures:
    """All figures of a page. A row is JSON: the cells of a table, the value of a tile, a data point of a chart."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    return reader.rows


def newest_page(lake: Path) -> str | None:
    """The page of the newest release; None where the lake has none.

    Raises LakeError when it cannot be read.
    """
    file = lake / "report" / "index.html"
    if not file.exists():
        return None
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LakeError(f"{file} cannot be read: {error}; publish it again: bullseye run --force") from error


def compare_figures(first: Figures, second: Figures) -> tuple[Difference, ...]:
    """Figures that only one page has, and those whose rows differ."""
    return tuple(_differences(first, second))


def _differences(first: Figures, second: Figures) -> Iterator[Difference]:
    for name in sorted({*first, *second}):
        if name not in second or name not in first:
            yield Difference(name, f"only in {'A' if name in first else 'B'}", figure=True)
            continue
        a, b = first[name], second[name]
        if changed := max((a - b).total(), (b - a).total()):
            yield Difference(name, "rows", count=changed, total=max(a.total(), b.total()), figure=True)


class _Page(HTMLParser):
    """Collects figures; `rows` is by the name of the figure."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._sheet = ""
        self._cells: list[str] | None = None
        self._label = ""
        self._text: list[str] | None = None
        self._plain: str | None = None
        self._specs = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "div" and "sheet" in (given.get("class") or "").split():
            self._sheet = f"table {given.get('data-name')}"
        elif tag == "tbody":
            self._cells = []
        elif tag in ("td", "th", "dt", "dd"):
            self._text, self._plain = [], given.get("data-v")
        elif tag == "script":
            self._specs = given.get("id") == "specs"
            self._text = [] if self._specs else None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = " ".join("".join(self._text or ()).split())
        if tag in ("td", "th") and self._cells is not None:
            self._cells.append(text if self._plain is None else self._plain)
        elif tag == "tr" and self._cells:
            self.rows[self._sheet][json.dumps(self._cells)] += 1
            self._cells = []
        elif tag == "tbody":
            self._cells = None
        elif tag == "dt":
            self._label = f"tile {text}"
        elif tag == "dd":
            self.rows[self._label][json.dumps(text)] += 1
        elif tag == "script" and self._specs:
            self._specs = False
            for name, spec in json.loads(text or "{}").items():
                self.rows[f"chart {name}"].update(json.dumps(point, sort_keys=True) for point in _points(spec))
        if tag in ("td", "th", "dt", "dd", "script"):
            self._text = None


def _points(spec: Any) -> Iterator[Any]:
    """The data points of a Vega-Lite specification, wherever it keeps them."""
    if isinstance(spec, list):
        for part in spec:
            yield from _points(part)
    elif isinstance(spec, dict):
        for key, part in spec.items():
            if key == "datasets":
                yield from (point for points in part.values() for point in points)
            elif key == "data" and isinstance(part, dict) and isinstance(part.get("values"), list):
                yield from part["values"]
            else:
                yield from _points(part)
