"""The SQL of silver/order_line.sql, from the columns that play a part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from bullseye.scaffold.declare import literal
from bullseye.scaffold.entries import Entry
from bullseye.scaffold.history import numbers
from bullseye.scaffold.meaning import Company, Seen
from bullseye.scaffold.names import quoted, shown, words
from bullseye.scaffold.roles import vocabulary

_ALIASES = ("l", "h")
_CENTS = "DECIMAL(18, 2)"
_ZERO = f"CAST(0 AS {_CENTS})"


@dataclass(frozen=True)
class OrderLine:
    """The parts of the statement: columns of the first step by name, those of the second, conditions, and notes."""

    source: str
    join: str
    named: Mapping[str, str]
    canonical: Mapping[str, str]
    where: tuple[str, ...]
    notes: tuple[str, ...]
    returns: bool
    """True where lines with a negative amount or quantity were met."""


def order_line(company: Company, entries: Mapping[str, Entry], *, has_hours: bool) -> OrderLine:
    """How the files become `silver.order_line`."""
    notes: list[str] = []
    made = _Lines(company, entries)
    named = {"customer_id": made.value("customer")}
    named["ordered_at"], note = _ordered_at(made, has_hours=has_hours)
    notes.append(note)
    if order := made.value("order"):
        named["order_id"] = order
    for role, name in (
        ("product", "product_id"),
        ("quantity", "quantity"),
        ("store", "store_id"),
        ("channel", "channel"),
    ):
        if value := made.value(role):
            named[name] = value
    named["amount"], note = _amount(made)
    notes.append(note)
    for role in ("discount", "coupon_discount", "coupon_match"):
        if value := made.value(role):
            negative = company.column(role).negative  # type: ignore[union-attr]  # a value has a column
            named[role] = f"coalesce({f'abs({value})' if negative else value}, 0)"
    line, note, first = _line_id(made)
    notes.append(note)
    named |= first
    returns, note = _returns(made)
    notes += [note] if note else []
    if "order_id" not in named:
        notes.append("No column holds a receipt number: what one customer bought at one time counts as one receipt.")
    where, more = _conditions(made, named)
    notes += more
    bought = "amount >= 0 AND quantity > 0" if "quantity" in named else "amount >= 0"
    item = bought if returns else "true"
    canonical = {
        "party_id": "concat('customer:', customer_id)",
        "order_id": "order_id" if "order_id" in named else "concat_ws('|', customer_id, CAST(ordered_at AS STRING))",
        "line_id": line,
        "ordered_at": "ordered_at",
        "day": "CAST(from_utc_timestamp(ordered_at, '{local_zone}') AS DATE)",
        "hour": "hour(from_utc_timestamp(ordered_at, '{local_zone}'))",
        "product_id": "product_id" if "product_id" in named else "CAST(NULL AS STRING)",
        "is_item": f"coalesce({item}, false)" if returns else item,
        "quantity": _quantity(named, item if returns else ""),
        "amount": f"CAST(amount AS {_CENTS})",
        "loyalty_discount": f"CAST(discount AS {_CENTS})" if "discount" in named else _ZERO,
        "coupon_discount": f"CAST(coupon_discount AS {_CENTS})" if "coupon_discount" in named else _ZERO,
        "coupon_match_discount": f"CAST(coupon_match AS {_CENTS})" if "coupon_match" in named else _ZERO,
        "on_promotion": "CAST(NULL AS BOOLEAN)",
        "store_id": "store_id" if "store_id" in named else "CAST(NULL AS STRING)",
        "channel": "channel" if "channel" in named else "CAST(NULL AS STRING)",
    }
    return OrderLine(company.lines.name, made.join(), named, canonical, tuple(where), tuple(notes), returns)


class _Lines:
    """Columns of the lines (l) and their headers (h) as SQL, by role."""

    def __init__(self, company: Company, entries: Mapping[str, Entry]) -> None:
        self.company = company
        self.entries = entries

    def value(self, role: str) -> str:
        """SQL of a role's value; empty where no column plays it."""
        owner = self.company.owner(role)
        return self.of(owner, role) if owner else ""

    def of(self, owner: Seen, role: str) -> str:
        alias = _ALIASES[0] if owner.name == self.company.lines.name else _ALIASES[1]
        return self.entries[owner.name].of(owner.parts[role].column).sql(alias)

    def join(self) -> str:
        headers = self.company.headers
        if headers is None:
            return ""
        return f"JOIN {headers.name} AS h ON {self.of(self.company.lines, 'order')} = {self.of(headers, 'order')}"


def _ordered_at(made: _Lines, *, has_hours: bool) -> tuple[str, str]:
    column, value = made.company.column("time"), made.value("time")
    assert column is not None  # what makes a company
    if column.kind == "time" and ((column.writing and column.writing.zoned) or column.stored == "TIMESTAMP"):
        return value, f"{column.name} carries its zone, so that it is an instant as it stands."
    if column.kind == "time":
        return f"to_utc_timestamp({value}, '{{source_zone}}')", (
            f"{column.name} carries no zone: it is read as a time of source_zone in deployment.yaml."
        )
    if has_hours:
        both = f"try_cast(concat(CAST({value} AS STRING), ' ', {made.value('clock')}) AS TIMESTAMP)"
        return (
            f"to_utc_timestamp({both}, '{{source_zone}}')",
            f"The day is in {column.name}, the time of day in another column.",
        )
    return f"to_utc_timestamp(CAST({value} AS TIMESTAMP), '{{local_zone}}')", (
        f"{column.name} is a day without a time: every purchase counts as made at midnight, and hours mean nothing."
    )


