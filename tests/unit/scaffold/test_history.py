"""Figures of the receipts: days and hours from whatever writing, sums, and gaps between purchases."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from bullseye.scaffold.data_files import find_files
from bullseye.scaffold.history import History, days_and_hours, history
from bullseye.scaffold.meaning import Company, understand
from bullseye.scaffold.survey import survey


def company(folder: Path, text: str) -> Company:
    (folder / "a.csv").write_text(text, encoding="utf-8")
    return understand([survey(file) for file in find_files(folder)[0]], {})


def past(folder: Path, text: str, *, source_zone: str = "Europe/Berlin") -> History:
    return history(company(folder, text), source_zone=source_zone, local_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2024-03-04 18:05:00", 18),
        ("4.3.2024 18:05", 18),
        ("13/3/2024 7:05", 7),
        ("3/31/24 12:05 AM", 0),
        ("3/31/24 12:05 PM", 12),
        ("3/31/24 6:05 PM", 18),
        ("4-Mar-2024T18:05", 18),
    ],
)
def test_the_day_and_the_hour_of_a_writing(written: str, hour: int, tmp_path: Path) -> None:
    found = company(tmp_path, f"customer|date|amount\nc1|{written}|1.50\nc2|{written}|1.50\n")
    times = found.column("time")
    assert times is not None
    days, hours = days_and_hours(found.lines.survey, times, None)
    day = {"4": 4, "1": 13, "3": 31, "2": 4}[written[0]]
    assert hours is not None
    assert (days.to_pylist(), hours.to_pylist()) == ([date(2024, 3, day)] * 2, [hour] * 2)


def test_the_figures_of_receipts(tmp_path: Path) -> None:
    rows = [
        "r1,c1,2024-01-01 09:00:00,0.10",
        "r1,c1,2024-01-01 09:00:00,0.20",
        "r2,c1,2024-01-05 19:00:00,1.00",
        "r3,c1,2024-01-09 18:00:00,1.00",
        "r4,c2,2024-01-03 20:00:00,-2.25",
        "r5,,2024-01-10 10:00:00,5.00",
    ]
    found = past(tmp_path, "\n".join(["receipt,customer,date,amount", *rows]))
    assert (found.lines, found.orders, found.customers, found.products) == (6, 5, 2, 0)
    assert (found.first_day, found.last_day, found.days) == (date(2024, 1, 1), date(2024, 1, 10), 10)
    assert (found.total, found.gap_days) == (Decimal("5.05"), 4.0)
    assert sorted(zip(*found.seen.to_pydict().values(), strict=True)) == [
        ("c1", date(2024, 1, 1)),
        ("c1", date(2024, 1, 5)),
        ("c1", date(2024, 1, 9)),
        ("c2", date(2024, 1, 3)),
    ]


@pytest.mark.parametrize(("source_zone", "at"), [("Europe/Berlin", time(17)), ("UTC", time(18))])
def test_a_day_is_complete_when_nine_of_ten_have_had_their_last_sale(
    source_zone: str, at: time, tmp_path: Path
) -> None:
    lasts = [9, 17, 18, 18, 18, 19, 19, 19, 19, 20, 8]
    rows = [f"c1,2024-01-{day:02d} {hour:02d}:30:00,1.00" for day, hour in enumerate(lasts, start=1)]
    found = past(tmp_path, "\n".join(["customer,date,amount", *rows]), source_zone=source_zone)
    assert found.complete_after == at, "the first and the last day may be cut; 10 % of nine days is none"


def test_a_day_and_a_clock_in_two_columns(tmp_path: Path) -> None:
    rows = [f"c1,{day}.1.2024,{hour}:15,1.00" for day, hour in enumerate((8, 19, 19, 8), start=1)]
    found = past(tmp_path, "\n".join(["Kunde,Datum,Uhrzeit,Betrag", *rows]))
    assert (found.has_hours, found.complete_after) == (True, time(19))
