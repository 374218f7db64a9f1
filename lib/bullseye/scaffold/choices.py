"""What to measure, mine and predict, from what the receipts hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow.compute as pc

from bullseye.scaffold.history import History
from bullseye.scaffold.master_data import ListSql
from bullseye.settings.snapshots import MonthlySnapshots

WINDOWS = (30, 90, 180, 365)
HORIZONS = ((15, 30), (30, 60), (10_000, 90))
"""Days between two purchases of a usual customer, up to which a horizon in days suits: about two to three gaps."""
_TEST_SNAPSHOTS = 2
_LEAST_OUTCOMES = 20
"""Lapses, and returns, that a model needs in the months that it learns from."""
_CLUSTERED = 100
"""Customers from which clusters are looked for."""
_LEVELS = 500
"""Items from which rules are better mined at a wider level."""
_PRODUCTS = 3000


@dataclass(frozen=True)
class Windows:
    """The windows that fit the history; `recent` and `long` are those that tags and clusters look at."""

    all: tuple[int, ...]
    recent: int
    long: int
    has_trend: bool
    """True where the 90 days before the last 90 are known too."""


def windows(found: History) -> Windows:
    """A window longer than the history would be NULL for everyone."""
    fitting = tuple(days for days in WINDOWS if days <= found.days) or (max(found.days, 1),)
    recent = max(days for days in fitting if days <= 90) if min(fitting) <= 90 else fitting[0]
    long = max(days for days in fitting if days <= 180)
    return Windows(fitting, recent, long, {90, 180} <= set(fitting))


@dataclass(frozen=True)
class Lapse:
    """A model of who stops buying; with a reason instead where there is too little to learn from."""

    horizon: int
    first: date | None = None
    min_positives: int = 0
    test_snapshots: int = _TEST_SNAPSHOTS
    reason: str = ""


def lapse(found: History, *, as_of: date) -> Lapse:
    """The horizon that fits the gaps between purchases, if the months that are over hold enough lapses and returns."""
    horizon = next(days for gap, days in HORIZONS if found.gap_days <= gap)
    if not found.gap_days:
        return Lapse(horizon, reason="no customer bought on two days")
    first = found.first_day + timedelta(days=30)
    for tests in (_TEST_SNAPSHOTS, 1):
        spec = MonthlySnapshots(
            kind="monthly",
            event_where="orders > 0",
            outcome="no_event",
            horizon_days=horizon,
            first=first,
            test_snapshots=tests,
        )
        known = [day for day in spec.dates(found.first_day, as_of) if spec.resolved(day, as_of)]
        train = [day for day in known[:-tests] if spec.label_end(day) <= known[-tests]]
        if train:
            break
    else:
        return Lapse(
            horizon,
            reason=f"{found.days} days of receipts are too few: months to learn from and a later month to test are needed,"
            f" each with {horizon} days after it",
        )
    lapsed, stayed = _outcomes(found, train, horizon)
    fewest = min(lapsed, stayed)
    if fewest < _LEAST_OUTCOMES:
        return Lapse(
            horizon,
            reason=f"within {horizon} days after the {len(train)} month ends to learn from {lapsed:,} customers stopped and"
            f" {stayed:,} went on; both must be at least {_LEAST_OUTCOMES}",
        )
    return Lapse(horizon, first, min(100, fewest // 2), tests)


def _outcomes(found: History, ends: list[date], horizon: int) -> tuple[int, int]:
    """How many known customers bought nothing in the days after the month ends, and how many did, summed over them."""
    lapsed = stayed = 0
    days, customers = found.seen["day"], found.seen["customer"]
    for end in ends:
        known = pc.unique(customers.filter(pc.less_equal(days, end)))
        after = pc.and_(pc.greater(days, end), pc.less_equal(days, end + timedelta(days=horizon)))
        came = pc.sum(pc.cast(pc.is_in(known, value_set=pc.unique(customers.filter(after))), "int64")).as_py() or 0
        stayed += came
        lapsed += len(known) - came
    return lapsed, stayed


@dataclass(frozen=True)
class Mining:
    """At which level rules are mined, and how rare an itemset may be."""

    level: str
    items: int
    min_support: float
    backtest_days: int
    why: str


def mining(found: History, products: ListSql | None) -> Mining | None:
    """The narrowest category with not too many values, else the products; None where lines name no product."""
    if products is None:
        return None
    levels = [
        (name, products.has[name].distinct)
        for name in ("category_3", "category_2", "category_1")
        if name in products.has
    ]
    fitting = [(name, count) for name, count in levels if 3 <= count <= _LEVELS]
    support = round(min(0.2, max(0.01, 10 / max(found.orders, 1))), 3)
    days = 31 if found.days >= 120 else max(7, found.days // 5)
    if fitting:
        level, count = fitting[0]
        return Mining(level, count, support, days, f"the narrowest level with at most {_LEVELS} values: {count:,}")
    count = products.has["product_id"].distinct
    if count <= _PRODUCTS or not levels:
        why = "the files have no category" if not levels else "few products, and no category of a useful size"
        return Mining("name", count, max(0.005, support / 2), days, f"{why}: {count:,} products")
    level, count = levels[-1]
    return Mining(level, count, support, days, f"the widest level; it has {count:,} values, so that many will be rare")


def is_clustered(found: History) -> bool:
    """True when there are enough customers to look for clusters."""
    return found.customers >= _CLUSTERED
