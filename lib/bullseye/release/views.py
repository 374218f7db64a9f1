"""SQL views of a release: each shows one table at the version that the release names, for its day only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bullseye.core.contract import Column, Table
from bullseye.release.release import Release, Released

SCHEMA = "bullseye"
"""Schema of the views in Spark and Trino; DuckDB has them in its default one."""

Dialect = Callable[[Release, Mapping[str, Table]], str]


def views(release: Release, tables: Mapping[str, Table]) -> dict[str, str]:
    """The files of all dialects, by their path below the lake's root."""
    return {f"views/{name}.sql": write(release, tables) for name, write in DIALECTS.items()}


def spark(release: Release, tables: Mapping[str, Table]) -> str:
    """Views of a database, with all comments; run by `spark-sql -f`, or statement by statement."""

    def view(released: Released, table: Table) -> str:
        return f"{spark_view(release, released, table, name=f'{SCHEMA}.{_view(table)}')};\n"

    head = "The session needs Delta: spark.sql.extensions and the catalog as in conf/spark."
    return _file(release, tables, view, head, [f"CREATE DATABASE IF NOT EXISTS {SCHEMA};\n"])


def spark_view(release: Release, released: Released, table: Table, *, name: str) -> str:
    """The statement that creates or replaces a view of one table of a release, with all comments."""
    columns = ",\n".join(f"  {_ticked(c.name)} COMMENT {_backslashed(c.doc)}" for c in table.columns)
    return (
        f"CREATE OR REPLACE VIEW {name} (\n{columns}\n)\nCOMMENT {_backslashed(table.doc)}\n"
        f"AS SELECT {_names(table.columns, _ticked)}\n"
        f"FROM delta.{_ticked(released.path)} VERSION AS OF {released.version}{_where(release, table)}"
    )


def duckdb(release: Release, tables: Mapping[str, Table]) -> str:
    """Views with all comments; delta_scan of the extension delta reads an old version (tried with DuckDB 1.5.5)."""

    def view(released: Released, table: Table) -> str:
        name = _view(table)
        comments = [f"COMMENT ON COLUMN {name}.{_quoted(c.name)} IS {_doubled(c.doc)};\n" for c in table.columns]
        return (
            f"CREATE OR REPLACE VIEW {name} AS SELECT {_names(table.columns, _quoted)}\n"
            f"FROM delta_scan({_doubled(_s3(released.path))}, version => {released.version}){_where(release, table)};\n"
            f"COMMENT ON VIEW {name} IS {_doubled(table.doc)};\n{''.join(comments)}"
        )

    head = (
        "DuckDB loads its extension delta by itself where it may fetch it; otherwise LOAD it first, from the file that"
        " the Python package duckdb-extension-delta brings."
    )
    return _file(release, tables, view, head, [])


def trino(release: Release, tables: Mapping[str, Table]) -> str:
    """Views in the catalog `delta` over tables that are registered once.

    Columns show the comments of the tables below: the statement that makes a view takes none for its columns.
    """

    def view(one: Released, table: Table) -> str:
        return (
            f"CREATE OR REPLACE VIEW delta.{SCHEMA}.{_view(table)} COMMENT {_doubled(table.doc)}\n"
            f"AS SELECT {_names(table.columns, _quoted)}\n"
            f"FROM delta.{SCHEMA}.{_view(table)}_versions FOR VERSION AS OF {one.version}{_where(release, table)};\n"
        )

    def register(one: Released) -> str:
        table, location = _doubled(f"{_view(tables[one.table])}_versions"), _doubled(_located(one.path))
        return (
            f"-- CALL delta.system.register_table(schema_name => {_doubled(SCHEMA)}, table_name => {table},"
            f" table_location => {location});\n"
        )

    head = (
        "The catalog is called delta and has the Delta Lake connector, of a Trino that reads old versions of tables (since"
        " April 2024).\n-- Once, with delta.register-table-procedure.enabled=true among its properties, the tables are"
        " registered by the statements in comments;\n-- a location on disk depends on local.location of the catalog."
    )
    once = "".join(register(one) for one in release.tables)
    return _file(release, tables, view, head, [f"CREATE SCHEMA IF NOT EXISTS delta.{SCHEMA};\n", once])


DIALECTS: Mapping[str, Dialect] = {"spark": spark, "duckdb": duckdb, "trino": trino}


def _file(
    release: Release,
    tables: Mapping[str, Table],
    view: Callable[[Released, Table], str],
    head: str,
    before: Iterable[str],
) -> str:
    says = (
        f"-- Release {release.release_id} of {release.as_of}, published {release.released_at:%Y-%m-%d %H:%M} UTC."
        f" Made by publish_release: changes are lost.\n-- {head}\n"
    )
    return "\n".join([says, *before, *(view(one, tables[one.table]) for one in release.tables)])


def _view(table: Table) -> str:
    return table.name.replace(".", "_")


def _where(release: Release, table: Table) -> str:
    return f"\nWHERE as_of = DATE '{release.as_of}'" if table.slice == "as_of" else ""


def _names(columns: Iterable[Column], quote: Callable[[str], str]) -> str:
    return ", ".join(quote(column.name) for column in columns)


def _ticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _doubled(text: str) -> str:
    """A string literal of standard SQL."""
    return "'" + text.replace("'", "''") + "'"


def _backslashed(text: str) -> str:
    """A string literal of Spark."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _s3(path: str) -> str:
    """Hadoop's name for S3 is s3a, everyone else's s3."""
    return "s3://" + path.removeprefix("s3a://") if path.startswith("s3a://") else path


def _located(path: str) -> str:
    """A plain path as the URI that Trino asks for."""
    return _s3(path) if "://" in path else f"local://{path}"
