"""The notes for a person: decisions, and questions that only they can answer."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.compute as pc

from bullseye.scaffold.entries import UNUSED, Entry
from bullseye.scaffold.history import numbers
from bullseye.scaffold.meaning import Company
from bullseye.scaffold.write import Facts

_ODD = 1000
"""Times the usual quantity that nobody carries home."""


def decisions(facts: Facts, company: Company) -> tuple[str, ...]:
    """What was guessed, in a few lines: roles of columns, figures to compare with, levels and horizons."""
    return tuple(_decisions(facts, company))


def _decisions(facts: Facts, company: Company) -> Iterator[str]:
    past = facts.history
    whose = [seen for seen in (company.lines, company.headers, company.products, company.customers) if seen]
    for seen in whose:
        roles = ", ".join(
            f"{role} = {part.column.name}" + (f" (or {part.rival})" if part.rival else "")
            for role, part in seen.parts.items()
        )
        yield f"{seen.name}: {roles}"
    idle = [
        c.name
        for c in company.lines.survey.columns
        if c.name not in {p.column.name for p in company.lines.parts.values()}
    ]
    if idle:
        yield f"{company.lines.name}: plays no part: {', '.join(idle)}"
    products = f", {past.products:,} products" if past.products else ""
    part = "" if company.lines.survey.whole else "in the part of the files that was looked at: "
    yield (
        f"{part}{past.lines:,} lines on {past.orders:,} receipts of {past.customers:,} customers{products},"
        f" {past.total:,} {facts.currency} in all, {past.first_day} to {past.last_day}"
    )
    if facts.mining:
        yield f"association.yaml: rules between values of {facts.mining.level}: {facts.mining.why}"
    else:
        yield "association.yaml: not written, because no column names a product"
    if facts.lapse.reason:
        yield f"models.yaml: nothing is predicted: {facts.lapse.reason}"
    else:
        yield (
            f"models.yaml: lapse_{facts.lapse.horizon}d: half of the customers who come again do so within"
            f" {max(1, round(past.gap_days))} days"
        )
    if facts.persons is None:
        yield "silver/person.sql: not written, because the files say nothing of customers but their ids"
    for name, why in company.unused.items():
        yield f"{name}: declared and not used: {why}"


def questions(facts: Facts, company: Company) -> tuple[str, ...]:
    """What to look at, each with the file in which it is answered."""
    return tuple(_questions(facts, company))


def _questions(facts: Facts, company: Company) -> Iterator[str]:
    past = facts.history
    if not facts.currency_given:
        yield f"deployment.yaml: are amounts in {facts.currency}?"
    if not facts.local_zone_given:
        yield f"deployment.yaml: are the shops in {facts.local_zone}, the zone of this machine?"
    if past.has_hours and not facts.zoned and not facts.source_zone_given:
        yield f"deployment.yaml: is {facts.time_column} local time of {facts.source_zone}, or of another zone such as UTC?"
    if company.lines.survey.whole:
        yield (
            f"silver/order_line.sql: is {past.total:,} {facts.currency} what was sold from {past.first_day} to {past.last_day}"
            f" to {past.customers:,} customers?"
        )
    amount, price = company.column("amount"), company.column("unit_price")
    if amount is None and price is not None:
        yield f"silver/order_line.sql: is {price.name} the price of one piece? It is multiplied by the quantity."
    discount = company.column("discount")
    if discount is not None:
        yield (
            f"silver/order_line.sql: {discount.name} is shown as a discount and not taken off: is the amount what was"
            " paid, after it?"
        )
    quantity = company.column("quantity")
    if quantity is not None:
        found = numbers(company.lines.survey, quantity)
        largest, usual = pc.max(found).as_py() or 0, pc.quantile(found, 0.5)[0].as_py() or 0
        if largest > _ODD * max(usual, 1):
            yield (
                f"silver/order_line.sql: is {quantity.name} a number of pieces? It reaches {largest:,.0f}; lines that are"
                " money, such as fuel or vouchers, are no items (is_item)"
            )
    if company.column("order") is None:
        yield "silver/order_line.sql: no column is a receipt number; is there one after all?"
    if facts.line.returns:
        yield "silver/order_line.sql: are the negative lines returns?"
    for entry in facts.entries:
        if entry.title != UNUSED:
            yield from _about_source(entry)


def _about_source(entry: Entry) -> Iterator[str]:
    """What the writing of a file leaves open."""
    for declared in entry.columns:
        column = declared.column
        if column.rival and column.writing and declared.value_type != "STRING":
            yield (
                f"sources.yaml: {entry.name}: is {column.name} written as {column.writing.name}, or as"
                f" {column.rival.name}? No value decides."
            )
        if column.misfits and (declared.check or declared.type != "STRING"):
            yield (
                f"sources.yaml: {entry.name}: {column.misfits:,} values of {column.name} are no {column.kind};"
                " their rows will be rejected"
            )
    if entry.options.get("encoding"):
        yield f"sources.yaml: {entry.name} is not UTF-8: are umlauts and accents right in the report?"
    if entry.survey.broken:
        yield f"sources.yaml: {entry.name}: {entry.survey.broken:,} lines are malformed and will be rejected"
