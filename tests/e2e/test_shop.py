"""The newcomer's shop, through the whole suite: what a second run, a late order, another day or a full disk do."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from tests.opened import charts, opened
from tests.shop import Shop

from bullseye.cli.run import Request, run_jobs
from bullseye.core.checked import checked
from bullseye.core.contract import Table
from bullseye.core.graph import select
from bullseye.core.lake import Lake, Stamp, Written
from bullseye.core.runlog import Entry
from bullseye.errors import BullseyeError, LakeError, SettingsError
from bullseye.suite import JOBS, contracts, load_settings

pytestmark = pytest.mark.beside
UNTIL_CUSTOMERS = ["ingest_sources", "resolve_identity", "build_party_days", "date_persons", "build_customers"]


def run(shop: Shop, *, only: Sequence[str] = (), **more: object) -> dict[str, Entry]:
    request = Request(shop.conf, lake=str(shop.lake), **more)  # type: ignore[arg-type]  # fields of Request
    return {entry.job: entry for entry in run_jobs(request, select(JOBS, only=only), JOBS)}


def table(spark: SparkSession, shop: Shop, name: str) -> DataFrame:
    return Lake(spark, str(shop.lake)).read(contracts(load_settings(shop.conf))[name])


def contents(spark: SparkSession, shop: Shop, names: Sequence[str]) -> dict[str, object]:
    """A hash of the rows of every table, by slice."""
    tables = contracts(load_settings(shop.conf))
    found = {}
    for name in names:
        with checked(tables[name], Lake(spark, str(shop.lake)).read(tables[name]), maker="test") as rows:
            found[name] = dict(rows.slices)
    return found


def test_a_new_company_needs_only_yaml_and_sql(whole: tuple[Shop, dict[str, Entry]], spark: SparkSession) -> None:
    shop, entries = whole
    assert {entry.status for entry in entries.values()} == {"done"}
    assert sorted(entries) == sorted(job.name for job in JOBS if job.enabled is None)
    rows = {
        name: table(spark, shop, name).count()
        for name in ("gold.customer", "gold.tag_catalog", "gold.association_rule", "gold.score")
    }
    assert rows["gold.customer"] == 60
    assert rows["gold.tag_catalog"] == 3
    assert rows["gold.association_rule"] > 0
    assert rows["gold.score"] == 54, "the six prospects have no purchase and no score"


def test_prospects_are_customers_without_purchases(whole: tuple[Shop, dict[str, Entry]], spark: SparkSession) -> None:
    prospects = table(spark, whole[0], "gold.customer").where("orders_all = 0")
    found = (
        prospects.select(
            "customer_id", "recency_days", "spend_30d", "spend_all", "favourite_category", "saturday_share"
        )
        .orderBy("customer_id")
        .collect()
    )
    never_bought = ["C021", "C056", "C057", "C058", "C059", "C060"]
    assert [tuple(row) for row in found] == [
        (f"card:{who}", None, Decimal(0), Decimal(0), None, None) for who in never_bought
    ]


def test_the_report_and_the_views_are_there(whole: tuple[Shop, dict[str, Entry]]) -> None:
    shop, _ = whole
    page = (shop.lake / "report" / "index.html").read_text(encoding="utf-8")
    assert "Corner shop" in page
    assert 'src="http' not in page
    assert {path.name for path in (shop.lake / "views").iterdir()} >= {"spark.sql", "duckdb.sql", "trino.sql"}


def test_the_report_opens_in_a_browser_with_its_charts_and_lists(
    whole: tuple[Shop, dict[str, Entry]], browser: Browser
) -> None:
    folder = whole[0].lake / "report"
    for shown in opened(browser, folder / "index.html"):
        drawn = charts(shown.page)
        assert {"chart-months", "chart-sales", "chart-rfm-map", "chart-network"} <= {chart["id"] for chart in drawn}
        assert [chart for chart in drawn if chart["marks"] == 0 or chart["over"] > 1] == []
        lists = shown.page.evaluate("[...document.querySelectorAll('#lists a')].map(link => link.getAttribute('href'))")
        assert sorted(lists) == sorted(f"lists/{path.name}" for path in (folder / "lists").iterdir())
        assert "first release" in shown.page.locator("#changes").inner_text()


def test_a_release_names_every_published_table_at_one_time(
    whole: tuple[Shop, dict[str, Entry]], spark: SparkSession
) -> None:
    shop, _ = whole
    release = table(spark, shop, "ops.release")
    versions = {row["table"]: (row["version"], row["rows"]) for row in release.collect()}
    assert release.select("release_id", "released_at", "as_of").distinct().count() == 1
    assert versions["gold.customer"] == (Lake(spark, str(shop.lake)).version("gold.customer"), 60)


def test_a_question_costs_nothing_until_it_is_asked_and_leaves_nothing_when_it_is_no_more(
    whole: tuple[Shop, dict[str, Entry]], tmp_path: Path, spark: SparkSession
) -> None:
    shop = Shop(tmp_path)
    shutil.copytree(whole[0].conf, shop.conf)
    shutil.copytree(whole[0].lake, shop.lake)
    only = ["build_tiers"]
    with pytest.raises(SettingsError, match="the settings of shop ask for nothing that build_tiers makes"):
        run(shop, only=only)
    question = {
        "tiers.amount": "spend_all",
        "tiers.cut": "10",
        "tiers.inactive_where": "recency_days > 365",
        "tiers.min_customers": "20",
        "tiers.tiers": "[{name: buyer, where: spend_all > cut, doc: spent more than the limit}]",
    }
    run(shop, only=only, overrides=question)
    assert table(spark, shop, "gold.customer_tier").count() == 60
    run(shop, only=only)
    assert table(spark, shop, "gold.customer_tier").count() == 0


def test_a_second_run_with_nothing_new_skips_everything_and_says_why(
    whole: tuple[Shop, dict[str, Entry]], spark: SparkSession
) -> None:
    shop, _ = whole
    lake = Lake(spark, str(shop.lake))
    names = [name for name in contracts(load_settings(shop.conf)) if name not in ("ops.run", "ops.lease")]
    before = {name: lake.version(name) for name in names if lake.exists(name)}
    again = run(shop)
    assert {entry.status for entry in again.values()} == {"up to date"}
    assert again["build_customers"].reason == "same code, settings and inputs as its last run"
    assert again["build_party_days"].reason.startswith("all ")
    assert {name: lake.version(name) for name in before} == before


def test_a_dry_run_changes_nothing(shop: Shop, spark: SparkSession) -> None:
    assert run(shop, dry_run=True) == {}
    assert not shop.lake.exists()


@pytest.fixture
def again(whole: tuple[Shop, dict[str, Entry]], tmp_path: Path) -> Shop:
    """A copy of the shop after its first run: its files, settings and lake."""
    return Shop(Path(shutil.copytree(whole[0].root, tmp_path / "again")))


def test_a_late_order_changes_its_own_day_only(again: Shop, spark: SparkSession) -> None:
    facts = ["silver.order_line", "features.party_day", "features.party_day_item"]
    before = contents(spark, again, facts)
    late = "O99999,1,C001,2025-03-03 10:00:00,P4,1,24.00"
    again.append_lines("orders.csv", [late])
    entries = run(again, only=UNTIL_CUSTOMERS)
    after = contents(spark, again, facts)
    for name in before:
        changed = {
            slice for slice in {*before[name], *after[name]} if before[name].get(slice) != after[name].get(slice)
        }  # type: ignore[attr-defined]  # dicts
        assert changed == {"2025-03-03"}, name
    assert entries["build_party_days"].reason.startswith("1 of ")
    assert entries["resolve_identity"].status == "done"
    assert entries["build_customers"].status == "done"
    assert Lake(spark, str(again.lake)).version("features.party_day") == 2
    again.append_lines("orders.csv", [late])
    assert run(again, only=["ingest_sources"])["ingest_sources"].status == "done"
    rejected = table(spark, again, "ops.quarantine").select("reasons").collect()
    assert [row["reasons"] for row in rejected] == [["duplicate"]], "the same line twice is kept apart, not lost"
    assert contents(spark, again, ["silver.order_line"])["silver.order_line"] == after["silver.order_line"]


def test_later_facts_change_nothing_of_an_earlier_day(shop: Shop, spark: SparkSession) -> None:
    """Computed on the files as they were on 30 April, and as of 30 April on all files: the same customers."""
    orders = (shop.data / "orders.csv").read_text(encoding="utf-8")
    header, *lines = orders.splitlines()
    until = [line for line in lines if line.split(",")[3] < "2025-05-01"]
    (shop.data / "orders.csv").write_text("\n".join([header, *until]) + "\n", encoding="utf-8")
    run(shop, only=UNTIL_CUSTOMERS, as_of=date(2025, 4, 30))
    before = contents(spark, shop, ["gold.customer"])
    (shop.data / "orders.csv").write_text(orders, encoding="utf-8")
    entries = run(shop, only=UNTIL_CUSTOMERS, as_of=date(2025, 4, 30))
    assert entries["ingest_sources"].rows > 0
    assert entries["build_customers"].reason == "same code, settings and inputs as its last run"
    run(shop, only=["build_customers"], as_of=date(2025, 4, 30), force=True)
    assert contents(spark, shop, ["gold.customer"]) == before


def test_training_snapshots_hold_what_the_customer_table_held_that_day(again: Shop, spark: SparkSession) -> None:
    day = date(2025, 4, 30)
    snapshot = table(spark, again, "features.training_snapshot").where(F.col("as_of") == F.lit(day))
    run(again, only=["build_customers"], as_of=day)
    customer = table(spark, again, "gold.customer").where(F.col("as_of") == F.lit(day)).select(*snapshot.columns)
    assert snapshot.count() == customer.count() == 54, "the six prospects were first read in a run as of June"
    assert snapshot.exceptAll(customer).count() == 0


def test_a_day_before_all_facts_has_those_who_were_registered_by_then(again: Shop, spark: SparkSession) -> None:
    """Of persons without a date, none: the first run that read them is as of a later day."""
    day = date(2024, 12, 31)
    run(again, only=["build_customers"], as_of=day)
    customers = table(spark, again, "gold.customer").where(F.col("as_of") == F.lit(day))
    assert customers.isEmpty()
    again.edit(
        "silver/person.sql",
        "FROM customers",
        ", IF(region = 'north', DATE'2024-12-31', DATE'2025-01-01') AS known_since FROM customers",
    )
    run(again, only=UNTIL_CUSTOMERS, as_of=day)
    customers = table(spark, again, "gold.customer").where(F.col("as_of") == F.lit(day))
    assert customers.agg(F.count("*"), F.max("orders_all"), F.max("region")).collect() == [(30, 0, "north")]


def test_a_target_with_too_few_positives_is_an_error_with_the_remedy(again: Shop) -> None:
    released = (again.lake / "ops" / "release" / "_delta_log").glob("*.json")
    before = sorted(path.name for path in released)
    again.edit("models.yaml", "min_positives: 10", "min_positives: 1000")
    with pytest.raises(BullseyeError, match="lapse_30d"):
        run(again)
    assert sorted(path.name for path in (again.lake / "ops" / "release" / "_delta_log").glob("*.json")) == before


def test_a_full_disk_is_told_with_what_is_free_and_the_run_goes_on_when_there_is_room(
    again: Shop, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, write = date(2025, 5, 31), Lake.replace_slices

    def no_room(lake: Lake, into: Table, rows: DataFrame, slices: Sequence[date] | None, stamp: Stamp) -> Written:
        if into.name == "gold.customer":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(lake, into, rows, slices, stamp)

    with monkeypatch.context() as full:
        full.setattr(Lake, "replace_slices", no_room)
        with pytest.raises(
            LakeError, match=r"a disk is full\n  the lake: .*lake, [0-9,.]+ MiB free\n  Spark's scratch"
        ):
            run(again, only=UNTIL_CUSTOMERS, as_of=day)
    assert table(spark, again, "ops.run").where("status = 'failed'").select("job").collect() == [("build_customers",)]
    status = {job: entry.status for job, entry in run(again, only=UNTIL_CUSTOMERS, as_of=day).items()}
    assert (status["ingest_sources"], status["build_customers"]) == ("up to date", "done")
