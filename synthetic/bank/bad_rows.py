"""Rows that no reader can take as they are: a known number of them, in one file of each of the two large flows."""

from __future__ import annotations

from synthetic.bank.files import Files
from synthetic.bank.layout import Layout
from synthetic.bank.layouts import cards, core
from synthetic.bank.parameters import Parameters

_FAULTS = {
    # What stands in id, account or card, time and amount; the other columns are left empty.
    "no account": ("{id}", "", "{day} 12:00:00", "10.00"),
    "amount in words": ("{id}", "6010000000000", "{day} 12:00:00", "ten"),
    "impossible time": ("{id}", "6010000000000", "2026-02-30 25:61:00", "10.00"),
    "no id": ("", "6010000000000", "{day} 12:00:00", "10.00"),
}


def write_bad_rows(files: Files, parameters: Parameters) -> None:
    """`Dirt.bad_rows` rows at the end of the last day's file of movements and of purchases."""
    day = str(parameters.time.last_day)
    for layout in (core.TRANSACTIONS, cards.TRANSACTIONS):
        files.append_text(layout, f"transactions_{day}", _lines(layout, parameters.dirt.bad_rows, day))


def _lines(layout: Layout, count: int, day: str) -> list[str]:
    faults = list(_FAULTS.values())
    found = []
    for number in range(count):
        fields = [field.format(id=f"BAD{number:09}", day=day) for field in faults[number % len(faults)]]
        found.append(",".join([*fields, *[""] * (len(layout.columns) - len(fields))]))
    return found
