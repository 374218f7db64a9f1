"""Checking and mapping source rows: nothing is lost, and every rejected row tells why."""

from __future__ import annotations

import json
import os

import pytest
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import context_of
from tests.shop import Shop

from bullseye.errors import IdentityError, QualityGateError, SourceError
from bullseye.settings import Silver
from bullseye.settings.identity import Identity
from bullseye.settings.sources import Source, Sources
from bullseye.suite import contracts, load_settings
from bullseye.topics.sources.ingest import Checked, check_source, ingest_sources
from bullseye.topics.sources.mapping import check_mapping
from bullseye.topics.sources.read import _read

SCHEMA = "id STRING NOT NULL, amount DECIMAL(18,2), day DATE"


def source(**more: object) -> Source:
    return Source.model_validate(
        {"name": "orders", "format": "csv", "path": "orders.csv", "schema": SCHEMA, "key": ["id"], **more}
    )


def check(spark: SparkSession, shop: Shop, given: Source, *lines: str) -> Checked:
    path = shop.root / "check.csv"
    path.write_text("\n".join(["id,amount,day", *lines]) + "\n", encoding="utf-8")
    return check_source(
        given, _read(spark, given, str(path)), context_of(spark, load_settings(shop.conf), root=str(shop.lake))
    )


def reasons(rejected: DataFrame | None) -> dict[str, list[str]]:
    return {json.loads(row["raw"]).get("id", ""): row["reasons"] for row in rejected.collect()} if rejected else {}


def test_every_reason_of_a_row_is_kept_and_the_good_rows_are_typed(spark: SparkSession, shop: Shop) -> None:
    rules = [{"name": "amount_positive", "where": "amount > 0"}]
    found = check(
        spark,
        shop,
        source(rules=rules),
        "a,1.50,2025-01-02",
        "b,-1,2025-13-40",
        ",2.00,2025-01-02",
        "c,many,2025-01-02",
    )
    assert [(r["id"], str(r["amount"]), str(r["day"])) for r in found.good.collect()] == [("a", "1.50", "2025-01-02")]
    assert reasons(found.rejected) == {
        "b": ["day is not DATE", "amount_positive"],
        "": ["id is missing"],
        "c": ["amount is not DECIMAL(18,2)", "amount_positive"],
    }
    assert {(c["rule"], c["action"]): (c["checked"], c["failed"]) for c in found.counts}["rows", "gate"] == (4, 3)


def test_of_rows_with_one_key_the_first_by_content_stays(spark: SparkSession, shop: Shop) -> None:
    found = check(spark, shop, source(), "a,2.00,2025-01-02", "a,1.00,2025-01-02", "b,,")
    assert sorted((r["id"], r["amount"] and str(r["amount"])) for r in found.good.collect()) == [
        ("a", "1.00"),
        ("b", None),
    ]
    assert reasons(found.rejected) == {"a": ["duplicate"]}


def test_a_dot_in_the_name_of_a_column_is_no_struct(spark: SparkSession, shop: Shop) -> None:
    (shop.root / "check.csv").write_text("Customer.ID,a b\nc1,1.00\nc1,2.00\n,3.00\n", encoding="utf-8")
    schema = "`Customer.ID` STRING NOT NULL, `a b` DECIMAL(18,2)"
    given = source(schema=schema, key=["Customer.ID"])
    rows = _read(spark, given, str(shop.root / "check.csv"))
    found = check_source(given, rows, context_of(spark, load_settings(shop.conf), root=str(shop.lake)))
    assert [(row["Customer.ID"], str(row["a b"])) for row in found.good.collect()] == [("c1", "1.00")]
    assert found.rejected is not None
    assert sorted(row["reasons"] for row in found.rejected.collect()) == [["Customer.ID is missing"], ["duplicate"]]


def test_a_line_with_too_many_values_is_malformed(spark: SparkSession, shop: Shop) -> None:
    found = check(spark, shop, source(), "a,1.00,2025-01-02", "b,1.00,2025-01-02,extra")
    assert reasons(found.rejected) == {"b": ["malformed line"]}


def test_a_warning_counts_and_keeps_the_row(spark: SparkSession, shop: Shop) -> None:
    rules = [{"name": "amount_positive", "where": "amount > 0", "action": "warn"}]
    found = check(spark, shop, source(rules=rules), "a,-1,2025-01-02")
    assert (found.good.count(), found.rejected) == (1, None)
    assert [(c["rule"], c["failed"], c["passed"]) for c in found.counts if c["action"] == "warn"] == [
        ("amount_positive", 1, True)
    ]


def test_too_many_rejected_rows_fail_the_gate(spark: SparkSession, shop: Shop) -> None:
    gates = [
        check(spark, shop, source(max_rejected_share=share), "a,1,2025-01-02", ",1,2025-01-02").counts[-1]["passed"]
        for share in (0.5, 0.49)
    ]
    assert gates == [True, False]


def test_a_source_without_rows_is_an_error_unless_it_may_be_empty(spark: SparkSession, shop: Shop) -> None:
    with pytest.raises(SourceError, match="source orders has no rows; drop the file again, or set may_be_empty: true"):
        check(spark, shop, source())
    assert check(spark, shop, source(may_be_empty=True)).rows == 0


