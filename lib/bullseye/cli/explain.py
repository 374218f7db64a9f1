"""Where a table, a column, a tag or another named thing comes from, and what uses it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from bullseye.core.contract import Column, Table
from bullseye.core.entries import Entry
from bullseye.core.job import Job
from bullseye.errors import SettingsError, did_you_mean
from bullseye.settings import Settings, Silver
from bullseye.settings.sources import Sources

Facts = dict[str, Any]
_CUSTOMER = "gold.customer"
_AS_DEFINED = (_CUSTOMER, "features.training_snapshot")
"""Tables whose columns measures.yaml defines."""


def explain(
    name: str, settings: Settings, tables: Mapping[str, Table], jobs: Sequence[Job], entries: Sequence[Entry]
) -> list[Facts]:
    """What is known of everything that has the name: a table, a column (`table.column` or alone), an entry of the
    settings, a job. Each has `kind` and `name`; the other keys depend on the kind.

    Raises SettingsError that names the nearest things when nothing has the name.
    """
    explanations = [_table(table, settings, jobs) for table in tables.values() if name in _names_of(table)]
    # A column that the settings define is explained together with its entry.
    explanations += [
        _entry(entry, settings, tables, entries) for entry in entries if entry.name == name and entry.columns != (name,)
    ]
    explanations += [_job(job) for job in jobs if job.name == name]
    explanations += [
        _column(column, table, settings, jobs, entries)
        for table in tables.values()
        for column in table.columns
        if name in (column.name, f"{table.name}.{column.name}")
    ]
    if not explanations:
        every = {*tables, *(entry.name for entry in entries), *(job.name for job in jobs)}
        every |= {f"{table.name}.{column.name}" for table in tables.values() for column in table.columns}
        every |= {column.name for table in tables.values() for column in table.columns}
        raise SettingsError(
            f"nothing is called {name!r}{did_you_mean(name, sorted(every))}; a table, a column, an entry of"
            f" {settings.folder}/*.yaml or a job can be explained"
        )
    return explanations


def _names_of(table: Table) -> tuple[str, str]:
    return table.name, table.name.partition(".")[2]


def _table(table: Table, settings: Settings, jobs: Sequence[Job]) -> Facts:
    return {
        "kind": "table",
        "name": table.name,
        "holds": table.doc,
        "key": ", ".join(table.key),
        **_origin(table, settings, jobs),
        "read_by": [job.name for job in jobs if table.name in (*job.reads, *job.previous)],
        "columns": {column.name: f"{column.type}  {column.doc}" for column in table.columns},
    }


def _column(column: Column, table: Table, settings: Settings, jobs: Sequence[Job], entries: Sequence[Entry]) -> Facts:
    made_by = [entry for entry in entries if table.name in _AS_DEFINED and column.name in entry.columns]
    return {
        "kind": "column",
        "name": f"{table.name}.{column.name}",
        "type": column.type,
        "means": column.doc,
        "null": "never" if column.required else "possible",
        "defined": {entry.place: {**entry.sql} for entry in made_by},
        "computed_from": _facts(made_by, settings),
        **_origin(table, settings, jobs),
        "used_by": _users({column.name}, entries) if table.name == _CUSTOMER else [],
    }


def _entry(entry: Entry, settings: Settings, tables: Mapping[str, Table], entries: Sequence[Entry]) -> Facts:
    customer = {column.name: column for column in tables[_CUSTOMER].columns}
    return {
        "kind": entry.kind,
        "name": entry.name,
        "means": entry.doc,
        "defined": {entry.place: {**entry.sql}},
        "computed_from": _facts([entry], settings),
        "looks_at": {name: column.doc for name, column in customer.items() if entry.mentions(name)},
        "makes": list(entry.columns),
        "used_by": _mapping(entry, settings) + _users({entry.name, *entry.columns}, entries),
    }


def _job(job: Job) -> Facts:
    return {
        "kind": "job",
        "name": job.name,
        "does": job.doc,
        "reads": list(job.reads) or ["the sources"],
        "reads_of_earlier_runs": list(job.previous),
        "writes": list(job.writes),
        "settings": ["silver/*.sql" if file is Silver else f"{file.file}.yaml" for file in job.settings],
    }


def _origin(table: Table, settings: Settings, jobs: Sequence[Job]) -> Facts:
    """Who writes a table and from what; a canonical table comes from its SQL file and the sources named in it."""
    writer = next((job for job in jobs if table.name in job.writes), None)
    reads = list(writer.reads) if writer else []
    return {"written_by": writer.name if writer else "the engine", "from": reads or _mapped(table.name, settings)}


def _facts(entries: Sequence[Entry], settings: Settings) -> list[str]:
    tables = dict.fromkeys(table for entry in entries for table in entry.reads)
    return [f"{table}: {', '.join(mapped)}" if (mapped := _mapped(table, settings)) else table for table in tables]


def _mapped(table: str, settings: Settings) -> list[str]:
    """The SQL file of a canonical table, and the sources that it names."""
    layer, _, name = table.partition(".")
    sql = settings[Silver].tables.get(name) if layer == "silver" else None
    if sql is None:
        return []
    named = [source for source in settings[Sources].sources if re.search(rf"\b{source.name}\b", sql)]
    return [str(settings.folder / "silver" / f"{name}.sql"), *(f"source {source.name}" for source in named)]


def _mapping(entry: Entry, settings: Settings) -> list[str]:
    """The SQL files that name a source."""
    if entry.kind != "source":
        return []
    tables = [f"silver.{table}" for table in settings[Silver].tables]
    return [_mapped(table, settings)[0] for table in tables if f"source {entry.name}" in _mapped(table, settings)]


def _users(names: Set[str], entries: Sequence[Entry]) -> list[str]:
    return [
        f"{entry.kind} {entry.name} ({entry.place.split()[0]})"
        for entry in entries
        if any(entry.mentions(name) for name in names)
    ]
