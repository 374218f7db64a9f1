"""Reads the tables of a lake without Spark (deltalake), for commands that have to answer at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.fs import DeltaStorageHandler

from bullseye.errors import LakeError, did_you_mean
from bullseye.migration.lake_format import FILE, has_old_names, old_names
from bullseye.renames import RENAMES

Row = dict[str, Any]


@dataclass(frozen=True)
class Released:
    """The newest release: Delta version and number of rows of each of its tables."""

    release_id: str
    released_at: datetime
    as_of: date
    versions: Mapping[str, int]
    rows: Mapping[str, int]


class Reader:
    """The tables below a lake's root, which may be a path or a URI that deltalake knows."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")

    def path(self, table: str) -> str:
        """Folder or URI of a table; Hadoop's name for S3 is s3a, everyone else's s3."""
        where = f"{self.root}/{table.replace('.', '/')}"
        return f"s3://{where.removeprefix('s3a://')}" if where.startswith("s3a://") else where

    def has_old_names(self) -> bool:
        """Whether tables of the lake have the names of an earlier version; raises LakeError for one of a later version."""
        return has_old_names(self.root, self._text(FILE), exists=self.exists, old_tables=RENAMES.tables)

    def require_names(self) -> None:
        """Raises LakeError where the tables of the lake do not have the names of this version."""
        if self.has_old_names():
            raise old_names(self.root)

    def _text(self, name: str) -> str | None:
        """The text of a file below the root; None where there is none."""
        if "://" not in self.root:
            file = Path(self.root) / name
            return file.read_text(encoding="utf-8") if file.exists() else None
        root = self.root.replace("s3a://", "s3://", 1)
        try:
            content: bytes = DeltaStorageHandler(root).open_input_file(name).read()
        except FileNotFoundError:
            return None
        return content.decode()

    def exists(self, table: str) -> bool:
        with _readable(table, self.path(table)):
            return DeltaTable.is_deltatable(self.path(table))

    def open(self, table: str, version: int | None = None) -> DeltaTable:
        """A table at a version, or at its newest one.

        Raises LakeError when it is not there, not at that version any more, or damaged.
        """
        try:
            with _readable(table, self.path(table)):
                return DeltaTable(self.path(table), version=version)
        except TableNotFoundError as error:
            raise LakeError(
                f"{table} is not in the lake {self.root}; run the suite for it: bullseye run, or name another lake: --lake"
            ) from error

    def columns(self, table: str) -> list[str]:
        """Names of the columns of a table that exists."""
        return [field.name for field in self.open(table).schema().fields]

    def query(self, sql: str, **tables: DeltaTable) -> list[Row]:
        """The rows of a query over tables by the names given to them.

        Raises LakeError when the query does not fit the tables, or when a version's files have been removed.
        """
        builder = QueryBuilder()
        for name, table in tables.items():
            builder.register(name, table)
        try:
            answer: list[Row] = pa.table(builder.execute(sql).read_all()).to_pylist()
            return answer
        except Exception as error:
            text = str(error)
            if "not found" in text.lower() and ".parquet" in text:
                raise LakeError(f"files of the version asked for have been removed; {_GONE}") from error
            if "Parquet" in text and not _on_a_value(text):
                file = re.search(r"[^/\s]+\.parquet", text)
                raise LakeError(
                    f"a file is damaged: {file[0] if file else 'its name is not known'}; {_MEND}"
                ) from error
            unknown = re.search(r'No field named (?:rows\.)?"?([^\s".]+)', text)
            names = [field.name for table in tables.values() for field in table.schema().fields]
            reason = (
                f"there is no column {unknown[1]!r}{did_you_mean(unknown[1], names)}" if unknown else _mistake(text)
            )
            raise LakeError(f"the query does not fit the table: {reason}") from error

    def rows(self, sql: str, table: str) -> list[Row]:
        """Rows of a query over one table, which it calls `rows`; none where the table is not there."""
        if not self.exists(table):
            return []
        return self.query(sql, rows=self.open(table))

    def released(self) -> Released | None:
        """The newest release of the newest day that was not withdrawn, as the views show it; None where there is none."""
        withdrawn = {row["release_id"] for row in self.rows("SELECT release_id FROM rows", "ops.withdrawal")}
        rows = [row for row in self.rows("SELECT * FROM rows", "ops.release") if row["release_id"] not in withdrawn]
        if not rows:
            return None
        # Order of commits, which the number states; lists from before releases had numbers have no such column.
        rows.sort(key=lambda row: (row["as_of"], row.get("number") or 0, row["released_at"], row["release_id"]))
        first = rows[-1]
        of_it = [row for row in rows if row["release_id"] == first["release_id"]]
        return Released(
            first["release_id"],
            first["released_at"],
            first["as_of"],
            {row["table"]: row["version"] for row in of_it},
            {row["table"]: row["rows"] for row in of_it},
        )


@contextmanager
def _readable(table: str, path: str) -> Iterator[None]:
    """Raise LakeError that names the table, where its log cannot be read."""
    try:
        yield
    except TableNotFoundError:
        raise
    except (DeltaError, OSError) as error:
        text = str(error)
        if version := re.search(r"specified end version (\d+)|[Ii]nvalid table version:? (\d+)", text):
            raise LakeError(f"{table} has no version {version[1] or version[2]} any more; {_GONE}") from error
        why = next((why for pattern, why in _DAMAGE.items() if re.search(pattern, text)), text.splitlines()[0])
        raise LakeError(f"{table} cannot be read: {why} ({path}); {_MEND}") from error


def _mistake(text: str) -> str:
    """What is wrong with a query; only a kind of error whose text holds no values of rows is shown as it is."""
    if why := _on_a_value(text):
        return why
    return " ".join(text.split()) if text.startswith(_PLANNING) else "it fails on a value of a row"


def _on_a_value(text: str) -> str | None:
    return next((why for pattern, why in _VALUES.items() if re.search(pattern, text)), None)


_DAMAGE = {
    "Json error": "a commit of its log is damaged or cut short",
    "No table metadata or protocol|not contiguous|gap": "commits of its log are missing",
    "Not a directory|Invalid table location": "there is a file where its folder should be",
    "[Pp]ermission denied": "this user has no right to read it",
}
_PLANNING = ("Error during planning", "Schema error", "SQL error", "This feature is not implemented")
_VALUES = {
    r"Cast ?[Ee]rror": "a value cannot be cast to the type asked for; try_cast gives NULL for it",
    r"Error parsing timestamp": "a text is not a time; try_cast gives NULL for it",
    r"Divide ?[Bb]y ?[Zz]ero": "a division by zero; nullif(x, 0) gives NULL",
    r"evaluating filter predicate": "it fails on a value of a row",
    r"regex parse error": "a regular expression is not complete",
}
_MEND = "restore the table from a backup, or remove its folder and run the suite again with --force"
_GONE = "VACUUM has removed what it was made of: publish a new release (publish_release --force), or read the newest version"
