"""What has another name in this version: jobs, tables and columns, as data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Renames:
    """New names by the old ones. `columns` and `dropped` are by the new name of their table."""

    jobs: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dropped: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Columns that this version has no longer."""

    @property
    def rewritten(self) -> tuple[str, ...]:
        """Tables, by their new name, whose columns differ."""
        return tuple(dict.fromkeys((*self.columns, *self.dropped)))

    def old_columns(self, table: str) -> frozenset[str]:
        """Columns of a table that an earlier version had, and this one has under another name or no longer."""
        columns = self.columns.get(table, {})
        return frozenset((*columns, *self.dropped.get(table, ()))) - frozenset(columns.values())
