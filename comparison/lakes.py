"""Compares all tables and the newest reports of two lakes, and sets aside what may differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bullseye.errors import SettingsError, did_you_mean
from comparison.difference import Difference, by_weight
from comparison.names import BY_NATURE, Allowed, Exceptions, Names
from comparison.page import compare_figures, figures, newest_page
from comparison.tables import Compared, compare_table, engine, tables_of

Keys = Mapping[str, Sequence[str]]
"""Key of every table that has a contract, by its name in the second lake."""


@dataclass(frozen=True)
class Result:
    """Everything that was compared, and every difference on its side of the line between failure and exception."""

    compared: tuple[Compared, ...]
    figures: int
    differences: tuple[Difference, ...]
    excepted: tuple[tuple[Difference, Allowed], ...]
    passed_over: tuple[tuple[str, Allowed], ...]
    """Tables of which nothing was compared, each with its reason."""
    unused: tuple[Allowed, ...]
    """Declared exceptions that no difference needed."""


def compare_lakes(
    lakes: tuple[Path, Path],
    *,
    names: Names,
    exceptions: Exceptions,
    keys: Keys,
    tolerance: float,
    memory: str,
    report: Callable[[Compared, int], None],
) -> Result:
    """Compare two lakes table by table, and the reports of their newest releases; `report` gets each table when it is
    done, with the number of its differences that are not allowed.

    Raises SettingsError where a folder is no lake or the names do not fit, and LakeError where a table is damaged.
    """
    old, new = (tables_of(lake) for lake in lakes)
    _check_names(names, old, new)
    allowed = (*BY_NATURE, *exceptions.exceptions)
    pairs = {names.tables.get(table, table): table for table in old}
    every = sorted({*pairs, *new})
    passed_over = [(table, rule) for table in every for rule in [_covers_table(allowed, table)] if rule]
    left_out = {table for table, _ in passed_over}
    differences = [
        Difference(table, f"only in {'B' if table in new else 'A'}")
        for table in every
        if not (table in pairs and table in new)
    ]
    compared = []
    with engine(memory) as connection:
        for table in (table for table in every if table in pairs and table in new and table not in left_out):
            found = compare_table(
                connection,
                lakes,
                (pairs[table], table),
                key=keys.get(table, ()),
                renamed=names.columns.get(table, {}),
                allowed=allowed,
                tolerance=tolerance,
            )
            report(found, sum(not any(rule.covers(one) for rule in allowed) for one in found.differences))
            compared.append(found)
            differences += found.differences
    shown, of_pages = _pages(lakes)
    differences += of_pages
    rules = [(one, next((rule for rule in allowed if rule.covers(one)), None)) for one in by_weight(differences)]
    used = [rule for _, rule in (*rules, *passed_over)]
    return Result(
        tuple(compared),
        shown,
        tuple(one for one, rule in rules if rule is None),
        tuple((one, rule) for one, rule in rules if rule and one.table not in left_out),
        tuple(passed_over),
        tuple(rule for rule in exceptions.exceptions if not any(rule is other for other in used)),
    )


def _covers_table(allowed: Sequence[Allowed], table: str) -> Allowed | None:
    return next((rule for rule in allowed if rule.covers_table(table)), None)


def _pages(lakes: tuple[Path, Path]) -> tuple[int, tuple[Difference, ...]]:
    """Number of figures, and how those of the two newest reports differ; a lake without a report has none."""
    first, second = (figures(newest_page(lake) or "") for lake in lakes)
    return len({*first, *second}), compare_figures(first, second)


def _check_names(names: Names, old: Sequence[str], new: Sequence[str]) -> None:
    """A name that neither lake has is a typing error; a map may name tables that these lakes do not have."""
    layers = {table.partition(".")[0] for table in (*old, *new)}
    listed = {*names.tables, *names.tables.values(), *names.columns}
    if wrong := sorted(name for name in listed if name.partition(".")[0] not in layers or not name.partition(".")[2]):
        hints = ", ".join(f"{name!r}{did_you_mean(name, [*old, *new])}" for name in wrong)
        raise SettingsError(f"--names: {hints}: not a table of these lakes; write tables as layer.name")
    if both := sorted(table for table, other in names.tables.items() if other in old and table in old):
        raise SettingsError(f"--names: the first lake has {', '.join(both)} under the old and the new name; drop one")
