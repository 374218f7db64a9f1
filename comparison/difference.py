"""One difference between two lakes, and how much it weighs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One difference: of a table, of one of its columns, or of a figure of the report.

    `count` of `total` rows (cells of a figure) differ. `largest` is the largest absolute difference of a number; NULL for
    everything else. No value of a row is kept: rows are about persons.
    """

    table: str
    what: str
    column: str | None = None
    count: int = 0
    total: int = 0
    largest: float | None = None
    figure: bool = False

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}" if self.column else self.table

    @property
    def is_rows(self) -> bool:
        """Whether rows are in one lake only."""
        return self.what.startswith("rows only in")

    @property
    def weight(self) -> tuple[int, float]:
        """Tables first, then columns, then rows and values, each by their share."""
        share = self.count / self.total if self.total else 1.0
        shape = self.what.startswith(("only in", "type "))
        return (3 if shape and not self.column else 2 if shape else 1), share


def by_weight(differences: list[Difference]) -> list[Difference]:
    """The heaviest first, of equal ones by name."""
    return sorted(differences, key=lambda one: (-one.weight[0], -one.weight[1], one.name, one.what))
