"""Ids and personal values in deliveries: one spelling of an id, and nothing of a person where it should not be."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import Row, SparkSession
from tests.conftest import ROOT, context_of
from tests.e2e.test_shop import run, table
from tests.shop import Shop

from bullseye.core.frames import local_frame
from bullseye.errors import SourceError
from bullseye.settings import Settings, Silver
from bullseye.settings.sources import Source, Sources
from bullseye.suite import load_settings
from bullseye.topics.identity.identity_quality import ids_by_case
from bullseye.topics.sources.ids import id_columns, party_columns
from bullseye.topics.sources.ingest import Checked, check_source
from bullseye.topics.sources.quarantine import quarantine
from bullseye.topics.sources.read import _read

pytestmark = pytest.mark.beside

ORDERS = "receipt STRING NOT NULL, line INT NOT NULL, customer STRING NOT NULL, sold_at TIMESTAMP NOT NULL, sku STRING NOT NULL, pieces INT, paid DECIMAL(18,2)"
CUSTOMERS = "customer STRING NOT NULL, age INT, region STRING"


def checked(spark: SparkSession, shop: Shop, path: Path, schema: str, *, key: list[str], **more: Any) -> Checked:
    """A source of the file, checked with the settings of the shop."""
    format_ = "parquet" if path.suffix == ".parquet" else "csv"
    given = Source.model_validate(
        {
            "name": "orders",
            "format": format_,
            "path": "x",
            "schema": schema,
            "key": key,
            "max_rejected_share": 1,
            **more,
        }
    )
    return check_source(given, _read(spark, given, str(path)), context_of(spark, load_settings(shop.conf)))


@pytest.mark.parametrize(
    ("case", "letter_case", "buyers"),
    [
        pytest.param(
            "id_19_digits",
            {},
            40,
            id="19 digits",
            marks=pytest.mark.fault("ids have 19 and 20 digits", right="40 customers, joined"),
        ),
        pytest.param(
            "id_case_space",
            {"customer": "upper"},
            40,
            id="case",
            marks=pytest.mark.fault(
                "one id is C001, c001, with tab or no-break space", right="40 customers with letter_case"
            ),
        ),
    ],
)
def test_ids_of_two_files_meet(
    spark: SparkSession, shop: Shop, case: str, letter_case: dict[str, str], buyers: int
) -> None:
    data = ROOT / "tests" / "cases" / case / "data"
    orders = checked(spark, shop, data / "orders.csv", ORDERS, key=["receipt", "line"], letter_case=letter_case).good
    people = checked(spark, shop, data / "customers.csv", CUSTOMERS, key=["customer"], letter_case=letter_case).good
    known = {line.partition(",")[0] for line in (data / "customers.csv").read_text(encoding="utf-8").splitlines()[1:]}
    assert {row["customer"] for row in people.collect()} == known
    bought = {row["customer"] for row in orders.select("customer").distinct().collect()}
    assert (len(bought), bought - known, orders.count()) == (buyers, set(), 1_994)


@pytest.mark.fault(
    "ids differ in letter case only, and no setting says what that means", right="they are counted by source"
)
def test_ids_that_differ_in_case_only_are_reported(spark: SparkSession) -> None:
    ids = ["card:C001", "card:c001", "card:C002", "web:c001", "card:c001"]
    rows = local_frame(spark, [{"party_id": id_} for id_ in ids], "party_id STRING")
    assert [tuple(row) for row in ids_by_case(rows).collect()] == [("ids that differ in letter case only", "card", 2)]


@pytest.mark.fault(
    "an id has blanks of any width around it, or an accent in two signs", right="it is one id; a blank one is missing"
)
def test_an_id_has_one_form(spark: SparkSession, shop: Shop) -> None:
    path = shop.root / "ids.csv"
    ids = ["007", "\u200b008\ufeff", "\u3000009 ", "Jose\u0301", "\u212b", " \u00a0 ", "a b"]
    path.write_text("customer,n\n" + "".join(f"{id_},{n}\n" for n, id_ in enumerate(ids)), encoding="utf-8")
    found = checked(spark, shop, path, "customer STRING NOT NULL, n INT", key=["n"])
    assert [row["customer"] for row in found.good.orderBy("n").collect()] == ["007", "008", "009", "José", "Å", "a b"]
    assert found.rejected is not None
    assert [row["reasons"] for row in found.rejected.collect()] == [["customer is missing"]]


@pytest.mark.fault(
    "pandas wrote ids as 17.0 because some are missing", right="the id is 17; a text that is no id stays 2.0"
)
def test_an_id_loses_the_zero_of_a_floating_export(spark: SparkSession, shop: Shop) -> None:
    path = shop.root / "ids.csv"
    path.write_text("customer,version\n17.0,2.0\n-18.0,v\n1.50,\n19,\n", encoding="utf-8")
    found = checked(spark, shop, path, "customer STRING, version STRING", key=["customer"])
    assert {row["customer"]: row["version"] for row in found.good.collect()} == {
        "17": "2.0",
        "-18": "v",
        "1.50": None,
        "19": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "2.80000E+18",
            marks=pytest.mark.fault("a spreadsheet wrote long ids as 2.80000E+18", right="export the column as text"),
        ),
        "2.8e18",
        "3E+11",
    ],
)
def test_an_id_with_an_exponent_is_an_error(spark: SparkSession, shop: Shop, text: str) -> None:
    path = shop.root / "ids.csv"
    path.write_text(f"customer\n5E3\n{text}\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"column customer in ids.csv: digits are lost; export the column as text"
    ) as error:
        checked(spark, shop, path, "customer STRING", key=["customer"])
    assert text not in str(error.value)


def parquet(shop: Shop, column: pa.Array) -> Path:
    path = shop.root / "ids.parquet"
    pq.write_table(pa.table({"customer": column}), path)
    return path


@pytest.mark.parametrize(
    ("column", "ids"),
    [
        pytest.param(
            pa.array([2_800_000_000_000_000_001, None]),
            ["2800000000000000001"],
            marks=pytest.mark.fault("ids are whole numbers in Parquet and declared STRING", right="all 19 digits stay"),
        ),
        (pa.array([17.0, None, float("nan")]), ["17"]),
        (pa.array([17.0], pa.float32()), ["17"]),
    ],
)
def test_numbers_of_a_parquet_file_are_ids(spark: SparkSession, shop: Shop, column: pa.Array, ids: list[str]) -> None:
    found = checked(spark, shop, parquet(shop, column), "customer STRING NOT NULL", key=["customer"])
    assert [row["customer"] for row in found.good.collect()] == ids


@pytest.mark.fault("ids are text in one year's file and numbers in the next", right="the same ids in both")
def test_an_id_is_text_in_one_file_and_a_number_in_another(spark: SparkSession, shop: Shop) -> None:
    folder = shop.root / "ids"
    folder.mkdir()
    for year, ids in (("2024", ["17", "007"]), ("2025", [17, 1 << 60]), ("2026", [17.0, 18.0])):
        pq.write_table(pa.table({"customer": ids, "n": [f"{year}a", f"{year}b"]}), folder / f"{year}.parquet")
    given = Source.model_validate(
        {
            "name": "orders",
            "format": "parquet",
            "path": "x",
            "schema": "customer STRING, n STRING",
            "key": ["n", "customer"],
        }
    )
    rows = check_source(given, _read(spark, given, str(folder)), context_of(spark, load_settings(shop.conf))).good
    assert [row["customer"] for row in rows.orderBy("n").collect()] == ["17", "007", "17", str(1 << 60), "17", "18"]


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(
            pa.array([float(1 << 53)]),
            marks=pytest.mark.fault("ids beyond 2^53 are in a floating column", right="export the column as text"),
        ),
        pa.array([1.5]),
        pa.array([float(1 << 24)], pa.float32()),
    ],
)
def test_rounded_numbers_of_a_parquet_file_are_an_error(spark: SparkSession, shop: Shop, column: pa.Array) -> None:
    with pytest.raises(SourceError, match=r"column customer in ids.parquet: .* export the column as text"):
        checked(spark, shop, parquet(shop, column), "customer STRING", key=["customer"])


def test_ids_are_the_key_and_what_silver_makes_ids_of(shop: Shop) -> None:
    settings = load_settings(shop.conf)
    orders = next(source for source in settings[Sources].sources if source.name == "orders")
    assert {"receipt", "line", "customer", "sku"} <= id_columns(orders, settings[Silver].tables)
    assert not {"paid", "pieces"} & id_columns(orders, settings[Silver].tables)
    assert party_columns("SELECT concat('card:', customer) AS party_id, email UNION SELECT u.account AS party_id") == {
        "customer",
        "account",
    }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"letter_case": {"kunde": "upper"}}, "letter_case  names kunde, which the schema does not have"),
        ({"personal": ["mail"]}, "personal     names mail, which the schema does not have"),
        ({"letter_case": {"age": "upper"}}, "letter_case  names age, which is no STRING"),
    ],
)
def test_settings_of_columns_that_are_not_there_are_errors(
    spark: SparkSession, shop: Shop, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        checked(spark, shop, shop.data / "customers.csv", CUSTOMERS, key=["customer"], **settings)


@pytest.mark.fault(
    "a row with name, e-mail and phone that are not declared is rejected", right="none of them reaches the lake"
)
def test_nothing_undeclared_of_a_rejected_row_is_in_the_lake(spark: SparkSession, shop: Shop) -> None:
    data = ROOT / "tests" / "cases" / "personal_rejected" / "data"
    for file in data.iterdir():
        shutil.copy(file, shop.data)
    shop.edit("sources.yaml", "age INT, region STRING", "birth_date DATE, region STRING")
    shop.edit("silver/person.sql", "concat(floor(age / 10) * 10, 's')", "CAST(NULL AS STRING)")
    run(shop, only=["ingest_sources"])
    (row,) = table(spark, shop, "ops.quarantine").where("source = 'customers'").collect()
    assert row["reasons"] == ["birth_date is not DATE"]
    assert json.loads(row["raw"]) == {"customer": "C007", "birth_date": "not a date", "region": "south"}


EMAILS = (
    "SELECT concat('card:', customer) AS party_id, 'mail' AS id_type, email AS id_value, 'card' AS source FROM orders"
)
PEOPLE = "customer STRING NOT NULL, email STRING, phone STRING, born DATE"


@pytest.mark.parametrize("salt", ["", "a salt for made-up persons"])
@pytest.mark.fault(
    "a rejected row has an e-mail, and a phone that is named personal",
    right="quarantine has hashes, or nothing without a salt",
)
def test_personal_values_of_a_rejected_row_are_hashed(
    spark: SparkSession, shop: Shop, salt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if salt:
        monkeypatch.setenv("SHOP_SALT", salt)
        shop.conf.joinpath("identity.yaml").write_text("salt_env: SHOP_SALT\ntypes: [{name: mail, normalise: email}]\n")
        shop.conf.joinpath("silver", "identifier.sql").write_text(EMAILS)
    path = shop.root / "people.csv"
    lines = ["C1,a@x.org,123,never", "C2,b@x.org,123,never", "C3,c@x.org,extra,123,2000-01-01"]
    path.write_text("\n".join(["customer,email,phone,born", *lines]) + "\n", encoding="utf-8")
    personal = ["phone"] if salt else ["phone", "email"]
    found = checked(spark, shop, path, PEOPLE, key=["customer"], personal=personal)
    assert found.rejected is not None
    raw = {row["customer"]: row for row in (json.loads(row["raw"]) for row in found.rejected.collect())}
    # In the third line cells are under the names of other columns.
    assert raw["C3"] == {"customer": "C3"}
    if not salt:
        assert raw["C1"] == {"customer": "C1", "born": "never"}
        return
    assert set(raw["C1"]) == {"customer", "email", "phone", "born"}
    assert all(raw["C1"][name].startswith("hash:") and len(raw["C1"][name]) == 37 for name in ("email", "phone"))
    assert (raw["C1"]["phone"], raw["C1"]["email"] == raw["C2"]["email"]) == (raw["C2"]["phone"], False)


STORED = "row_id STRING, source STRING, reasons ARRAY<STRING>, raw STRING, first_run_id STRING, last_seen DATE"


def ingested(
    spark: SparkSession, settings: Settings, run_id: str, day: date, before: list[Row], *raw: str
) -> list[Row]:
    """`ops.quarantine` after a day on which these rows were rejected."""
    started = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    context = context_of(spark, settings)
    object.__setattr__(context, "run_id", run_id)
    object.__setattr__(context, "standing", SimpleNamespace(started_at=started))
    rejected = local_frame(
        spark,
        [{"source": "s", "reasons": ["r"], "raw": text} for text in raw],
        "source STRING, reasons ARRAY<STRING>, raw STRING",
    )
    rows = quarantine([rejected] if raw else [], local_frame(spark, before, STORED), context)
    return rows.orderBy("raw", "row_id").collect()


@pytest.mark.fault(
    "rejected rows are kept for ever",
    right="they go after keep.rejected_days; one that is still delivered stays and is not new",
)
def test_rejected_rows_go_when_no_ingest_has_rejected_them_for_long(spark: SparkSession, shop: Shop) -> None:
    settings = load_settings(shop.conf, {"deployment.keep.rejected_days": "10"})
    first = ingested(spark, settings, "r1", date(2026, 1, 1), [], "a", "a", "b")
    assert [(row["raw"], row["first_run_id"]) for row in first] == [("a", "r1"), ("a", "r1"), ("b", "r1")]
    assert len({row["row_id"] for row in first}) == 3
    near = ingested(spark, settings, "r2", date(2026, 1, 10), first, "a")
    assert sorted((row["raw"], row["first_run_id"], row["last_seen"].day) for row in near) == [
        ("a", "r1", 1),
        ("a", "r1", 10),
        ("b", "r1", 1),
    ]
    late = ingested(spark, settings, "r3", date(2026, 1, 11), near, "a")
    assert [(row["raw"], row["first_run_id"], row["last_seen"].day) for row in late] == [("a", "r1", 11)]
    # Rows of an older Bullseye have no day, and may have what nothing declares.
    old = [Row(**{**row.asDict(), "last_seen": None}) for row in late]
    assert ingested(spark, settings, "r4", date(2026, 1, 12), old) == []
