"""Lists of customers next to the report, as CSV: ids, numbers and reasons, no person's data."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, Row, Window
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.spreadsheet import write_csv
from bullseye.release.release import standing_of
from bullseye.report.section import CustomerLists, Section, SectionData
from bullseye.settings import Deployment

ListRows = Mapping[CustomerLists, Mapping[str, Sequence[Row]]]
"""By kind of list and value of its `by` the rows; the value is empty where there is one list."""


@dataclass(frozen=True)
class CustomerList:
    """A file of at most `deployment.max_list_rows` rows, `of` how many there are; `path` is relative to the report."""

    path: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: int
    of: int
    text: str


def list_rows(sections: Iterable[Section], inputs: Inputs, context: Context) -> ListRows:
    """The rows, in a query for each kind of list that has any: all that the driver ever holds of customers."""
    kinds = [kind for section in sections for kind in section.lists]
    return {kind: _rows(kind, inputs, context) for kind in kinds if standing_of(context).rows(kind.table)}


def _rows(kind: CustomerLists, inputs: Inputs, context: Context) -> Mapping[str, Sequence[Row]]:
    most = context.settings[Deployment].max_list_rows
    rows, order = inputs[kind.table].where(kind.where), [_ordered(one) for one in kind.order]
    if kind.by is None:
        first = rows.orderBy(*order).limit(most)
    else:
        place = F.row_number().over(Window.partitionBy(kind.by).orderBy(*order))
        first = rows.withColumn("rank", place).where(F.col("rank") <= most)
    names = dict.fromkeys((*filter(None, [kind.by]), *kind.sorted_by, *kind.columns))
    by_value: dict[str, list[Row]] = {}
    for row in first.select(*names).collect():
        by_value.setdefault(row[kind.by] if kind.by else "", []).append(row)
    return {
        value: sorted(by_value[value], key=lambda row: tuple(row[name] for name in kind.sorted_by))
        for value in sorted(by_value)
    }


def _ordered(sql: str) -> Column:
    """A column of `order`: an expression, with `-` before it for falling values."""
    return F.expr(sql[1:]).desc() if sql.startswith("-") else F.expr(sql)


def customer_lists(
    sections: Iterable[Section], rows: ListRows, now: Mapping[str, SectionData], *, folder: str
) -> tuple[CustomerList, ...]:
    """The lists of the sections, without empty ones; `now` is what each section is made of, by its name."""
    return tuple(
        _list(kind, value, members, folder, now[section.name])
        for section in sections
        for kind in section.lists
        for value, members in rows.get(kind, {}).items()
    )


def _list(kind: CustomerLists, value: str, rows: Sequence[Row], folder: str, data: SectionData) -> CustomerList:
    # no name of the settings has a dash
    path = f"{folder}/{kind.file.format(value)}.csv"
    columns = (*kind.columns, *kind.texts)
    lines = [
        [*(row[name] for name in kind.columns), *(text(row.asDict(), data.wording) for text in kind.texts.values())]
        for row in rows
    ]
    text = io.StringIO()
    write_csv(text, columns, lines)
    of = kind.totals(data)[value]
    return CustomerList(path, kind.title(value), kind.about, columns, len(rows), of, text.getvalue())
