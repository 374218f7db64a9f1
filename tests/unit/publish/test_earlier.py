"""Which release is the one before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import SparkSession
from tests.conftest import context_of, rows_of

from bullseye.release.earlier import AsReleased, EarlierRelease, History, history
from bullseye.settings import Settings
from bullseye.tables.ops import RELEASE

OCTOBER, NOVEMBER, DECEMBER = date(2017, 10, 31), date(2017, 11, 30), date(2017, 12, 31)


def released(release_id: str, as_of: date, hour: int, version: int) -> dict[str, Any]:
    at = datetime(2018, 1, 1, hour, tzinfo=UTC)
    return {
        "release_id": release_id,
        "released_at": at,
        "as_of": as_of,
        "table": "gold.customer",
        "version": version,
        "rows": 10 * version,
    }


def earlier(release_id: str, as_of: date, hour: int, version: int) -> EarlierRelease:
    at = datetime(2018, 1, 1, hour, tzinfo=UTC).replace(tzinfo=None)
    return EarlierRelease(release_id, at, as_of, {"gold.customer": version}, {"gold.customer": 10 * version})


def test_the_release_before_is_the_one_made_last_of_this_day_or_an_earlier_one(spark: SparkSession) -> None:
    rows = rows_of(
        spark,
        RELEASE,
        released("r1", OCTOBER, 1, 1),
        released("r2", NOVEMBER, 2, 2),
        released("r3", DECEMBER, 3, 3),
        released("r4", NOVEMBER, 4, 4),
    )
    assert history(rows, "r4", NOVEMBER) == History(DECEMBER, earlier("r2", NOVEMBER, 2, 2))
    assert history(rows, "r3", DECEMBER) == History(DECEMBER, earlier("r4", NOVEMBER, 4, 4))


def test_the_first_release_has_none_before_it(spark: SparkSession) -> None:
    assert history(rows_of(spark, RELEASE, released("r1", OCTOBER, 1, 1)), "r1", OCTOBER) == History(OCTOBER, None)
    assert history(rows_of(spark, RELEASE), "r1", OCTOBER) == History(None, None)


def test_a_table_that_was_not_published_then_has_no_rows(spark: SparkSession, retail: Settings) -> None:
    then = AsReleased(earlier("r1", OCTOBER, 1, 1), context_of(spark, retail, as_of=NOVEMBER))
    assert then["gold.tag_coverage"].count() == 0
