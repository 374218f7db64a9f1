"""Made-up folders of data files, as strangers drop them: what `bullseye init` has to make sense of."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

WARES = (
    ("00101", "Müsli „Früchte“", "Frühstück", "Kölln", "2,49"),
    ("00102", "Haferflocken", "Frühstück", "Kölln", "1,19"),
    ("00103", "Käse, jung", "Molkerei", "Almhof", "3,79"),
    ("00104", "Joghurt 1,5 %", "Molkerei", "Almhof", "0,89"),
    ("00105", "Kaffee 500 g", "Getränke", "Dröge", "6,99"),
    ("00106", "Apfelsaft", "Getränke", "Hofgut", "1,99"),
    ("00107", "Espressomaschine", "Küche", "Dröge", "1.249,00"),
    ("00108", "Tasse (Ø 8 cm)", "Küche", "Hofgut", "7,50"),
)


@dataclass
class Truth:
    """What the generator wrote."""

    lines: int = 0
    orders: int = 0
    total: Decimal = Decimal(0)
    customers: set[str] = field(default_factory=set)
    of_customers: Decimal = Decimal(0)
    """The part of `total` of which the customer is known."""


def german_shop(folder: Path, *, customers: int = 90) -> Truth:
    """Three files of a German till in windows-1252: semicolons, decimal commas, 31.12.2024, ids with leading zeros.

    Every fortieth receipt has no customer, every sixtieth is given back, and one row has no date.
    """
    chance, truth, rows = random.Random(7), Truth(), []
    prices = {ware[0]: Decimal(ware[4].replace(".", "").replace(",", ".")) for ware in WARES}
    start = datetime(2024, 1, 2, 8, 0)  # noqa: DTZ001  local time, as a till writes it
    for number in range(1, customers + 1):
        gap = 5 + number % 11
        stop = start + timedelta(days=150 if number % 3 == 0 else 330)
        at = start + timedelta(days=number % 20, hours=number % 11, minutes=number % 60)
        while at < stop:
            truth.orders += 1
            back = truth.orders % 60 == 0
            who = "" if truth.orders % 40 == 0 else f"{number:06d}"
            for ware in chance.sample(WARES[:6] + WARES[7:], 1 + chance.randrange(3)) + (
                [WARES[6]] if number % 30 == 0 and truth.orders % 50 == 1 else []
            ):
                pieces = (1 + chance.randrange(3)) * (-1 if back else 1)
                rows.append((f"B{truth.orders:06d}", at, who, ware[0], pieces, prices[ware[0]] * pieces))
            at += timedelta(days=gap, minutes=chance.randrange(300) - 150)
            at = at.replace(hour=min(max(at.hour, 8), 19))
    for _, _, who, _, _, amount in rows:
        truth.lines += 1
        truth.total += amount
        truth.customers |= {who} - {""}
        truth.of_customers += amount if who else 0
    header = ("Beleg-Nr", "Datum", "Kundennr", "Artikelnr", "Menge", "Betrag", "Filiale")
    shown = [(o, f"{at:%d.%m.%Y %H:%M}", who, ware, n, _comma(amount), "001") for o, at, who, ware, n, amount in rows]
    shown.append(("B999999", "unbekannt", "000001", "00101", 1, "2,49", "001"))
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "Verkäufe.csv", header, shown, separator=";", encoding="cp1252")
    _write(
        folder / "Artikel.csv",
        ("Artikelnr", "Bezeichnung", "Warengruppe", "Marke", "Preis €"),
        WARES,
        separator=";",
        encoding="cp1252",
    )
    people = [
        (
            f"{n:06d}",
            f"Jörg Müller {n}",
            f"{n % 28 + 1:02d}.{n % 12 + 1:02d}.{1950 + n % 50}",
            "mw"[n % 2],
            f"j{n}@example.org",
            ("Köln", "Bonn", "Düren")[n % 3],
        )
        for n in range(1, customers + 1)
    ]
    _write(
        folder / "Kunden.csv",
        ("Kundennr", "Name", "Geburtsdatum", "Geschlecht", "E-Mail", "Ort"),
        people,
        separator=";",
        encoding="cp1252",
    )
    return truth


def web_shop(folder: Path, *, customers: int = 60) -> Truth:
    """Order headers and lines in two files, instants with Z, cancelled orders, and a file of clicks that nobody asked for."""
    chance, truth = random.Random(3), Truth()
    headers, lines, clicks = [], [], []
    at = datetime(2025, 1, 1, 6, 30)  # noqa: DTZ001  UTC, written with Z
    for number in range(1, 401):
        at += timedelta(hours=7 + chance.randrange(12), minutes=chance.randrange(60))
        who, status = f"u{chance.randrange(customers):03d}", "cancelled" if number % 25 == 0 else "delivered"
        headers.append((1000 + number, who, f"{at:%Y-%m-%dT%H:%M:%SZ}", status, ("web", "app")[number % 2]))
        clicks.append((number, f"/p/{number % 9}", number % 7))
        truth.orders += 1
        truth.customers |= {who}
        for place in range(1, 2 + chance.randrange(3)):
            pieces, price = 1 + chance.randrange(2), Decimal(chance.choice(("9.90", "24.00", "3.50")))
            lines.append((1000 + number, place, f"SKU-{chance.randrange(30):02d}", "Thing, small", pieces, price))
            truth.lines += 1
            truth.total += pieces * price
            truth.of_customers += pieces * price if status == "delivered" else 0
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "orders.csv", ("order_id", "customer_id", "created_at", "status", "channel"), headers)
    _write(folder / "order_items.csv", ("order_id", "item_no", "sku", "title", "qty", "unit_price"), lines)
    _write(folder / "clicks.csv", ("click", "page", "depth"), clicks)
    return truth


def till(folder: Path, *, customers: int = 40) -> Truth:
    """One till whose receipts lie in a file a year, one of them packed: 12/31/2024, $1,234.50 a piece, no line number."""
    chance, truth = random.Random(5), Truth()
    rows: dict[int, list[tuple[object, ...]]] = {2024: [], 2025: []}
    for day in range(220):
        at = datetime(2024, 9, 1) + timedelta(days=day)  # noqa: DTZ001  local day
        for _ in range(3):
            truth.orders += 1
            who = f"{70000 + chance.randrange(customers)}"
            for item, price in chance.choices(
                (("Nails", "4.25"), ("Saw", "18.00"), ("Workbench", "1250.00")), (8, 3, 1), k=2
            ):
                pieces = 1 + chance.randrange(3)
                rows[at.year].append(
                    (truth.orders, f"{at.month}/{at.day}/{at.year}", who, item, f"${Decimal(price):,}", pieces)
                )
                truth.lines += 1
                truth.total += Decimal(price) * pieces
                truth.customers |= {who}
    truth.of_customers = truth.total
    header = ("Receipt No", "Date", "Card", "Item", "Unit Price", "Quantity")
    folder.mkdir(parents=True, exist_ok=True)
    for year, some in rows.items():
        _write(folder / f"receipts_{year}.csv.gz", header, some)
    return truth


def grocer(folder: Path) -> None:
    """Tickets with coupons, also matched ones, and a fill of fuel in thousandths of a gallon; items of own brands."""
    tickets = [
        (
            n // 2,
            n % 7,
            f"2024-01-{n % 28 + 1:02d}",
            f"P{n % 30}",
            30_000 if n == 5 else 1,
            "9.99",
            "0.50",
            "0.25",
            n // 7,
        )
        for n in range(200)
    ]
    items = [(f"P{n}", ("National", "Private")[n % 2], f"D{n % 4}") for n in range(30)]
    folder.mkdir(parents=True, exist_ok=True)
    header = ("ticket", "card", "sold", "upc", "qty", "sales_value", "coupon_disc", "coupon_match_disc", "week")
    _write(folder / "tickets.csv", header, tickets)
    _write(folder / "items.csv", ("upc", "brand", "department"), items)


def _comma(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _write(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n" if separator == ";" else "\n")
    writer.writerow(header)
    writer.writerows(rows)
    data = text.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def wholesaler(folder: Path, *, customers: int = 30) -> Truth:
    """One file with everything, as a British wholesaler exports it: 12/1/2010 8:26, cancellations whose number begins with
    C, a quarter of the lines without a customer, and a country.
    """
    chance, truth, rows = random.Random(11), Truth(), []
    at = datetime(2010, 12, 13, 8, 26)  # noqa: DTZ001  local time
    for number in range(536_365, 536_365 + 300):
        at += timedelta(hours=9 + chance.randrange(20))
        customer = 12_346 + chance.randrange(customers)
        who, back = "" if number % 4 == 0 else str(customer), number % 25 == 1
        truth.orders += 1
        for stock in chance.sample(("85123A", "71053", "84406B", "22752", "POST"), 2):
            quantity, price = (
                (1 + chance.randrange(12)) * (-1 if back else 1),
                Decimal(chance.choice(("2.55", "3.39", "7.65"))),
            )
            order = f"C{number}" if back else str(number)
            shown = f"{at.month}/{at.day}/{at.year} {at.hour}:{at.minute:02d}"
            country = ("United Kingdom", "France")[customer % 2]
            rows.append((order, stock, f'{stock} "HEART" HOLDER, RED', quantity, shown, price, who, country))
            truth.lines += 1
            truth.total += quantity * price
            truth.of_customers += quantity * price if who else 0
            truth.customers |= {who} - {""}
    header = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "retail.csv", header, rows)
    return truth
