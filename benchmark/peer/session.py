"""The database that the peer works in, and the Delta tables that it writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import write_deltalake

from bullseye.settings import Settings
from bullseye.settings.deployment import Deployment

# Spark's functions that the settings use, by DuckDB's.
_MACROS = (
    "log1p(x) AS ln(1 + x)",
    "signum(x) AS sign(x)",
    "date_format(d, pattern) AS strftime(d, replace(pattern, 'EEE', '%a'))",
)
_CAST_TEXT = re.compile(r"\bAS STRING\b", re.IGNORECASE)


@dataclass(frozen=True)
class Peer:
    """What all steps share."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    paths: dict[str, str]
    lake: Path

    def sql(self, text: str) -> None:
        """Run statements that give nothing back."""
        self.connection.execute(text)

    def row(self, text: str) -> dict[str, object]:
        """The one row of a query."""
        found = self.connection.execute(text)
        names = [column[0] for column in found.description or ()]
        return dict(zip(names, found.fetchone() or (), strict=True))

    def as_of(self) -> date:
        """The last local day whose orders reach `complete_after`."""
        rule, zone = self.settings[Deployment].as_of, self.settings[Deployment].local_zone
        last = self.row(f"SELECT timezone('{zone}', max(ordered_at)) AS last FROM order_line")["last"]
        found = self.row(
            f"SELECT CASE WHEN TIMESTAMP '{last}'::TIME >= TIME '{rule.complete_after}' THEN DATE '{last}'"
            f" ELSE DATE '{last}' - 1 END AS day"
        )["day"]
        assert isinstance(found, date)
        return found

    def write(self, table: str, query: str, *, by: str | None = None) -> None:
        """Write the rows of a query as a Delta table, in batches as they come."""
        rows = self.connection.execute(query).to_arrow_reader(200_000)
        self.write_rows(table, rows, by=by)

    def write_rows(self, table: str, rows: pa.Table | pa.RecordBatchReader, *, by: str | None = None) -> None:
        """Write rows as a Delta table in place of what is there."""
        layer, _, name = table.partition(".")
        write_deltalake(
            str(self.lake / layer / name),
            rows,
            mode="overwrite",
            schema_mode="overwrite",
            partition_by=[by] if by else None,
        )


def connect(file: Path, *, memory: str) -> duckdb.DuckDBPyConnection:
    """A database in a file, which spills beside it."""
    connection = duckdb.connect(str(file), config={"memory_limit": memory, "temp_directory": f"{file}.spill"})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    for macro in _MACROS:
        connection.execute(f"CREATE OR REPLACE MACRO {macro}")
    return connection


def in_duckdb(sql: str) -> str:
    """An expression of the settings as DuckDB understands it."""
    return _CAST_TEXT.sub("AS VARCHAR", sql)
