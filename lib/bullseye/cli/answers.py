"""Prints what a command found: tables and outlines for a person, JSON lines for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text
from rich.tree import Tree

from bullseye.cli.doctor import Finding
from bullseye.core.spreadsheet import write_csv

Format = Literal["text", "csv", "json"]
_NUMBERS = (int, float, Decimal)
_RECORD = 24
"""Characters that a row takes where rows are shown side by side."""


def json_lines(event: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """One JSON line a row on standard output, each with the event's name."""
    for row in rows:
        sys.stdout.write(json.dumps({"event": event, **row}, default=str, ensure_ascii=False) + "\n")


def csv_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A header and the rows, as CSV on standard output; NULL is empty."""
    write_csv(sys.stdout, columns, [[row[name] for name in columns] for row in rows], end="\n")


def rows(format_: Format, event: str, title: str, listed: Sequence[Mapping[str, Any]]) -> None:
    """Rows in the form that was asked for; `event` names a JSON line."""
    if format_ == "json":
        json_lines(event, listed)
    elif format_ == "csv":
        csv_rows(list(listed[0]) if listed else [], listed)
    else:
        grid(title, listed, nothing="No rows.")


def grid(title: str, rows: Sequence[Mapping[str, Any]], *, nothing: str) -> None:
    """The rows as a table below a title, or what it means that there are none."""
    console = _console()
    if not rows:
        console.print(Text.assemble((title, "bold"), f"\n{nothing}\n"))
        return
    console.print(Text(title, style="bold"))
    table = Grid()
    for name in rows[0]:
        right = all(isinstance(row[name], _NUMBERS) or row[name] is None for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(value)) for value in row.values()))
    console.print(table)


def records(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows with many columns, a line a column: as many rows side by side as the width has room for."""
    if not rows:
        grid(title, rows, nothing="No rows.")
        return
    console = _console()
    console.print(Text(title, style="bold"))
    names = max(len(name) for name in columns)
    for first in range(0, len(rows), max(1, (console.width - names) // _RECORD)):
        some = rows[first : first + max(1, (console.width - names) // _RECORD)]
        table = Grid(show_header=False)
        for _ in range(1 + len(some)):
            table.add_column(overflow="fold")
        for name in columns:
            table.add_row(Text(name, style="bold"), *(Text(shown(row[name])) for row in some))
        console.print(table)


def points(title: str, texts: Sequence[str]) -> None:
    """A list below its title; nothing where there are no texts."""
    if texts:
        console = _console()
        console.print(Text(title, style="bold"))
        for text in texts:
            console.print(Padding(Text(f"- {text}"), (0, 0, 0, 2)))


def findings(listed: Iterable[Finding]) -> None:
    """One line for everything looked at, and one for each remedy."""
    styles = {"good": "green", "warning": "yellow", "wrong": "red"}
    console = Console(highlight=False, soft_wrap=True)
    for finding in listed:
        console.print(Text.assemble((f"{finding.state:<8}", styles[finding.state]), f"{finding.what}: {finding.says}"))
        if finding.remedy:
            console.print(f"        -> {finding.remedy}", markup=False)


def outline(title: str, facts: Mapping[str, Any]) -> None:
    """Facts as an outline: a fact with several values has one line for each."""
    tree = Tree(Text(title, style="bold"))
    for label, value in facts.items():
        _branch(tree, label.replace("_", " "), value)
    _console().print(tree)


def _branch(tree: Tree, label: str, value: Any) -> None:
    if value is None or value in ([], {}):
        return
    if isinstance(value, Mapping):
        branch = tree.add(Text(label, style="bold"))
        for inner, child in value.items():
            _branch(branch, inner, child)
    elif isinstance(value, list):
        branch = tree.add(Text(label, style="bold"))
        for child in value:
            branch.add(Text(shown(child)))
    else:
        tree.add(Text.assemble((f"{label}  ", "bold"), shown(value)))


def shown(value: Any) -> str:
    """A value for a person: NULL as a dash, times to the second in UTC, numbers short."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    return str(value)


def _console() -> Console:
    """Standard output; wide where it is no terminal, so that what is piped is not folded."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=200)
