"""The made-up shop of docs/tutorial/your-own-files.md: its settings are read from the page, which is so tested as it stands."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.pages import ROOT, apply

PAGE = ROOT / "docs" / "tutorial" / "your-own-files.md"
FIRST, LAST = datetime(2025, 1, 2), datetime(2025, 6, 30)  # noqa: DTZ001  local times, as a till writes them
PRODUCTS = [
    ("P1", "Espresso beans", "Coffee", 9.50),
    ("P2", "Filter paper", "Coffee gear", 3.20),
    ("P3", "Green tea", "Tea", 6.80),
    ("P4", "Teapot", "Tea gear", 24.00),
    ("P5", "Shortbread", "Biscuits", 4.10),
    ("P6", "Honey", "Pantry", 7.30),
]
HABITS = [("P1", "P2", "P5"), ("P3", "P4", "P6"), ("P1", "P5", "P6"), ("P3", "P6", "P5")]


@dataclass(frozen=True)
class Shop:
    """Where the shop's files, settings and lake are."""

    root: Path

    @property
    def conf(self) -> Path:
        return self.root / "conf" / "shop"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    def edit(self, file: str, old: str, new: str) -> None:
        """Change one place of a settings file, which must be there."""
        path = self.conf / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def append_lines(self, file: str, lines: Sequence[str]) -> None:
        """Add lines to a data file."""
        path = self.data / file
        path.write_text(path.read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def make_shop(root: Path, *, customers: int = 60) -> Shop:
    """Write the shop's CSV files, always the same ones, and the settings that the newcomer's page shows."""
    shop = Shop(root)
    shop.data.mkdir(parents=True)
    assert apply(PAGE, root), f"{PAGE.name} shows no settings"
    _write(shop.data / "products.csv", ("sku", "title", "family", "list_price"), PRODUCTS)
    people = [
        (f"C{number:03d}", f"{20 + number % 50}", ("north", "south")[number % 2]) for number in range(1, customers + 1)
    ]
    _write(shop.data / "customers.csv", ("customer", "age", "region"), people)
    _write(
        shop.data / "orders.csv",
        ("receipt", "line", "customer", "sold_at", "sku", "pieces", "paid"),
        _orders(customers - 5),
    )
    return shop


def _orders(buyers: int) -> Iterator[tuple[object, ...]]:
    """Every buyer comes back after a gap of their own; a third of them stop in spring. Sundays are shut, and C021 only
    ever comes on Sundays."""
    chance = random.Random(7)
    prices = {sku: price for sku, _, _, price in PRODUCTS}
    order = 0
    for number in range(1, buyers + 1):
        gap, habit = 3 + number % 17, HABITS[number % len(HABITS)]
        stop = datetime(2025, 4, 10) if number % 3 == 0 else LAST  # noqa: DTZ001
        at = FIRST + timedelta(days=number % 9, hours=9 + number % 9, minutes=number)
        while at <= stop + timedelta(hours=20):
            if at.weekday() != 6:
                order += 1
                for line, sku in enumerate(habit[: 1 + chance.randrange(3)], start=1):
                    pieces = 1 + chance.randrange(2)
                    yield (
                        f"O{order:05d}",
                        line,
                        f"C{number:03d}",
                        f"{at:%Y-%m-%d %H:%M:%S}",
                        sku,
                        pieces,
                        f"{prices[sku] * pieces:.2f}",
                    )
            at += timedelta(days=gap)
    yield f"O{order + 1:05d}", 1, "C001", f"{LAST:%Y-%m-%d} 22:30:00", "P1", 1, "9.50"


def _write(
    path: Path, header: Sequence[str], rows: Iterator[tuple[object, ...]] | Sequence[tuple[object, ...]]
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