def test_an_extra_column_is_a_warning(spark: SparkSession, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    given = source(schema="id STRING NOT NULL, day DATE")
    assert check(spark, shop, given, "a,1,2025-01-02").good.columns == ["id", "day"]
    assert "source orders has undeclared column(s) amount: left out" in caplog.text


def test_mistakes_in_rules_and_mapping_are_found_without_rows(spark: SparkSession, shop: Shop) -> None:
    shop.edit("sources.yaml", "where: pieces > 0", "where: peices > 0")
    settings = load_settings(shop.conf)
    (problem,) = check_mapping(spark, settings, contracts(settings))
    assert problem.startswith(f"{shop.conf}/sources.yaml:10 sources.0.rules.0.where: ")
    assert problem.endswith("(did you mean 'pieces'?)")


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        (
            "order: solt_at",
            "sources.0.order: A column, variable, or function parameter with name `solt_at` cannot be resolved",
        ),
        (
            "date: solt_at",
            "sources.0.date: A column, variable, or function parameter with name `solt_at` cannot be resolved",
        ),
        ("date: none\n    begin: 2024-01-01", "sources.0.begin: the source has no date; add date"),
    ],
)
def test_mistakes_in_order_date_and_begin_have_their_place(
    spark: SparkSession, shop: Shop, setting: str, problem: str
) -> None:
    shop.edit("sources.yaml", "    key: [receipt, line]\n", f"    key: [receipt, line]\n    {setting}\n")
    settings = load_settings(shop.conf)
    (found,) = check_mapping(spark, settings, contracts(settings))
    assert problem in found


@pytest.mark.parametrize(
    ("order", "passed"), [(None, False), ("newest_file", True)], ids=["not expected", "expected by order"]
)
@pytest.mark.fault(
    "a later file delivers most keys with other content",
    right="the newer rows stay; the run stops unless `order` is stated",
)
def test_superseded_rows_count_against_the_gate_unless_the_source_states_an_order(
    spark: SparkSession, shop: Shop, order: str | None, passed: bool
) -> None:
    folder = shop.root / "drop"
    folder.mkdir()
    for name, lines, seconds in (
        ("b.csv", ("a,9,2025-01-02", "b,9,2025-01-02"), 1.75e9),
        ("a.csv", ("a,1,2025-01-02",), 1.76e9),
    ):
        (folder / name).write_text("\n".join(["id,amount,day", *lines]) + "\n", encoding="utf-8")
        os.utime(folder / name, (seconds, seconds))
    given = source(**({"order": order} if order else {}))
    found = check_source(given, _read(spark, given, str(folder)), context_of(spark, load_settings(shop.conf)))
    assert sorted((row["id"], int(row["amount"])) for row in found.good.collect()) == [("a", 1), ("b", 9)]
    assert reasons(found.rejected) == {"a": ["superseded"]}
    counts = {row["rule"]: (row["failed"], row["passed"]) for row in found.counts}
    assert counts["superseded"] == (1, True)
    assert counts["duplicate"] == (0, True)
    assert counts["rows"] == (0 if passed else 1, passed)


def test_a_mapping_that_breaks_its_contract_lists_all_differences(spark: SparkSession, shop: Shop) -> None:
    shop.edit(
        "silver/product.sql",
        "  sku                                                   AS product_id,\n",
        "  1                                                     AS produkt_id,\n",
    )
    settings = load_settings(shop.conf)
    found = [line.replace(f"{shop.conf}/", "") for line in check_mapping(spark, settings, contracts(settings))]
    assert found == [
        "silver/product.sql: missing      product_id STRING (did you mean 'produkt_id'?)",
        "silver/product.sql: unexpected   produkt_id INT",
    ]


def test_a_column_that_may_be_null_can_be_left_out_but_not_misspelt(spark: SparkSession, shop: Shop) -> None:
    title = "  title                                                 AS name,\n"
    shop.edit("silver/product.sql", title, "")
    settings = load_settings(shop.conf)
    assert check_mapping(spark, settings, contracts(settings)) == []
    shop.edit("silver/product.sql", "  sku ", "  title AS nam,\n  sku ")
    settings = load_settings(shop.conf)
    assert [line.partition(": ")[2] for line in check_mapping(spark, settings, contracts(settings))] == [
        "unexpected   nam STRING (did you mean 'name'?)"
    ]


def test_a_mapping_to_an_unknown_table_names_the_nearest(spark: SparkSession, shop: Shop) -> None:
    (shop.conf / "silver" / "product.sql").rename(shop.conf / "silver" / "products.sql")
    settings = load_settings(shop.conf)
    (problem,) = check_mapping(spark, settings, contracts(settings))
    assert "there is no canonical table products (did you mean 'product'?)" in problem


def test_the_gate_error_has_exit_code_3() -> None:
    assert QualityGateError("x").exit_code == 3


def test_two_sources_that_claim_one_party_stop_the_job(
    spark: SparkSession, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_SALT", "a salt for made-up persons")
    path = shop.root / "claims.csv"
    schema = "id STRING NOT NULL, system STRING, email STRING"
    claims = source(name="claims", path=str(path), schema=schema, key=["id", "system"])
    types = [{"name": "email", "normalise": "email"}]
    sql = "SELECT id AS party_id, 'email' AS id_type, email AS id_value, system AS source FROM claims"
    settings = load_settings(shop.conf).replacing(
        Sources(sources=(claims,)),
        Silver(tables={"identifier": sql}),
        Identity.model_validate({"salt_env": "SHOP_SALT", "types": types}),
    )
    path.write_text("id,system,email\nC001,core,a@x.org\nC001,app,b@x.org\n", encoding="utf-8")
    given = {"source.claims": _read(spark, claims, str(path))}
    with pytest.raises(IdentityError, match=r"app and core: 1 party id\(s\)"):
        ingest_sources(given, context_of(spark, settings, root=str(shop.lake)))  # type: ignore[arg-type]  # a mapping, as Inputs
