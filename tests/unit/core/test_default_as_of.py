"""The default date of a run, counted from the table that deployment.yaml names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.conftest import context_of, rows_of

from bullseye.core.job import Context
from bullseye.core.lake import Lake, Stamp
from bullseye.core.run import default_as_of
from bullseye.errors import BullseyeError, SettingsError
from bullseye.settings import Settings
from bullseye.settings.deployment import Deployment


def lines(context: Context, root: Path, *times: tuple[date, datetime]) -> Lake:
    lake, table = Lake(context.spark, str(root)), context.tables["silver.order_line"]
    rows = [
        {"order_id": str(number), "line_id": "1", "day": day, "ordered_at": at}
        for number, (day, at) in enumerate(times)
    ]
    lake.replace(table, rows_of(context.spark, table, *rows), Stamp("run-1", "test"))
    return lake


def with_rule(retail: Settings, **rule: object) -> Settings:
    as_of = retail[Deployment].as_of.model_copy(update=rule)
    return retail.replacing(retail[Deployment].model_copy(update={"as_of": as_of}))


@pytest.mark.fault("one line is dated 2052, in a table of real lines", right="2052 is not the date of the run")
def test_the_last_complete_day_depends_on_local_time_and_on_rows(
    spark: SparkSession, retail: Settings, tmp_path: Path
) -> None:
    context = context_of(spark, retail)
    days = [(date(2017, 1, day), datetime(2017, 1, day, 16, tzinfo=UTC)) for day in range(1, 31) for _ in range(3)]
    late = (date(2017, 1, 31), datetime(2017, 2, 1, 3, 0, tzinfo=UTC))  # 22:00 in New York
    ahead = (date(2052, 1, 1), datetime(2052, 1, 1, 16, tzinfo=UTC))
    assert default_as_of(context, lines(context, tmp_path / "late", *days, late, ahead)) == date(2017, 1, 31)
    early = (date(2017, 1, 31), datetime(2017, 2, 1, 2, 59, tzinfo=UTC))
    assert default_as_of(context, lines(context, tmp_path / "early", *days, early, ahead)) == date(2017, 1, 30)


def test_no_rows_are_an_error(spark: SparkSession, retail: Settings, tmp_path: Path) -> None:
    with pytest.raises(BullseyeError, match="has no rows, so that there is no last complete day"):
        default_as_of(context_of(spark, retail), Lake(spark, str(tmp_path)))


def test_a_table_or_column_that_cannot_tell_is_an_error(spark: SparkSession, retail: Settings, tmp_path: Path) -> None:
    lake = Lake(spark, str(tmp_path))
    with pytest.raises(
        SettingsError, match=r"silver.order_lines is not a table of facts .*did you mean 'silver.order_line'"
    ):
        default_as_of(context_of(spark, with_rule(retail, table="silver.order_lines")), lake)
    with pytest.raises(SettingsError, match=r"silver.order_line has no time 'ordered'; choose ordered_at"):
        default_as_of(context_of(spark, with_rule(retail, column="ordered")), lake)
