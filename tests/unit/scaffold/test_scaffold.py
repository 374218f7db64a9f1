"""What is written, and what is told, for folders of different kinds; without Spark."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.folders import german_shop, grocer, till, web_shop, wholesaler
from tests.shop import make_shop

from bullseye.errors import SettingsError
from bullseye.scaffold import Scaffold, scaffold
from bullseye.scaffold.build import machine_zone
from bullseye.settings import Settings, Silver
from bullseye.settings.association import Association
from bullseye.settings.deployment import Deployment
from bullseye.settings.measures import Measures
from bullseye.settings.models import Models
from bullseye.settings.sources import Sources
from bullseye.suite import load_settings
from bullseye.topics.tags.settings import Tags

ZONES = {"local_zone": "Europe/Berlin", "source_zone": "Europe/Berlin"}


def written(made: Scaffold) -> Settings:
    return load_settings(made.target)


def test_a_german_shop_is_read_as_it_was_written(tmp_path: Path) -> None:
    truth = german_shop(tmp_path / "data")
    made = scaffold(tmp_path / "data", tmp_path / "conf" / "laden", currency="EUR", **ZONES)
    assert made.written == (
        "association.yaml",
        "deployment.yaml",
        "measures.yaml",
        "models.yaml",
        "segments.yaml",
        "silver/order_line.sql",
        "silver/person.sql",
        "silver/product.sql",
        "sources.yaml",
        "tags.yaml",
    )
    total = truth.total + Decimal("2.49")  # the row without a date has an amount
    assert (
        f"{truth.lines + 1:,} lines on {truth.orders + 1:,} receipts of 90 customers, 8 products, {total:,} EUR in all,"
        " 2024-01-02 to 2024-11-26"
    ) in made.decisions
    assert made.questions == (
        f"silver/order_line.sql: is {total:,} EUR what was sold from 2024-01-02 to 2024-11-26 to 90 customers?",
        "silver/order_line.sql: are the negative lines returns?",
        "sources.yaml: verkaeufe: 1 values of Datum are no time; their rows will be rejected",
        "sources.yaml: artikel is not UTF-8: are umlauts and accents right in the report?",
        "sources.yaml: kunden is not UTF-8: are umlauts and accents right in the report?",
    )
    settings = written(made)
    sales, _, people = settings[Sources].sources
    assert (sales.path, sales.options, sales.key) == (
        "../../data/Verkäufe.csv",
        {"sep": ";"},
        ("Beleg-Nr", "Artikelnr"),
    )
    assert sales.columns == (
        "`Beleg-Nr` STRING NOT NULL, Datum STRING NOT NULL, Kundennr STRING, Artikelnr STRING NOT NULL,"
        " Menge INT NOT NULL, Betrag STRING NOT NULL, Filiale STRING"
    )
    assert [(rule.name, rule.action) for rule in sales.rules] == [
        ("datum_is_a_time", "reject"),
        ("betrag_is_a_number", "reject"),
        ("has_customer", "warn"),
    ]
    assert people.options["encoding"] == "windows-1252"
    assert [target.name for target in settings[Models].targets] == ["lapse_30d"]
    assert len(settings[Tags].tags) >= 10


@pytest.mark.parametrize(
    ("header", "value", "sql"),
    [
        ("registered_on", "2024-12-31", "registered_on AS known_since"),
        ("joined", "2024-12-31 10:00:00", "CAST(from_utc_timestamp(joined, '{local_zone}') AS DATE) AS known_since"),
        ("last_changed", "2024-12-31", None),
    ],
)
def test_a_customer_list_may_state_since_when_a_person_is_known(
    tmp_path: Path, header: str, value: str, sql: str | None
) -> None:
    shop = make_shop(tmp_path)
    people = (shop.data / "customers.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{people[0]},{header}", *(f"{line},{value}" for line in people[1:])]
    (shop.data / "customers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = written(scaffold(shop.data, tmp_path / "conf" / "made", **ZONES))
    person = " ".join(settings[Silver].tables["person"].split())
    assert (sql in person) if sql else ("known_since" not in person)
    assert "known_since" not in [attribute.name for attribute in settings[Measures].attributes]


def test_nothing_that_tells_who_a_customer_is_gets_into_the_settings(tmp_path: Path) -> None:
    german_shop(tmp_path / "data")
    made = scaffold(tmp_path / "data", tmp_path / "laden", **ZONES)
    assert "Name" not in written(made)[Sources].sources[2].columns
    texts = "".join((made.target / name).read_text(encoding="utf-8") for name in made.written)
    assert "not declared, because it tells who somebody is: Name, E-Mail" in texts
    assert [word for word in ("Jörg", "example.org", "000001") if word in texts] == []


def test_a_web_shop_is_joined_and_multiplied_and_its_cancelled_orders_left_out(tmp_path: Path) -> None:
    web_shop(tmp_path / "data")
    made = scaffold(tmp_path / "data", tmp_path / "conf" / "web", **ZONES)
    settings = written(made)
    sql = settings[Silver].tables["order_line"]
    assert "JOIN orders AS h ON nullif(trim(l.order_id), '') = nullif(trim(h.order_id), '')" in sql
    assert "l.unit_price * l.qty AS amount" in sql
    assert "WHERE coalesce(status NOT IN ('cancelled'), true)" in sql
    assert "h.created_at AS ordered_at" in sql, "an instant is not moved to another zone"
    clicks = settings[Sources].sources[2]
    assert (clicks.name, clicks.key, clicks.max_rejected_share, "NOT NULL" in clicks.columns) == (
        "clicks",
        (),
        1,
        False,
    )
    assert "person" not in settings[Silver].tables
    assert any(line.startswith("clicks: declared and not used") for line in made.decisions)


def test_days_without_a_time_are_complete_and_have_no_hours(tmp_path: Path) -> None:
    till(tmp_path / "data")
    made = scaffold(tmp_path / "data", tmp_path / "till", **ZONES)
    settings = written(made)
    assert f"{settings[Deployment].as_of.complete_after:%H:%M}" == "00:00"
    assert "hour" not in [dimension.name for dimension in settings[Measures].dimensions]
    assert "row_number() OVER (PARTITION BY order_id ORDER BY contents)" in settings[Silver].tables["order_line"]
    assert settings[Sources].sources[0].key == ()
    assert settings[Association].level == "name"


def test_a_wholesaler_has_cancellations_unknown_customers_and_a_country(tmp_path: Path) -> None:
    truth = wholesaler(tmp_path / "data")
    made = scaffold(tmp_path / "data", tmp_path / "uk", currency="GBP", **ZONES)
    settings = written(made)
    (source,) = settings[Sources].sources
    assert source.options == {}
    assert source.columns == (
        "InvoiceNo STRING NOT NULL, StockCode STRING NOT NULL, Description STRING, Quantity INT NOT NULL,"
        " InvoiceDate STRING NOT NULL, UnitPrice DECIMAL(18,2) NOT NULL, CustomerID STRING, Country STRING"
    )
    order_line = settings[Silver].tables["order_line"]
    assert "Most of their ids begin with C: cancellations of a receipt." in order_line.replace("\n-- ", " ")
    assert "WHERE customer_id IS NOT NULL" in order_line
    assert "mode(nullif(trim(Country), ''), true)" in settings[Silver].tables["person"]
    assert "mode(nullif(trim(Description), ''), true)" in settings[Silver].tables["product"]
    assert any(f"{truth.total:,} GBP in all" in line for line in made.decisions)


def test_what_is_not_given_is_guessed_and_asked(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    made = scaffold(shop.data, tmp_path / "conf" / "corner_shop")
    zone = machine_zone()
    assert made.questions[:3] == (
        "deployment.yaml: are amounts in EUR?",
        f"deployment.yaml: are the shops in {zone}, the zone of this machine?",
        f"deployment.yaml: is sold_at local time of {zone}, or of another zone such as UTC?",
    )
    deployment = written(made)[Deployment]
    assert (deployment.title, deployment.local_zone) == ("Corner shop", zone)


def test_months_and_days_that_no_value_tells_apart_are_asked(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text(
        "customer,date,amount\nc1,1/2/2024,1.50\nc1,3/4/2024,2.50\n", encoding="utf-8"
    )
    made = scaffold(tmp_path / "data", tmp_path / "a", **ZONES)
    assert "sources.yaml: a: is date written as d/M/yyyy, or as M/d/yyyy? No value decides." in made.questions


def test_receipts_with_amounts_only_have_neither_products_nor_rules(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    rows = [f"r{n},c{n % 7},{date(2024, 1, 1) + timedelta(days=n)},{n}.50" for n in range(200)]
    (tmp_path / "data" / "a.csv").write_text("\n".join(["receipt,customer,date,amount", *rows]), encoding="utf-8")
    made = scaffold(tmp_path / "data", tmp_path / "a", **ZONES)
    assert [name for name in made.written if "silver" in name or "association" in name] == ["silver/order_line.sql"]
    assert "association.yaml: not written, because no column names a product" in made.decisions
    assert "'1' " in written(made)[Silver].tables["order_line"]


def test_names_of_files_and_columns_may_be_odd(tmp_path: Path) -> None:
    (tmp_path / "my data").mkdir()
    (tmp_path / "my data" / "sales [all].csv").write_text(
        'Customer.ID,Sold At,"Total: ""net"" #1"\nc1,2024-01-01,1.50\nc1,2024-01-02,2.50\n', encoding="utf-8"
    )
    columns = {"amount": 'Total: "net" #1'}
    made = scaffold(tmp_path / "my data", tmp_path / "conf" / "odd", title='The "Shop": #1', columns=columns, **ZONES)
    settings = written(made)
    (source,) = settings[Sources].sources
    assert settings[Deployment].title == 'The "Shop": #1'
    assert (source.name, source.path) == ("sales_all", "../../my data/sales \\[all\\].csv")
    assert source.columns == (
        '`Customer.ID` STRING NOT NULL, `Sold At` DATE NOT NULL, `Total: "net" #1` DECIMAL(18,2) NOT NULL'
    )


def test_no_spark_is_needed() -> None:
    code = "import bullseye.scaffold, sys; sys.exit('pyspark' in sys.modules)"
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "lib")}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=here).returncode == 0


def test_a_grocer_with_own_brands_coupons_and_fuel(tmp_path: Path) -> None:
    grocer(tmp_path / "data")
    made = scaffold(tmp_path / "data", tmp_path / "grocer", **ZONES)
    settings = written(made)
    assert "nullif(trim(brand), '') IN ('Private')" in settings[Silver].tables["product"]
    assert "brand" not in [dimension.name for dimension in settings[Measures].dimensions]
    assert "own_brand_fan" in [tag.name for tag in settings[Tags].tags]
    assert "CAST(coupon_match AS DECIMAL(18, 2))" in settings[Silver].tables["order_line"]
    assert "tickets: plays no part: week" in made.decisions
    assert any(
        line.startswith("silver/order_line.sql: is qty a number of pieces? It reaches 30,000")
        for line in made.questions
    )


def test_a_folder_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    before = sorted(path.name for path in shop.conf.iterdir())
    with pytest.raises(SettingsError, match=r"is already there and is not overwritten"):
        scaffold(shop.data, shop.conf, **ZONES)
    assert sorted(path.name for path in shop.conf.iterdir()) == before


def test_after_a_failure_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_shop(tmp_path)
    monkeypatch.setattr("bullseye.scaffold.build.settings_texts", lambda facts: {"deployment.yaml": "title: x\n"})
    with pytest.raises(SettingsError, match=r"have .* mistake"):
        scaffold(shop.data, tmp_path / "conf" / "new", **ZONES)
    assert [path.name for path in (tmp_path / "conf").iterdir()] == ["shop"]
    with pytest.raises(SettingsError, match="Europe/Wien: is no local zone"):
        scaffold(shop.data, tmp_path / "conf" / "new", local_zone="Europe/Wien")
    with pytest.raises(SettingsError, match="is not a folder"):
        scaffold(tmp_path / "nothing", tmp_path / "conf" / "new")


def test_broken_lines_and_other_words_for_missing_are_met(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    rows = [
        f"r{n},{f'c{n % 9}' if n % 10 else ''},2024-01-{n % 28 + 1:02d},{'NULL' if n % 50 == 0 else '1.25'}"
        for n in range(200)
    ]
    text = "\n".join(["receipt,customer,date,amount", *rows, "r999,c1"])
    (tmp_path / "data" / "a.csv").write_text(text, encoding="utf-8")
    made = scaffold(tmp_path / "data", tmp_path / "a", **ZONES)
    (source,) = written(made)[Sources].sources
    assert source.options == {"nullValue": "NULL"}
    assert source.columns == "receipt STRING NOT NULL, customer STRING, date DATE NOT NULL, amount DECIMAL(18,2)"
    assert "sources.yaml: a: 1 lines are malformed and will be rejected" in made.questions
    assert "amount IS NOT NULL" in written(made)[Silver].tables["order_line"]
