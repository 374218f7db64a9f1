"""Two generated banks that the tests read: a small one for what files hold, a larger one for figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.csv
import pytest

from synthetic.bank.generate import generate
from synthetic.bank.layout import Layout
from synthetic.bank.layouts import layouts

PERSONS, MANY_PERSONS = 2_000, 20_000
_SQL_TYPES = {
    "text": "VARCHAR",
    "number": "BIGINT",
    "fraction": "DOUBLE",
    "money": "DECIMAL(18, 2)",
    "date": "DATE",
    "time": "TIMESTAMP",
}


@dataclass(frozen=True)
class Bank:
    """The folders of a bank, and every file as a table: core/transactions is core_transactions, the truth is truth_persons."""

    folder: Path
    truth: Path
    tables: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.tables.execute(sql).fetchall()

    def row(self, sql: str) -> tuple[float, ...]:
        (found,) = self.tables.execute(sql).fetchall()
        return found


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    yield from _bank(tmp_path_factory.mktemp("small"), PERSONS)


@pytest.fixture(scope="session")
def large_bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    yield from _bank(tmp_path_factory.mktemp("large"), MANY_PERSONS)


def _bank(folder: Path, persons: int) -> Iterator[Bank]:
    truth = generate(folder / "bank", persons=persons, seed=7)
    with duckdb.connect() as tables:
        tables.execute("SET TimeZone = 'Asia/Shanghai'")
        for layout in layouts().values():
            if layout.name == "core/parties":  # the only one with signs that DuckDB does not read
                tables.register(_name(layout), _decoded(layout, folder / "bank"))
            else:
                tables.execute(f"CREATE VIEW {_name(layout)} AS {_select(layout, folder / 'bank', truth)}")
        yield Bank(folder / "bank", truth, tables)


def _name(layout: Layout) -> str:
    return layout.name.replace("/", "_") if "/" in layout.name else f"truth_{layout.name}"


def _decoded(layout: Layout, folder: Path) -> pyarrow.Table:
    read = pyarrow.csv.ReadOptions(encoding=layout.encoding)
    types = pyarrow.csv.ConvertOptions(
        column_types=layout.schema(), strings_can_be_null=True, quoted_strings_can_be_null=False
    )
    files = sorted((folder / layout.name).iterdir())
    return pyarrow.concat_tables(
        [pyarrow.csv.read_csv(path, read_options=read, convert_options=types) for path in files]
    )


def _select(layout: Layout, folder: Path, truth: Path) -> str:
    base = folder if "/" in layout.name else truth
    files = f"{base / layout.name}{'' if layout.cut == 'list' else '/*'}.{layout.format}"
    if layout.format == "parquet":
        return f"FROM read_parquet('{files}')"
    columns = {column.name: _SQL_TYPES[column.type] for column in layout.columns}
    # With a guessed form of dates, all rows of some files would be errors.
    told = f"header = true, auto_detect = false, columns = {columns}, ignore_errors = true"
    return f"FROM read_csv('{files}', {told})"
