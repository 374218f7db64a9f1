"""Compares a table of one lake with that of another in DuckDB, which moves to disk what does not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bullseye.cli.reading import Reader
from bullseye.errors import LakeError, SettingsError
from comparison.difference import Difference
from comparison.names import Allowed, of_before

SIDES = ("A", "B")
_FLOATS = ("DOUBLE", "FLOAT")
_NUMBERS = (*_FLOATS, "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL")
_NUMBER_OF_DUPLICATE = "number among equal keys"


@dataclass(frozen=True)
class Compared:
    """What the comparison of a table shows: by which columns rows were matched, rows of each lake, and differences."""

    table: str
    matched_by: tuple[str, ...]
    rows: tuple[int, int]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Column:
    """A column that both lakes have, with its type in each."""

    name: str
    types: tuple[str, str]

    @property
    def is_number(self) -> bool:
        return all(_is_one(type_, _NUMBERS) for type_ in self.types)

    @property
    def same_type(self) -> bool:
        return self.types[0] == self.types[1]

    def value(self, side: str) -> str:
        """SQL of the value; text where the types cannot be compared."""
        name = f"{side}.{_quoted(self.name)}"
        return name if self.same_type or self.is_number else f"CAST({name} AS VARCHAR)"

    def differs(self, tolerance: float) -> str:
        """SQL that is true where the values differ; floats by more than the relative tolerance."""
        a, b = (self.value(side) for side in SIDES)
        if not (self.is_number and any(_is_one(type_, _FLOATS) for type_ in self.types)):
            return f"{a} IS DISTINCT FROM {b}"
        a, b = f"CAST({a} AS DOUBLE)", f"CAST({b} AS DOUBLE)"
        near = f"isfinite({a}) AND isfinite({b}) AND abs({a} - {b}) <= {tolerance!r} * greatest(abs({a}), abs({b}))"
        return f"({a} IS DISTINCT FROM {b} AND NOT coalesce({near}, false))"

    def distance(self) -> str:
        """SQL of the absolute difference; NULL where the column is no number."""
        if not self.is_number:
            return "CAST(NULL AS DOUBLE)"
        a, b = (f"CAST({self.value(side)} AS DOUBLE)" for side in SIDES)
        return f"abs({a} - {b})"


@contextmanager
def engine(memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with a limit of memory, such as 2GB, and a folder for what does not fit.

    Raises SettingsError for a limit that it does not understand.
    """
    with TemporaryDirectory(prefix="bullseye-compare-") as folder:
        try:
            connection = duckdb.connect(config={"memory_limit": memory, "temp_directory": folder})
        except duckdb.Error as error:
            raise SettingsError(f"--memory {memory}: not a size; write such as 2GB") from error
        with connection:
            connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
            connection.execute("SET preserve_insertion_order = false")
            yield connection


def tables_of(lake: Path) -> tuple[str, ...]:
    """Names of the tables of a lake, as layer.name; raises SettingsError where there are none."""
    logs = sorted(lake.glob("*/*/_delta_log"))
    if not logs:
        remedy = "name the folder that --lake of a run named"
        raise SettingsError(f"{lake} is no lake: it has no folder LAYER/TABLE with a Delta table; {remedy}")
    return tuple(f"{log.parent.parent.name}.{log.parent.name}" for log in logs)


def compare_table(
    connection: duckdb.DuckDBPyConnection,
    lakes: tuple[Path, Path],
    names: tuple[str, str],
    *,
    key: Sequence[str],
    renamed: Mapping[str, str],
    allowed: Sequence[Allowed],
    tolerance: float,
) -> Compared:
    """Compare a table, whose names in the lakes are `names`, row by row at its newest version.

    Rows are matched by those columns of `key` that both lakes have and that may not differ; several rows of one key are
    matched in the order of their other columns. Without such columns rows are matched by all of their values.
    Raises LakeError when a table is damaged.
    """
    table = names[1]
    shapes = [
        _view(connection, side, lake, name, renamed if side == "A" else {})
        for side, lake, name in zip(SIDES, lakes, names, strict=True)
    ]
    only = [
        Difference(table, f"only in {side}", column)
        for side, mine, other in (("A", *shapes), ("B", *reversed(shapes)))
        for column in mine
        if column not in other
    ]
    common = [Column(name, (type_, shapes[1][name])) for name, type_ in shapes[0].items() if name in shapes[1]]
    only += [
        Difference(table, f"type {one.types[0]} in A, {one.types[1]} in B", one.name)
        for one in common
        if not one.same_type
    ]
    fixed = [one for one in common if not any(rule.covers_column(table, one.name) for rule in allowed)]
    matched_by = tuple(one for one in fixed if one.name in key) or tuple(fixed)
    try:
        rows, values = _values(connection, table, common, fixed, matched_by, tolerance)
    except duckdb.Error as error:
        # The text of DuckDB may hold a value of a row.
        raise LakeError(
            f"{table} cannot be compared: {type(error).__name__} of DuckDB; more memory: --memory"
        ) from error
    return Compared(table, tuple(one.name for one in matched_by), rows, (*only, *values))


