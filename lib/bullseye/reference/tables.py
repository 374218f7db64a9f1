"""The contracts as a page."""

from __future__ import annotations

from collections.abc import Iterable

from bullseye.core.contract import Column, Table
from bullseye.reference.markdown import cell

_HEAD = """# Tables

Made from the contracts of `conf/{name}` by `scripts/docs --reference`; do not edit. The columns of
`features.party_day`, `features.training_snapshot` and `gold.customer` follow from `measures.yaml`, so that another
deployment has others. Every column's text is also its comment in the table. Required columns are never NULL.
"""


def page(name: str, tables: Iterable[Table]) -> str:
    """All tables in their layers' order, each with key, layout and columns."""
    return "\n".join([_HEAD.format(name=name), *(_table(table) for table in tables)])


def _table(table: Table) -> str:
    layout = [f"Key: {', '.join(table.key)}." if table.key else "One row."]
    if table.slice:
        layout.append(f"Rewritten by {table.slice}.")
    if table.by_month:
        layout.append("Partitioned by month.")
    if table.is_registry:
        layout.append("Only added to.")
    lines = [
        f"## {table.name}",
        "",
        table.doc,
        "",
        " ".join(layout),
        "",
        "| column | type | required | meaning |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_row(column) for column in table.columns), ""])


def _row(column: Column) -> str:
    return f"| `{column.name}` | {column.type} | {'yes' if column.required else ''} | {cell(column.doc)} |"
