"""Which file and which column is what."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.folders import german_shop, till, web_shop
from tests.shop import make_shop

from bullseye.errors import SettingsError
from bullseye.scaffold.data_files import find_files
from bullseye.scaffold.meaning import Company, understand
from bullseye.scaffold.roles import name_score, vocabulary
from bullseye.scaffold.survey import Survey, survey


def surveys(folder: Path) -> list[Survey]:
    found, _ = find_files(folder)
    return [survey(file) for file in found]


def meant(company: Company) -> dict[str, dict[str, str]]:
    whose = (company.lines, company.headers, company.products, company.customers)
    return {seen.name: {role: part.column.name for role, part in seen.parts.items()} for seen in whose if seen}


def test_a_german_shop(tmp_path: Path) -> None:
    german_shop(tmp_path, customers=12)
    assert meant(understand(surveys(tmp_path), {})) == {
        "verkaeufe": {
            "order": "Beleg-Nr",
            "time": "Datum",
            "customer": "Kundennr",
            "product": "Artikelnr",
            "quantity": "Menge",
            "amount": "Betrag",
            "store": "Filiale",
        },
        "artikel": {"product": "Artikelnr", "name": "Bezeichnung", "category": "Warengruppe", "brand": "Marke"},
        "kunden": {"customer": "Kundennr", "birth_date": "Geburtsdatum", "gender": "Geschlecht", "region": "Ort"},
    }


def test_a_web_shop_has_headers_and_lines_and_a_file_that_nobody_needs(tmp_path: Path) -> None:
    web_shop(tmp_path)
    company = understand(surveys(tmp_path), {})
    assert meant(company) == {
        "order_items": {
            "order": "order_id",
            "line": "item_no",
            "product": "sku",
            "product_name": "title",
            "quantity": "qty",
            "unit_price": "unit_price",
        },
        "orders": {
            "order": "order_id",
            "customer": "customer_id",
            "time": "created_at",
            "status": "status",
            "channel": "channel",
        },
    }
    assert list(company.unused) == ["clicks"]


def test_a_till_with_receipts_only(tmp_path: Path) -> None:
    till(tmp_path)
    assert meant(understand(surveys(tmp_path), {})) == {
        "receipts": {
            "order": "Receipt No",
            "customer": "Card",
            "product": "Item",
            "unit_price": "Unit Price",
            "quantity": "Quantity",
            "time": "Date",
        }
    }


def test_the_shop_of_the_page(tmp_path: Path) -> None:
    company = understand(surveys(make_shop(tmp_path).data), {})
    assert meant(company) == {
        "orders": {
            "order": "receipt",
            "line": "line",
            "customer": "customer",
            "time": "sold_at",
            "product": "sku",
            "quantity": "pieces",
            "amount": "paid",
        },
        "products": {"product": "sku", "name": "title", "category": "family"},
        "customers": {"customer": "customer", "age": "age", "region": "region"},
    }


def test_a_list_must_know_the_ids_of_the_receipts_whatever_it_is_called(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    text = (shop.data / "products.csv").read_text(encoding="utf-8")
    (shop.data / "products.csv").write_text(text.replace("\nP", "\nQ"), encoding="utf-8")
    (shop.data / "x.csv").write_text(text.replace("sku,title,family,list_price", "k,t,f,p"), encoding="utf-8")
    company = understand(surveys(shop.data), {})
    assert company.products is not None
    assert (company.products.name, list(company.unused)) == ("x", ["products"])


def test_of_two_files_of_receipts_the_better_one_is_taken_and_the_other_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("customer,date,amount\nc1,2024-01-01,1.50\nc1,2024-01-02,2.50\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(
        "customer,date,receipt,sku,amount\nc1,2024-01-01,r1,s1,1.50\nc1,2024-01-02,r2,s1,2.50\n", encoding="utf-8"
    )
    company = understand(surveys(tmp_path), {})
    assert company.lines.name == "b"
    assert company.lines.why.endswith("; the runner-up is a")
    assert company.unused == {"a": "looks like receipts too, but b fits better"}


def test_without_receipts_every_file_is_told_with_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("wer,was,datum\nx,y,2024-01-01\nx,z,2024-01-02\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        understand(surveys(tmp_path), {})
    assert str(error.value).splitlines() == [
        "no file has receipts: a customer, a time and an amount",
        "  a.csv: time = datum; lacks customer, amount (or unit_price and quantity)",
        "    columns: wer, was, datum",
        "name the columns yourself: --column customer=FILE.COLUMN --column time=FILE.COLUMN --column amount=FILE.COLUMN",
    ]


def test_the_user_knows_better(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("wer,was,datum\nx,1.5,2024-01-01\nx,2.5,2024-01-02\n", encoding="utf-8")
    company = understand(surveys(tmp_path), {"customer": "wer", "amount": "a.was"})
    assert meant(company) == {"a": {"customer": "wer", "amount": "was", "time": "datum"}}
    with pytest.raises(SettingsError, match=r"custommer: is no role of a column \(did you mean 'customer'\?\)"):
        understand(surveys(tmp_path), {"custommer": "wer"})
    with pytest.raises(SettingsError, match=r"amount=a\.wat: no file has this column"):
        understand(surveys(tmp_path), {"amount": "a.wat"})


NAMES = [
    ("customer", "CustomerID", 1.0),
    ("customer", "Kundennr", 0.95),
    ("customer", "household_id", 1.0),
    ("customer", "customer_email", 0.0),
    ("order", "InvoiceNo", 1.0),
    ("order", "order_date", 0.0),
    ("time", "InvoiceDate", 0.95),
    ("time", "shipped_at", 0.0),
    ("product", "StockCode", 1.0),
    ("amount", "Gesamtbetrag", 0.95),
    ("amount", "total_discount", 0.0),
    ("unit_price", "UnitPrice", 0.95),
    ("quantity", "xyz", 0.0),
]


@pytest.mark.parametrize(("role", "name", "points"), NAMES)
def test_names_in_several_languages(role: str, name: str, points: float) -> None:
    known = vocabulary().line[role]
    assert name_score(name, known, ids=known.kinds[:2] == ("whole", "text")) == points
