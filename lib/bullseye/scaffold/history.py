"""What the receipts say as a whole: how many, of whom, over which days. Windows, models and rules are chosen by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from bullseye.scaffold.meaning import Company
from bullseye.scaffold.survey import Column, Survey

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EARLY = 0.1
"""Share of the days that may end earlier than the time at which a day counts as complete."""


@dataclass(frozen=True)
class History:
    """Figures of the receipts that were read: a person can compare them with what they know."""

    lines: int
    orders: int
    customers: int
    products: int
    total: Decimal
    """Sum of the amounts of all lines, those without a customer too."""
    first_day: date
    last_day: date
    seen: pa.Table = field(repr=False)
    """One row per customer and day with a purchase."""
    gap_days: float
    """Median over customers of the mean days between their days with a purchase; 0 where nobody came twice."""
    has_hours: bool
    complete_after: time

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1


def history(company: Company, *, source_zone: str, local_zone: str) -> History:
    """The figures, from the rows that were looked at."""
    owner, times = company.owner("time"), company.column("time")
    assert owner is not None and times is not None  # noqa: PT018  what makes a company
    days, hours = days_and_hours(owner.survey, times, company.column("clock"))
    first, last = pc.min(days).as_py(), pc.max(days).as_py()
    has_hours = hours is not None
    seen = customer_days(company, days)
    zone = "UTC" if times.writing and times.writing.zoned else source_zone
    return History(
        lines=company.lines.survey.rows.num_rows,
        orders=_orders(company, days),
        customers=_distinct(company, "customer"),
        products=_distinct(company, "product"),
        total=_total(company),
        first_day=first,
        last_day=last,
        seen=seen,
        gap_days=_gap(seen),
        has_hours=has_hours,
        complete_after=_complete_after(days, hours, zone, local_zone) if hours is not None else time(0),
    )


def days_and_hours(survey: Survey, times: Column, clock: Column | None) -> tuple[pa.Array, pa.Array | None]:
    """The day of every row, and its hour as it is written; no hours where only days are known."""
    assert times.writing is not None
    found = _extracted(survey.rows.column(times.name), times.writing.pattern)
    year, month, day = (pc.struct_field(found, name) for name in ("year", "month", "day"))
    year = pc.if_else(pc.equal(pc.utf8_length(year), 2), pc.binary_join_element_wise("20", year, ""), year)
    for place, name in enumerate(_MONTHS, start=1):
        month = pc.if_else(pc.equal(month, name), str(place), month)
    padded = (pc.utf8_lpad(part, 2, "0") for part in (month, day))
    written = pc.binary_join_element_wise(year, *padded, "-")
    days = pc.cast(pc.strptime(written, format="%Y-%m-%d", unit="s", error_is_null=True), pa.date32())
    if times.kind == "time":
        hours = pc.cast(pc.struct_field(found, "hour"), pa.int8())
        if "half" in [f.name for f in found.type]:
            half = pc.utf8_lower(pc.struct_field(found, "half"))
            hours = pc.add(pc.if_else(pc.equal(hours, 12), 0, hours), pc.if_else(pc.equal(half, "pm"), 12, 0))
        return days, hours
    if clock is None or clock.writing is None:
        return days, None
    read = _extracted(survey.rows.column(clock.name), clock.writing.pattern)
    return days, pc.cast(pc.struct_field(read, "hour"), pa.int8())


def _extracted(values: pa.ChunkedArray, pattern: str) -> pa.Array:
    return pc.extract_regex(pa.chunked_array(values).combine_chunks(), f"^(?:{pattern})$")


def _orders(company: Company, days: pa.Array) -> int:
    owner, order = company.owner("order"), company.column("order")
    if owner and order:
        return order.distinct if not company.headers else company.headers.survey.rows.num_rows
    people, customer = company.owner("customer"), company.column("customer")
    assert people is not None and customer is not None  # noqa: PT018  what makes a company
    pairs = pa.table({"customer": people.survey.rows.column(customer.name), "day": days})
    return int(pairs.group_by(["customer", "day"]).aggregate([]).num_rows)


def _distinct(company: Company, role: str) -> int:
    column = company.column(role)
    return column.distinct if column else 0


def _total(company: Company) -> Decimal:
    """The sum as the settings will make it, in cents."""
    amount = company.column("amount")
    if amount:
        owner = company.owner("amount")
        assert owner is not None
        return _rounded(pc.sum(numbers(owner.survey, amount)).as_py())
    rows, price, quantity = company.lines.survey, company.column("unit_price"), company.column("quantity")
    assert price is not None and quantity is not None  # noqa: PT018  what makes a company
    each = pc.round(pc.multiply(numbers(rows, price), numbers(rows, quantity)), 2)
    return _rounded(pc.sum(each).as_py())


def _rounded(value: float | None) -> Decimal:
    return Decimal(str(round(value or 0, 2))).quantize(Decimal("0.01"))


def numbers(survey: Survey, column: Column) -> pa.ChunkedArray:
    """A column's numbers; NULL where a text is none."""
    values = survey.rows.column(column.name)
    assert column.writing is not None
    values = pc.if_else(pc.match_substring_regex(values, column.writing.whole), values, None)
    if "regexp_replace" in column.writing.read:
        comma = "," if column.writing.name == "decimal comma" else "."
        values = pc.replace_substring_regex(values, f"[^0-9{comma}+-]", "")
        values = pc.replace_substring(values, comma, ".")
    return pc.cast(pc.replace_substring_regex(values, "^[+]", ""), pa.float64())


def _gap(once: pa.Table) -> float:
    """Median over customers with two days or more of (last day - first day) / (days - 1)."""
    spans = once.group_by("customer").aggregate([("day", "count"), ("day", "min"), ("day", "max")])
    again = spans.filter(pc.greater(spans["day_count"], 1))
    if not again.num_rows:
        return 0.0
    length = pc.subtract(pc.cast(again["day_max"], pa.int32()), pc.cast(again["day_min"], pa.int32()))
    gaps = pc.divide(pc.cast(length, pa.float64()), pc.cast(pc.subtract(again["day_count"], 1), pa.float64()))
    return float(pc.quantile(gaps, 0.5)[0].as_py())


def customer_days(company: Company, days: pa.Array) -> pa.Table:
    """One row per customer and day with a purchase. Customers and days stand in one file: the lines or their headers."""
    owner, customer = company.owner("customer"), company.column("customer")
    assert owner is not None and customer is not None  # noqa: PT018  what makes a company
    rows = pa.table({"customer": owner.survey.rows.column(customer.name), "day": days}).drop_null()
    return rows.group_by(["customer", "day"]).aggregate([])


def _complete_after(days: pa.Array, hours: pa.Array, zone: str, local_zone: str) -> time:
    """The full hour that the last sale of nine days of ten reaches, in local time."""
    rows = pa.table({"day": days, "hour": hours}).drop_null().group_by(["day", "hour"]).aggregate([])
    lasts: dict[date, time] = {}
    for one in rows.to_pylist():
        written = datetime.combine(one["day"], time(one["hour"]), ZoneInfo(zone))
        local = written.astimezone(ZoneInfo(local_zone))
        lasts[local.date()] = max(lasts.get(local.date(), time(0)), time(local.hour))
    # The first and the last day may be cut.
    whole = sorted(lasts[day] for day in sorted(lasts)[1:-1]) or [time(0)]
    return whole[int(_EARLY * len(whole))]
