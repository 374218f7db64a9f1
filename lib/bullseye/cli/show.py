"""Rows of a table, as the newest release shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bullseye.cli.reading import Reader, Row
from bullseye.core.contract import Table
from bullseye.errors import LakeError, did_you_mean


@dataclass(frozen=True)
class Shown:
    """Rows of a table, and where they are from: the version, and the release that pins it (None: the newest version)."""

    table: Table
    columns: tuple[str, ...]
    rows: list[Row]
    version: int
    release_id: str | None

    @property
    def title(self) -> str:
        seen = f"release {self.release_id}" if self.release_id else "newest version, not of a release"
        return f"{self.table.name}, version {self.version} ({seen})"


def known(tables: Mapping[str, Table], name: str) -> Table:
    """The contract of a table, also without its layer where only one layer has the name.

    Raises LakeError that names the nearest table.
    """
    if name in tables:
        return tables[name]
    ends = [table for table in tables if table.endswith(f".{name}")]
    if len(ends) == 1:
        return tables[ends[0]]
    short = [table.partition(".")[2] for table in tables]
    raise LakeError(
        f"there is no table {name!r}{did_you_mean(name, [*tables, *short])}; bullseye show lists the tables"
    )


def show(
    reader: Reader,
    table: Table,
    *,
    columns: Sequence[str] = (),
    where: str | None = None,
    order: str | None = None,
    limit: int = 20,
    as_of: date | None = None,
    newest: bool = False,
) -> Shown:
    """Some rows of a table: of the newest release where it has the table, else of the newest version.

    A table that is sliced by as_of shows one day: the given one, else the release's, else the newest. `where` and `order`
    are SQL over the table's columns.
    Raises LakeError when the table is not there or an expression does not fit.
    """
    if unknown := [name for name in columns if name not in table.names]:
        hints = ", ".join(f"{name!r}{did_you_mean(name, table.names)}" for name in unknown)
        raise LakeError(f"{table.name} has no column {hints}; bullseye explain {table.name} lists its columns")
    release = None if newest else reader.released()
    pinned = release.versions.get(table.name) if release else None
    opened = reader.open(table.name, pinned)
    conditions = [f"({where})"] if where else []
    if table.slice == "as_of":
        day = as_of or (release.as_of if release and pinned is not None else None)
        conditions.append(f"as_of = DATE '{day}'" if day else "as_of = (SELECT max(as_of) FROM rows)")
    chosen = tuple(columns) or table.names
    sql = f"SELECT {', '.join(_quoted(name) for name in chosen)} FROM rows"
    sql += f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sql += f" ORDER BY {order or ', '.join(_quoted(name) for name in table.key)}" if order or table.key else ""
    answer = reader.query(f"{sql} LIMIT {limit}", rows=opened)
    release_id = release.release_id if release and pinned is not None else None
    return Shown(table, chosen, answer, opened.version(), release_id)


def listing(reader: Reader, tables: Mapping[str, Table]) -> list[Row]:
    """Every table that the lake has: its newest version, the released one with its rows, and what a row is."""
    release = reader.released()
    return [
        {
            "table": table.name,
            "version": reader.open(table.name).version(),
            "released": release.versions.get(table.name) if release else None,
            "rows": release.rows.get(table.name) if release else None,
            "holds": table.doc.partition(". ")[0],
        }
        for table in tables.values()
        if reader.exists(table.name)
    ]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
