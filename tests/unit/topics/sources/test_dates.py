"""Dates that cannot be: what counts as late, as early and as delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.settings.sources import Source
from bullseye.topics.sources.dates import EARLY, LATE, begin_of, count_dated, date_of, not_late, undated_facts

FIRST = date(2024, 1, 3)
STARTED = datetime(2025, 3, 1, 4, tzinfo=UTC)


def source(**more: object) -> Source:
    given = {"name": "orders", "format": "csv", "path": "x", "schema": "id STRING NOT NULL, day DATE", **more}
    return Source.model_validate(given)


def delivered(spark: SparkSession, *rows: tuple[str, date | None, str, datetime | None]) -> DataFrame:
    """Rows of (id, day, file, modification time of the file)."""
    return spark.createDataFrame(list(rows), "id STRING, day DATE, _file STRING, _modified_at TIMESTAMP")


def counted(
    rows: DataFrame, *, given: Source | None = None, stated: dict[str, datetime] | None = None
) -> tuple[dict[str, int], dict[str, datetime], list[str]]:
    """Late and early rows, when files were delivered, and the ids of the rows that break no rule."""
    rules, found, moments = count_dated(given or source(), rows, "day", {}, {}, started_at=STARTED, stated=stated or {})
    holds = F.lit(True)
    for rule in rules.values():
        holds = holds & rule
    kept = sorted(row["id"] for row in rows.where(holds).collect())
    assert found.rows - sum(found.broken.values()) == len(kept), "what is counted is what is rejected"
    return dict(found.broken), dict(moments), kept


@pytest.mark.parametrize(
    ("gap", "early", "total", "begins"),
    [
        pytest.param(366, 1, 10_000, False, id="a gap of 366 days"),
        pytest.param(367, 1, 10_000, True, id="a gap of 367 days"),
        pytest.param(367, 9, 9_001, True, id="fewer than 0.1 % before it"),
        pytest.param(367, 9, 9_000, False, id="exactly 0.1 % before it"),
        pytest.param(3653, 2, 1_994, False, id="more than 0.1 % before a gap of ten years"),
        pytest.param(3654, 2, 1_994, True, id="more than 0.1 % before a gap of more than ten years"),
        pytest.param(3654, 20, 2_000, False, id="exactly 1 % before a gap of more than ten years"),
        pytest.param(3654, 19, 2_000, True, id="fewer than 1 % before a gap of more than ten years"),
    ],
)
def test_history_begins_after_a_gap_with_few_rows_before_it(gap: int, early: int, total: int, begins: bool) -> None:
    days = {FIRST - timedelta(days=gap): early, FIRST: total - early - 1, FIRST + timedelta(days=1): 1}
    assert begin_of(days) == (FIRST if begins else None)


def test_of_many_gaps_the_last_with_few_rows_before_it_counts() -> None:
    days = {date(1900, 1, 1): 1, date(1970, 1, 1): 1, FIRST: 5_000, date(2026, 1, 3): 5_000}
    assert begin_of(days) == FIRST


@pytest.mark.parametrize("days", [{}, {FIRST: 1}], ids=["no rows", "one day"])
def test_without_a_gap_there_is_no_begin(days: dict[date, int]) -> None:
    assert begin_of(days) is None


def test_a_row_may_be_exactly_one_day_later_than_its_delivery(spark: SparkSession) -> None:
    at = datetime(2025, 2, 25, 23, 59, tzinfo=UTC)
    times = [at + timedelta(days=1), at + timedelta(days=1, microseconds=1), None]
    rows = spark.createDataFrame(
        [(index, time, at) for index, time in enumerate(times)], "id INT, t TIMESTAMP, d TIMESTAMP"
    )
    kept = rows.where(not_late(F.col("t"), F.col("d"))).collect()
    assert sorted(row["id"] for row in kept) == [0, 2], "a row without a date is not late"


@pytest.mark.fault("one row dated 2052", right="it is rejected as later than its delivery, the others stay")
def test_a_row_later_than_its_file_is_rejected_and_the_start_of_the_run_is_the_limit(spark: SparkSession) -> None:
    past, ahead = datetime(2025, 2, 26, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    rows = delivered(
        spark,
        ("a", FIRST, "a.csv", past),
        ("b", date(2052, 1, 3), "a.csv", past),
        ("c", None, "a.csv", past),
        ("d", date(2025, 2, 28), "b.csv", ahead),
        ("e", date(2025, 3, 5), "b.csv", ahead),
        ("f", date(2025, 3, 2), "c.csv", None),
    )
    assert counted(rows) == ({LATE: 2}, {}, ["a", "c", "d", "f"])


@pytest.mark.fault(
    "a copy resets the modification time of a file to 1970",
    right="its delivery is the start of the run, nothing is rejected",
)
def test_a_file_older_than_most_of_its_rows_was_delivered_when_the_run_began(spark: SparkSession) -> None:
    reset, past = datetime(1970, 1, 1, tzinfo=UTC), datetime(2025, 2, 26, tzinfo=UTC)
    rows = delivered(
        spark,
        ("a", FIRST, "reset.csv", reset),
        ("b", FIRST, "reset.csv", reset),
        ("c", date(2052, 1, 3), "reset.csv", reset),
        ("d", date(2025, 2, 28), "kept.csv", past),
        ("e", FIRST, "kept.csv", past),
    )
    assert counted(rows) == ({LATE: 2}, {"reset.csv": STARTED}, ["a", "b", "e"])


def test_a_file_keeps_the_delivery_that_an_earlier_run_stated(spark: SparkSession) -> None:
    reset, earlier = datetime(1970, 1, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)
    rows = delivered(
        spark, ("a", FIRST, "x.csv", reset), ("b", FIRST, "x.csv", reset), ("c", date(2024, 7, 1), "x.csv", reset)
    )
    assert counted(rows, stated={"x.csv": earlier}) == ({LATE: 1}, {"x.csv": earlier}, ["a", "b"])


@pytest.mark.fault("two rows of 1900 in a shop of two years", right="they are rejected as before the begin")
def test_a_few_rows_long_before_the_others_are_rejected(spark: SparkSession) -> None:
    at = datetime(2025, 2, 26, tzinfo=UTC)
    many = [(f"n{index:04d}", FIRST + timedelta(days=index % 400), "a.csv", at) for index in range(1_992)]
    rows = delivered(spark, ("x", date(1900, 1, 1), "a.csv", at), ("y", date(1900, 1, 1), "a.csv", at), *many)
    broken, _, kept = counted(rows)
    assert (broken, len(kept), "x" in kept) == ({LATE: 0, EARLY: 2}, 1_992, False)


def test_a_stated_begin_counts_instead_of_the_gap(spark: SparkSession) -> None:
    at = datetime(2025, 2, 26, tzinfo=UTC)
    days = [FIRST, FIRST - timedelta(days=1), date(1900, 1, 1)]
    rows = delivered(spark, *[(str(index), day, "a.csv", at) for index, day in enumerate(days)])
    assert counted(rows, given=source(begin="2024-01-03")) == ({LATE: 0, EARLY: 2}, {}, ["0"])
    assert counted(rows, given=source(begin="1900-01-01")) == ({LATE: 0, EARLY: 0}, {}, ["0", "1", "2"])


def test_a_day_before_year_one_is_counted(spark: SparkSession) -> None:
    at = datetime(2025, 2, 26, tzinfo=UTC)
    rows = delivered(spark, *[(str(index), FIRST, "a.csv", at) for index in range(999)], ("z", FIRST, "a.csv", at))
    rows = rows.withColumn("day", F.when(F.col("id") == "z", F.expr("DATE'0000-01-01'")).otherwise(F.col("day")))
    broken, _, kept = counted(rows)
    assert (broken[EARLY], len(kept)) == (1, 999)


def test_a_source_without_rows_has_nothing_late(spark: SparkSession) -> None:
    assert counted(delivered(spark)) == ({LATE: 0}, {}, [])


FACT = "SELECT x FROM orders AS o JOIN people AS p ON o.id = p.id WHERE day > born"


@pytest.mark.parametrize(
    ("schema", "more", "silver", "expected"),
    [
        ("id STRING, day DATE", {}, {"order_line": FACT}, "`day`"),
        ("id STRING, `day` TIMESTAMP, born DATE", {}, {"order_line": FACT}, None),
        ("id STRING, day TIMESTAMP NOT NULL, born DATE", {}, {"order_line": FACT}, "`day`"),
        ("id STRING, day DATE, other DATE", {}, {"order_line": FACT}, "`day`"),
        ("id STRING, day STRING", {}, {"order_line": FACT}, None),
        ("id STRING, day STRING", {"date": "to_date(day, 'dd.MM.yyyy')"}, {}, "to_date(day, 'dd.MM.yyyy')"),
        ("id STRING, day DATE", {"date": "none"}, {"order_line": FACT}, None),
        ("id STRING, day DATE", {}, {"person": FACT}, None),
        ("id STRING, day DATE", {}, {"contact": FACT}, None),
        ("id STRING, born DATE", {"name": "people"}, {"order_line": FACT}, None),
    ],
    ids=[
        "the one date that the facts take",
        "two of them",
        "two, one of them required",
        "another that the facts do not take",
        "a text",
        "stated",
        "stated to have none",
        "a table without days",
        "contacts may be planned",
        "a source that is joined",
    ],
)
def test_the_date_of_a_source(
    spark: SparkSession, schema: str, more: dict[str, str], silver: dict[str, str], expected: str | None
) -> None:
    assert spark is not None, "types are parsed by Spark"
    assert date_of(source(schema=schema, **more), silver) == expected


@pytest.mark.parametrize(("schema", "expected"), [("day DATE", []), ("day STRING", ["silver.order_line"])])
def test_facts_without_a_dated_source_are_looked_at_by_themselves(
    spark: SparkSession, schema: str, expected: Sequence[str]
) -> None:
    assert spark is not None, "types are parsed by Spark"
    assert undated_facts([source(schema=schema)], {"order_line": FACT, "person": FACT}) == expected
