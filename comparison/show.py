"""A comparison as text."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from comparison.difference import Difference
from comparison.lakes import Result
from comparison.names import Allowed
from comparison.tables import Compared

# A file has no width of its own, and rich would take 80 columns.
_console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False)


def show_table(one: Compared, wrong: int) -> None:
    """One line for a table when it is done; `wrong` of its differences are not allowed."""
    a, b = one.rows
    rows = f"{a:,}" if a == b else f"{a:,} in A, {b:,} in B"
    state = counted(wrong, "difference") if wrong else "equal"
    _console.print(
        f"{one.table}: {rows} rows, matched by {counted(len(one.matched_by), 'column')}: {state}", soft_wrap=True
    )


def show(result: Result) -> None:
    """Differences by weight, exceptions with their reasons, and a summary of one line."""
    if result.excepted or result.passed_over:
        _console.print("\nDifferences that are allowed")
        for reason, lines in _by_reason(result).items():
            _console.print(f"  {reason}", soft_wrap=True)
            for line in lines:
                _console.print(f"    {line}", soft_wrap=True)
    for rule in result.unused:
        _console.print(f"exception without a difference: {_named(rule)} ({rule.reason})", soft_wrap=True)
    if result.differences:
        _show_differences(result.differences)
    rows = sum(max(one.rows) for one in result.compared)
    compared = (
        f"{counted(len(result.compared), 'table')} with {counted(rows, 'row')} and {counted(result.figures, 'figure')}"
    )
    state = counted(len(result.differences), "difference") if result.differences else "equal"
    _console.print(f"\n{compared} of the report: {state}", soft_wrap=True)


def counted(number: int, noun: str) -> str:
    """Such as `1 row` and `2,000 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _show_differences(differences: Iterable[Difference]) -> None:
    grid = Table(title="Differences, the heaviest first", title_justify="left", box=None, pad_edge=False)
    for heading in ("of", "what differs", "rows", "of rows", "largest difference"):
        grid.add_column(heading, overflow="fold", justify="left" if heading in ("of", "what differs") else "right")
    for one in differences:
        grid.add_row(
            f"report: {one.name}" if one.figure else one.name,
            one.what,
            f"{one.count:,}" if one.total else "",
            f"{one.total:,}" if one.total else "",
            "" if one.largest is None else f"{one.largest:.6g}",
        )
    _console.print()
    _console.print(grid)


def _by_reason(result: Result) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for table, rule in result.passed_over:
        lines.setdefault(rule.reason, []).append(f"{table}: not compared")
    for one, rule in result.excepted:
        where = f" in {one.count:,} of {counted(one.total, 'row')}" if one.total else ""
        lines.setdefault(rule.reason, []).append(f"{one.name}: {one.what}{where}")
    return lines


def _named(rule: Allowed) -> str:
    if rule.figure:
        return f"figure {rule.figure}"
    return f"{rule.table}.{rule.column}" if rule.column else f"rows of {rule.table}" if rule.rows else rule.table
