"""Runs the queries of all sections, on the tables of the release and of the one before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pyspark.sql import DataFrame

from bullseye.core.job import Context, Inputs
from bullseye.core.own_tables import RUN
from bullseye.core.parallel import in_parallel
from bullseye.errors import BullseyeError
from bullseye.release.earlier import AsReleased, EarlierRelease
from bullseye.release.release import standing_of
from bullseye.report.listing import Rows
from bullseye.report.section import Declared, Query, Section, Source
from bullseye.settings import Settings

_AT_ONCE = 3
"""Queries at once: on small tables the driver waits more than the cores work."""


@dataclass(frozen=True)
class Results:
    """Rows by section and query: those of the release, and of its compared queries those of `earlier`, the one before."""

    now: Mapping[str, Mapping[str, Rows]] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, Rows]] = field(default_factory=dict)
    earlier: EarlierRelease | None = None


def run_queries(
    sections: Sequence[Section], inputs: Inputs, context: Context, earlier: EarlierRelease | None = None
) -> Results:
    """The rows of all queries. Nothing that is collected grows with the number of customers.

    Raises BullseyeError when a query has more rows than it states, and for a table or setting that is not declared.
    """
    then = AsReleased(earlier, context) if earlier else None
    tasks: dict[tuple[str, str, str], Callable[[], Rows]] = {}
    for section in sections:
        for name, query in section.queries.items():
            if query.even_if_empty or any(_has_rows(table, context) for table in query.tables):
                tasks["now", section.name, name] = _task(section, name, inputs, then, context)
            if then and query.compared:
                tasks["before", section.name, name] = _task(section, name, then, None, context)
    rows = dict(zip(tasks, in_parallel(tasks.values(), at_once=_AT_ONCE, spark=context.spark), strict=True))

    def of(release: str) -> Mapping[str, Mapping[str, Rows]]:
        return {
            section.name: {name: rows.get((release, section.name, name), ()) for name in section.queries}
            for section in sections
        }

    return Results(of("now"), of("before") if then else {}, earlier)


def _has_rows(table: str, context: Context) -> bool:
    """Whether the release has rows of the table; a table that it does not publish may have some."""
    return not context.tables[table].is_published or bool(standing_of(context).rows(table))


def _task(
    section: Section, name: str, tables: Mapping[str, DataFrame], then: AsReleased | None, context: Context
) -> Callable[[], Rows]:
    """The query, to be run later: opening an older version costs Spark jobs too."""
    query = section.queries[name]
    owner = f"query {name} of section {section.name}"

    def run() -> Rows:
        source = Source(
            Declared({table: _read(table, tables, context) for table in query.tables}, owner, "tables"),
            Declared({table: then[table] for table in query.tables_before}, owner, "tables_before") if then else None,
            declared_settings(section, context.settings),
            context.as_of,
        )
        return collect(query, source, owner)

    return run


def _read(table: str, tables: Mapping[str, DataFrame], context: Context) -> DataFrame:
    return standing_of(context).runs() if table == RUN.name else tables[table]


def declared_settings(section: Section, settings: Settings) -> Settings:
    """The files of the settings that a section of the report declares."""
    return settings.only(section.settings, reader=f"section {section.name}", texts=section.settings)


def collect(query: Query, source: Source, owner: str) -> Rows:
    """The rows of a query, ordered here: in Spark that would be two more jobs for a handful of rows.

    Raises BullseyeError when there are more than it states.
    """
    rows = [row.asDict() for row in query.select(source).limit(query.most + 1).collect()]
    if len(rows) > query.most:
        raise BullseyeError(
            f"{owner} of the report has more than {query.most} rows, from {', '.join(query.tables)}\n"
            "  group its rows further, or raise `most` of the query if the driver can hold them"
        )
    return tuple(
        sorted(rows, key=lambda row: tuple(-row[name[1:]] if name[0] == "-" else row[name] for name in query.order))
    )