def _view(
    connection: duckdb.DuckDBPyConnection, side: str, lake: Path, table: str, renamed: Mapping[str, str]
) -> dict[str, str]:
    """Make the view of one side under its new names; gives type by column."""
    opened = Reader(str(lake)).open(table)
    fields = [field.name for field in opened.schema().fields]
    connection.register(f"{side}_stored", opened.to_pyarrow_dataset())
    shown = {name: renamed.get(name, name) for name in fields}
    # An old column may have the name that another one has now.
    taken = {new for name, new in shown.items() if name in renamed}
    shown |= {name: of_before(name) for name in fields if name not in renamed and name in taken}
    columns = ", ".join(f"{_quoted(name)} AS {_quoted(new)}" for name, new in shown.items())
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {side}_rows AS SELECT {columns} FROM {side}_stored")
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {side}_rows").fetchall()}


def _values(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    common: Sequence[Column],
    fixed: Sequence[Column],
    matched_by: Sequence[Column],
    tolerance: float,
) -> tuple[tuple[int, int], list[Difference]]:
    """Rows of each lake, and what differs in rows and values, in one pass over the joined rows."""
    keys = [_quoted(one.name) for one in matched_by]
    others = [one for one in common if one not in matched_by]
    numbered = any(_has_duplicates(connection, side, keys) for side in SIDES)
    order = ", ".join(_quoted(one.name) for one in fixed) or "1"
    number = f"row_number() OVER (PARTITION BY {', '.join(keys) or '1'} ORDER BY {order})" if numbered else "1"
    sides = [f'(SELECT *, {number} AS "{_NUMBER_OF_DUPLICATE}" FROM {side}_rows) AS {side}' for side in SIDES]
    # The number is never NULL: it shows which side of the join has a row.
    present = [f'{side}."{_NUMBER_OF_DUPLICATE}" IS NOT NULL' for side in SIDES]
    both = " AND ".join(present)
    conditions = [f"{one.value('A')} IS NOT DISTINCT FROM {one.value('B')}" for one in matched_by]
    conditions.append(f'A."{_NUMBER_OF_DUPLICATE}" = B."{_NUMBER_OF_DUPLICATE}"')
    counts = [f"count(*) FILTER (WHERE {one})" for one in (*present, both)]
    for one in others:
        differs = f"{both} AND {one.differs(tolerance)}"
        counts += [f"count(*) FILTER (WHERE {differs})", f"max({one.distance()}) FILTER (WHERE {differs})"]
    sql = f"SELECT {', '.join(counts)} FROM {sides[0]} FULL JOIN {sides[1]} ON {' AND '.join(conditions)}"
    in_a, in_b, matched, *rest = connection.execute(sql).fetchone() or ()
    found = [
        Difference(table, f"rows only in {side}", count=rows - matched, total=rows)
        for side, rows in (("A", in_a), ("B", in_b))
        if rows > matched
    ]
    found += [
        Difference(table, "values", one.name, count, matched, largest)
        for one, count, largest in zip(others, rest[::2], rest[1::2], strict=True)
        if count
    ]
    return (in_a, in_b), found


def _has_duplicates(connection: duckdb.DuckDBPyConnection, side: str, keys: Sequence[str]) -> bool:
    if not keys:
        return True
    listed = ", ".join(keys)
    sql = f"SELECT 1 FROM {side}_rows GROUP BY {listed} HAVING count(*) > 1 LIMIT 1"
    return connection.execute(sql).fetchone() is not None


def _is_one(type_: str, of: Sequence[str]) -> bool:
    return type_.partition("(")[0] in of


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
