"""Dated canonical tables after the mapping, where only the SQL can read the dates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from pyspark.sql import SparkSession
from tests.conftest import context_of, rows_of
from tests.shop import Shop

from bullseye.suite import load_settings
from bullseye.tables.silver import CONTACT, EVENT
from bullseye.topics.sources.canonical_facts import Facts, check_facts

FIRST, LATEST = date(2024, 1, 3), date(2025, 2, 26)
MANY = [FIRST + timedelta(days=index % 400) for index in range(1_200)]


def checked(
    spark: SparkSession,
    shop: Shop,
    *days: date,
    table: str = "silver.event",
    undated: bool = True,
    before: Mapping[str, int] | None = None,
) -> Facts:
    contract, column = {"silver.event": (EVENT, "event_id"), "silver.contact": (CONTACT, "party_id")}[table]
    rows = rows_of(spark, contract, *[{column: f"e{index}", "day": day} for index, day in enumerate(days)])
    standing = SimpleNamespace(started_at=datetime(2025, 2, 25, tzinfo=UTC), days=lambda _: before or {})
    context = replace(context_of(spark, load_settings(shop.conf)), standing=standing)  # type: ignore[arg-type]  # what is used of it
    found = check_facts({table: rows}, context, latest=LATEST, undated=[table] if undated else [])[table]
    found.good.count()
    context.release()
    return found


def rejected(found: Facts) -> list[tuple[str, list[str], str]]:
    rows = found.rejected.collect() if found.rejected else []
    return sorted((row["source"], row["reasons"], json.loads(row["raw"])["day"]) for row in rows)


@pytest.mark.fault(
    "dates of 2052 and 1900 that only silver SQL reads", right="the rows are rejected from the canonical table"
)
def test_days_that_cannot_be_are_rejected_with_the_row_as_it_was_mapped(spark: SparkSession, shop: Shop) -> None:
    found = checked(spark, shop, date(2052, 1, 3), date(1900, 1, 1), LATEST, *MANY)
    assert rejected(found) == [
        ("silver.event", ["before the begin"], "1900-01-01"),
        ("silver.event", ["later than its delivery"], "2052-01-03"),
    ]
    assert found.good.count() == len(MANY) + 1
    assert [(row["rule"], row["failed"], row["passed"]) for row in found.counts] == [
        ("later than its delivery", 1, True),
        ("before the begin", 1, True),
        ("rows", 2, True),
    ]


def test_rows_that_are_written_are_cached_once(spark: SparkSession, shop: Shop) -> None:
    rows = rows_of(spark, EVENT, {"event_id": "e", "day": FIRST})
    context = context_of(spark, load_settings(shop.conf))
    good = check_facts({EVENT.name: rows}, context, latest=LATEST, undated=[])[EVENT.name].good
    assert EVENT.conform(good, maker="test") is good
    assert good.storageLevel.useMemory
    context.release()


def test_more_such_rows_than_allowed_do_not_pass(spark: SparkSession, shop: Shop) -> None:
    found = checked(spark, shop, *[date(2052, 1, 3)] * 2, *MANY[:190])
    assert [row["passed"] for row in found.counts if row["rule"] == "rows"] == [False]


def test_early_rows_of_dated_sources_have_passed_already(spark: SparkSession, shop: Shop) -> None:
    found = checked(spark, shop, date(1900, 1, 1), *MANY, undated=False)
    assert (found.rejected, found.counts) == (None, ())


def test_contacts_may_be_planned(spark: SparkSession, shop: Shop) -> None:
    found = checked(spark, shop, date(2052, 1, 3), FIRST, table="silver.contact")
    assert (found.rejected, found.counts) == (None, ())


@pytest.mark.fault("the file of a month is missing", right="the run stops and states rows and days")
def test_a_month_that_is_gone_does_not_pass(spark: SparkSession, shop: Shop) -> None:
    before = {str(FIRST + timedelta(days=index)): 3 for index in range(400)}
    kept = [day for day in MANY if (day.year, day.month) != (2024, 6)]
    found = checked(spark, shop, *kept, before=before)
    assert [(row["rule"], row["checked"], row["failed"], row["passed"]) for row in found.counts] == [
        ("gone rows", 1_200, 90, True),
        ("lost days", 400, 30, False),
    ]
