"""What may be gone since the last ingest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pyspark.sql import Row

from bullseye.core.quality import gate_remedies, gate_text
from bullseye.settings.sources import Source, Sources
from bullseye.topics.sources.shrink import shrink_of_days, shrink_of_source

FIRST = date(2024, 1, 1)


def source(**more: object) -> Source:
    return Source.model_validate({"name": "orders", "format": "csv", "path": "x", "schema": "id STRING", **more})


def settings(**more: object) -> Sources:
    return Sources(sources=(source(),), **more)  # type: ignore[arg-type]  # fields of Sources


def passed(rows: list[Row]) -> dict[str, bool]:
    return {row["rule"]: row["passed"] for row in rows}


@pytest.mark.parametrize(
    ("before", "now", "more", "expected"),
    [
        pytest.param(0, 0, {}, None, id="first ingest"),
        pytest.param(100, 90, {}, True, id="exactly the share"),
        pytest.param(100, 89, {}, False, id="a row more"),
        pytest.param(100, 200, {}, True, id="growth"),
        pytest.param(100, 89, {"max_shrink": 0.2}, True, id="the source's own share"),
        pytest.param(100, 0, {"max_shrink": 1}, True, id="all may go"),
        pytest.param(100, 0, {"may_be_empty": True}, None, id="empty, and may be"),
        pytest.param(100, 50, {"may_be_empty": True}, False, id="half, and may be empty"),
    ],
)
def test_the_rows_of_a_source(before: int, now: int, more: dict[str, object], expected: bool | None) -> None:
    rows = shrink_of_source("run-1", source(**more), settings(), before=before, now=now)
    assert [row["passed"] for row in rows] == ([] if expected is None else [expected])


def days(rows: int, count: int = 100, *, without: range = range(0)) -> dict[date, int]:
    return {FIRST + timedelta(days=day): rows for day in range(count) if day not in without}


def before(found: dict[date, int]) -> dict[str, int]:
    return {str(day): rows for day, rows in found.items()}


def test_the_first_ingest_has_no_gate() -> None:
    assert shrink_of_days("run-1", "silver.event", settings(), before={}, now=days(5)) == []
    assert shrink_of_days("run-1", "silver.event", settings(), before={"2024-01-01": 0}, now=days(5)) == []


@pytest.mark.parametrize(
    ("now", "more", "gone_rows", "lost_days"),
    [
        pytest.param(days(20), {}, True, True, id="the same"),
        pytest.param(days(18), {}, True, True, id="a tenth of every day"),
        pytest.param(days(17), {}, False, True, id="more than a tenth of every day"),
        pytest.param(
            days(40) | days(10, 50), {}, False, True, id="a day with more rows does not make up for one with fewer"
        ),
        pytest.param(days(20, without=range(1)), {}, True, False, id="the first day"),
        pytest.param(days(20, without=range(99, 100)), {}, True, False, id="the last day"),
        pytest.param(
            days(20, 101, without=range(1)), {"max_lost_days": 1}, True, True, id="a window that moves on by a day"
        ),
        pytest.param(days(20, 102, without=range(2)), {"max_lost_days": 1}, True, False, id="by two days"),
        pytest.param(
            days(20, 200, without=range(20)),
            {"max_lost_days": 99},
            False,
            True,
            id="new days do not make up for old ones",
        ),
        pytest.param({}, {"max_shrink": 1}, True, True, id="nothing is compared"),
    ],
)
def test_the_days_of_a_dated_table(
    now: dict[date, int], more: dict[str, object], gone_rows: bool, lost_days: bool
) -> None:
    rows = shrink_of_days("run-1", "silver.event", settings(**more), before=before(days(20)), now=now)
    assert passed(rows) == {"gone rows": gone_rows, "lost days": lost_days}


@pytest.mark.parametrize(("rows", "expected"), [(3, True), (4, False)], ids=["nine rows", "twelve rows"])
def test_days_that_held_few_rows_may_go(rows: int, expected: bool) -> None:
    now = days(rows, without=range(3))
    found = shrink_of_days("run-1", "silver.event", settings(), before=before(days(rows)), now=now)
    assert passed(found)["lost days"] is expected


@pytest.mark.fault("27,661 of 197,019 lines are archived away", right="the run stops and states how many")
def test_the_error_states_counts_and_remedies() -> None:
    (gate,) = shrink_of_source("run-1", source(), settings(), before=197_019, now=197_019 - 27_661)
    assert gate_text(gate) == "orders: 27,661 of 197,019 rows of the last ingest are gone (14.04%, allowed 10.00%)"
    assert "--set sources.max_shrink=1" in gate_remedies([gate])