def _amount(made: _Lines) -> tuple[str, str]:
    column = made.company.column("amount")
    if column:
        rest = "; it is taken for the whole line, not for one piece" if made.company.column("quantity") else ""
        return made.value("amount"), f"The amount is {column.name}{rest}."
    price, quantity = made.company.column("unit_price"), made.company.column("quantity")
    assert price is not None and quantity is not None  # noqa: PT018  what makes a company
    return f"{made.value('unit_price')} * {made.value('quantity')}", (
        f"No column holds the amount of a line: it is {price.name} times {quantity.name}."
    )


def _line_id(made: _Lines) -> tuple[str, str, dict[str, str]]:
    """SQL of the line id, a note, and what the first step needs for it."""
    lines = made.company.lines
    survey, order = lines.survey, lines.column("order")
    for role in ("line", "product"):
        column = lines.column(role)
        if order and column and survey.is_unique((order.name, column.name)):
            note = f"{column.name} tells the lines of a receipt apart."
            return ("product_id", note, {}) if role == "product" else ("line_id", note, {"line_id": made.value(role)})
    if order and survey.is_unique((order.name,)):
        return "'1'", "A receipt is one row.", {}
    listed = ", ".join(f"l.{quoted(column.column.name)}" for column in made.entries[lines.name].columns)
    return (
        "CAST(row_number() OVER (PARTITION BY {order} ORDER BY contents) AS STRING)".replace(
            "{order}", "order_id" if order else "customer_id, ordered_at"
        ),
        "No column tells the lines of a receipt apart: they are counted, in the order of their contents.",
        {"contents": f"struct({listed})"},
    )


def _returns(made: _Lines) -> tuple[bool, str]:
    shares = [c.negative for role in ("amount", "quantity", "unit_price") if (c := made.company.column(role))]
    share = max(shares, default=0.0)
    if not share:
        return False, ""
    note = (
        f"{shown(share)} of the lines are negative: returns. Their money is taken off, and they are no items: a basket with"
        " a return in it does not say what is bought together, and units are those that were bought."
    )
    prefix = cancelled_prefix(made.company)
    return True, note + (f" Most of their ids begin with {prefix}: cancellations of a receipt." if prefix else "")


def cancelled_prefix(company: Company) -> str:
    """The beginning of the order ids of negative lines, where four fifths have it and next to no other line."""
    owner, order = company.lines, company.lines.column("order")
    number = next((c for role in ("quantity", "amount") if (c := owner.column(role)) and c.negative), None)
    if order is None or number is None:
        return ""
    ids, minus = owner.survey.rows.column(order.name), pc.less(numbers(owner.survey, number), 0)
    for prefix in vocabulary().cancelled_prefixes:
        begins = pc.starts_with(ids, prefix)
        inside, outside = (
            pc.mean(pc.cast(begins.filter(rows), "int8")).as_py() or 0 for rows in (minus, pc.invert(minus))
        )
        if inside >= 0.8 and outside <= 0.01:
            return prefix
    return ""


def _quantity(named: Mapping[str, str], item: str) -> str:
    if "quantity" not in named:
        return "CAST(NULL AS DECIMAL(18, 3))"
    return f"CAST(CASE WHEN {item} THEN quantity END AS DECIMAL(18, 3))" if item else "CAST(quantity AS DECIMAL(18, 3))"


def _conditions(made: _Lines, named: dict[str, str]) -> tuple[list[str], list[str]]:
    """Which lines are left out, and why."""
    where, notes = [], []
    for role, name in (
        ("customer", "customer_id"),
        ("order", "order_id"),
        ("time", "ordered_at"),
        ("amount", "amount"),
    ):
        column = made.company.column(role)
        if column and column.missing:
            where.append(f"{name} IS NOT NULL")
            notes.append(
                f"{shown(column.missing)} of the rows have no {column.name}: they are left out, and counted in ops.quality."
                + (
                    " Nobody knows who bought; money of unknown customers is not in the customer table."
                    if role == "customer"
                    else ""
                )
            )
    for role in ("unit_price", "quantity"):
        column = made.company.column(role)
        if column and column.missing and not made.company.column("amount"):
            where.append("amount IS NOT NULL")
    status = made.company.column("status")
    cancelled = list(_cancelled(status.examples)) if status else []
    if status and cancelled:
        named["status"] = made.value("status")
        listed = ", ".join(literal(value) for value in cancelled)
        where.append(f"coalesce(status NOT IN ({listed}), true)")
        notes.append(f"Orders whose {status.name} is {', '.join(cancelled)} did not come about and are left out.")
    return list(dict.fromkeys(where)), notes


def _cancelled(values: tuple[str, ...]) -> Iterator[str]:
    known = vocabulary().cancelled
    return (value for value in values if any(word in known for word in words(value)))
