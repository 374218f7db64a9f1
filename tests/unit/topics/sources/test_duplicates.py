"""Of rows with one key, which one stays, and why the others do not."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.core.quality import broken_rules
from bullseye.settings.sources import Source
from bullseye.topics.sources.duplicates import with_one_per_key

OLD, NEW = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC)
SCHEMA = "id STRING, amount INT, version INT, _file STRING, _modified_at TIMESTAMP, _raw STRING"
Given = tuple[int | None, int | None, str, datetime]


def outcome(spark: SparkSession, *given: Given, order: str | None = None) -> dict[str, list[str]]:
    """The reasons of rows of one key, (amount, version, file, its time), by file and amount."""
    # Each order of the rows is a key of its own.
    rows = [
        (f"k{key}", amount, version, file, at, f"{amount}")
        for key, some in enumerate(itertools.permutations(given))
        for amount, version, file, at in some
    ]
    source = Source.model_validate(
        {"name": "s", "format": "csv", "path": "x", "schema": "id STRING, amount INT, version INT", "key": ["id"]}
        | ({"order": order} if order else {})
    )
    reasons = with_one_per_key(source, broken_rules({"positive": F.expr("amount > 0")}))
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in spark.createDataFrame(rows, SCHEMA).select("amount", "_file", reasons.alias("reasons")).collect():
        found.setdefault(f"{row['_file']}:{row['amount']}", set()).add(tuple(row["reasons"]))
    assert all(len(some) == 1 for some in found.values()), "the order of the rows does not matter"
    return {row: list(*some) for row, some in found.items()}


@pytest.mark.fault("a key is delivered again with another content", right="the row of the newer file stays")
def test_the_newer_file_wins_whatever_the_text(spark: SparkSession) -> None:
    assert outcome(spark, (9, 1, "a", OLD), (5, 1, "b", NEW)) == {"a:9": ["superseded"], "b:5": []}
    assert outcome(spark, (5, 1, "a", NEW), (9, 1, "b", OLD)) == {"a:5": [], "b:9": ["superseded"]}


def test_of_files_of_one_time_the_later_name_wins(spark: SparkSession) -> None:
    assert outcome(spark, (5, 1, "2025-01-01", OLD), (9, 1, "2025-01-02", OLD)) == {
        "2025-01-01:5": ["superseded"],
        "2025-01-02:9": [],
    }


def test_an_equal_row_is_a_duplicate_also_from_another_file(spark: SparkSession) -> None:
    assert outcome(spark, (5, 1, "a", OLD), (5, 1, "b", NEW)) == {"a:5": ["duplicate"], "b:5": []}


def test_rows_of_one_file_are_duplicates_whatever_they_hold(spark: SparkSession) -> None:
    assert outcome(spark, (5, 1, "a", OLD), (9, 1, "a", OLD)) == {"a:5": [], "a:9": ["duplicate"]}


def test_the_stated_order_wins_over_the_newer_file(spark: SparkSession) -> None:
    rows: list[Given] = [(5, 3, "a", OLD), (9, 2, "b", NEW), (7, None, "c", NEW)]
    assert outcome(spark, *rows, order="version") == {"a:5": [], "b:9": ["superseded"], "c:7": ["superseded"]}
    assert outcome(spark, *rows[:2], order="newest_file") == {"a:5": ["superseded"], "b:9": []}


@pytest.mark.fault(
    "a newer file delivers a key with a broken row", right="the broken row is rejected, the older one stays"
)
def test_a_row_that_breaks_a_rule_does_not_win(spark: SparkSession) -> None:
    assert outcome(spark, (5, 1, "a", OLD), (-1, 1, "b", NEW)) == {"a:5": [], "b:-1": ["positive", "superseded"]}
