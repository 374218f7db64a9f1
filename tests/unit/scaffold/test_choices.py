"""Windows, rules and models follow from how much the receipts hold."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from bullseye.scaffold.choices import Windows, lapse, mining, windows
from bullseye.scaffold.history import History
from bullseye.scaffold.master_data import ListSql
from bullseye.scaffold.survey import Column

FIRST = date(2024, 1, 1)


def past(days: int, *, customers: int = 60, every: int = 10, gone_after: int = 200, orders: int = 5000) -> History:
    """Every customer buys every so many days; half of them stop."""
    rows = [
        (f"c{n}", FIRST + timedelta(days=day))
        for n in range(customers)
        for day in range(n % every, min(days, gone_after if n % 2 else days), every)
    ]
    seen = pa.table({"customer": [who for who, _ in rows], "day": pa.array([day for _, day in rows], pa.date32())})
    return History(
        lines=len(rows),
        orders=orders,
        customers=customers,
        products=8,
        total=Decimal(1),
        first_day=FIRST,
        last_day=FIRST + timedelta(days=days - 1),
        seen=seen,
        gap_days=every,
        has_hours=True,
        complete_after=time(20),
    )


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (400, Windows((30, 90, 180, 365), 90, 180, has_trend=True)),
        (200, Windows((30, 90, 180), 90, 180, has_trend=True)),
        (100, Windows((30, 90), 90, 90, has_trend=False)),
        (20, Windows((20,), 20, 20, has_trend=False)),
    ],
)
def test_no_window_is_longer_than_the_history(days: int, found: Windows) -> None:
    assert windows(past(days)) == found


@pytest.mark.parametrize(("every", "horizon"), [(10, 30), (25, 60), (45, 90)])
def test_the_horizon_follows_the_gaps_between_purchases(every: int, horizon: int) -> None:
    found = past(700, every=every, gone_after=400)
    made = lapse(found, as_of=found.last_day)
    assert (made.horizon, made.reason, made.first, made.test_snapshots) == (horizon, "", date(2024, 1, 31), 2)
    assert made.min_positives >= 10


def test_too_short_a_history_predicts_nothing_and_says_why() -> None:
    found = past(100)
    assert lapse(found, as_of=found.last_day).reason.startswith("100 days of receipts are too few")


def test_too_few_lapses_predict_nothing_and_say_how_many() -> None:
    found = past(400, gone_after=400)
    assert "0 customers stopped" in lapse(found, as_of=found.last_day).reason
    assert lapse(past(400, every=400), as_of=FIRST).reason != ""


def products(**distinct: int) -> ListSql:
    has = {name: Column(name, None, 0.0, count) for name, count in distinct.items()}
    return ListSql("products", "sku", {}, has)


@pytest.mark.parametrize(
    ("levels", "level", "support"),
    [
        ({"category_1": 8, "category_2": 40, "category_3": 300}, "category_3", 0.01),
        ({"category_1": 8, "category_2": 40, "category_3": 900}, "category_2", 0.01),
        ({"category_2": 2}, "name", 0.005),
        ({}, "name", 0.005),
    ],
)
def test_rules_are_mined_at_the_narrowest_level_that_is_not_too_narrow(
    levels: dict[str, int], level: str, support: float
) -> None:
    found = mining(past(400), products(product_id=1000, **levels))
    assert found is not None
    assert (found.level, found.min_support, found.backtest_days) == (level, support, 31)
    assert mining(past(400), None) is None
