"""A section of the report: which small results it needs, and how it shows them.

A topic has one `Section`. It names its queries, each with the number of rows that it may have, and turns their rows into
blocks. The page runs the queries, lays the blocks out, and knows no topic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyspark.sql import DataFrame

from bullseye.errors import BullseyeError
from bullseye.report.blocks import Block, Prose
from bullseye.report.chart import Chart
from bullseye.report.listing import Kind, Listing, Rows
from bullseye.report.wording import Wording
from bullseye.settings import Settings
from bullseye.settings.documents import SettingsFile


class Declared(dict[str, Any]):
    """The tables or rows that a section has declared, by name. Raises BullseyeError for any other name."""

    def __init__(self, values: Mapping[str, Any], owner: str, declared_in: str) -> None:
        super().__init__(values)
        self._owner, self._declared_in = owner, declared_in

    def __missing__(self, name: str) -> Any:
        raise BullseyeError(f"{self._owner} uses {name} without declaring it; add it to its {self._declared_in}")


@dataclass(frozen=True)
class Source:
    """What a query may use: the tables that it names, the settings of its section, and the day of the release.

    `before` has the tables of `Query.tables_before` as the release before showed them; None for the first release.
    """

    tables: Mapping[str, DataFrame]
    before: Mapping[str, DataFrame] | None
    settings: Settings
    as_of: date


def _whole_table(source: Source) -> DataFrame:
    (table,) = source.tables.values()
    return table


@dataclass(frozen=True)
class Query:
    """A result that the driver collects: `most` rows at most, which must not grow with the number of customers.

    `tables` are what `select` reads; without `select`, the rows of the one table. `order` names columns, `-` for falling
    numbers. A `compared` query is also run on the tables of the release before. Where all its tables are empty the query
    is not run and has no rows, unless `even_if_empty`.
    """

    tables: tuple[str, ...]
    most: int
    select: Callable[[Source], DataFrame] = _whole_table
    order: tuple[str, ...] = ()
    compared: bool = False
    tables_before: tuple[str, ...] = ()
    even_if_empty: bool = False


@dataclass(frozen=True)
class SectionData:
    """What a section is made of: the rows of its queries, its settings, and the rows of every published table.

    The same of the release before has only the rows of `compared` queries.
    """

    rows: Mapping[str, Rows]
    settings: Settings
    published: Mapping[str, int]
    as_of: date
    wording: Wording


@dataclass(frozen=True)
class Figure:
    """A number now and in the release before, None where there is none."""

    name: str
    now: Any
    before: Any
    kind: Kind = "whole"


@dataclass(frozen=True)
class Highlight:
    """A figure of the summary: its value now, and by how much that is more or less, as text. `direction` is its sign."""

    name: str
    now: str
    difference: str
    direction: int


@dataclass(frozen=True)
class Changes:
    """What is different from the release before: highlights, figures side by side, charts and tables."""

    highlights: tuple[Highlight, ...] = ()
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Listing, ...] = ()


@dataclass(frozen=True)
class CustomerLists:
    """Files of customers next to the report, as CSV: ids, numbers and reasons, no person's data.

    The rows of `table` that meet `where`, the first in `order` (SQL, `-` before it for
    falling values), with these columns: one file for each value of `by`,
    or one where it is None. With `by`, `rank` is the place in the file from 1. `sorted_by` names the columns by which rows
    are sorted in the file. `file` is its name, `{}` the value; `title` gives its heading from the value. `totals` gives, by
    value, how many rows the table has of it: a file has at most `deployment.max_list_rows`. `texts` are more columns, made
    from a row in the words and numbers of the deployment.
    """

    table: str
    columns: tuple[str, ...]
    file: str
    title: Callable[[str], str]
    about: str
    totals: Callable[[SectionData], Mapping[str, int]]
    by: str | None = None
    texts: Mapping[str, Callable[[Mapping[str, Any], Wording], str]] = field(default_factory=dict, hash=False)
    where: str = "true"
    order: tuple[str, ...] = ("customer_id",)
    sorted_by: tuple[str, ...] = ("rank",)


@dataclass(frozen=True)
class Section:
    """One topic's part of the report.

    `chapter` is the part of the page that it belongs to; `settings` are the files of the settings that its queries
    and blocks read. A section without blocks is left out. `changes` compares with the release before, given second;
    `health` is a sentence about the state of the run; `lists` are the files of customers that come with it.
    """

    name: str
    chapter: str
    blocks: Callable[[SectionData], Iterable[Block]]
    queries: Mapping[str, Query] = field(default_factory=dict)
    settings: tuple[type[SettingsFile], ...] = ()
    changes: Callable[[SectionData, SectionData], Changes] | None = None
    health: Callable[[SectionData], Prose | None] | None = None
    lists: tuple[CustomerLists, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """A part of the page, with a heading and a link in the navigation; `link` is its text where the heading is too long."""

    id: str
    title: str
    link: str = ""
