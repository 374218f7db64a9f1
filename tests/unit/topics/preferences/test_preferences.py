"""What each customer prefers, beside what everybody does."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from pyspark.sql import SparkSession
from tests.conftest import context_of

from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.suite import contracts
from bullseye.topics.preferences.job import JOB
from bullseye.topics.preferences.preferences import check_preferences
from bullseye.topics.preferences.settings import Preference, PreferencesSettings

DAY = date(2017, 12, 31)
RULE = Preference(name="payment", dimension="channel", doc="way to pay", days=30, min_total=4, min_share=0.5)
ITEM = "party_id string, day date, dimension string, key string, amount decimal(18,2), orders bigint"


def test_a_preference_is_told_where_there_is_enough_and_one_key_is_clear(spark: SparkSession, retail: Settings) -> None:
    def item(party: str, key: str, orders: int, *, days_ago: int = 0, dimension: str = "channel") -> tuple[object, ...]:
        return (party, DAY - timedelta(days=days_ago), dimension, key, Decimal(1), orders)

    rows = [
        item("a1", "app", 3),
        item("a2", "app", 3, days_ago=29),  # the last day of the window, by another party of a
        item("a1", "shop", 2),
        item("a1", "shop", 99, days_ago=30),  # before the window
        item("a1", "other", 99, dimension="hour"),
        item("b", "shop", 2),
        item("b", "app", 2),  # a tie: the first in the alphabet
        item("c", "app", 3),  # too few
        item("d", "app", 2),
        item("d", "atm", 2),
        item("d", "shop", 1),  # no key has half of all
        item("e", "app", 0),  # nothing
    ]
    asking = retail.replacing(PreferencesSettings(preferences=(RULE,)))
    tables = {
        "features.party_day_item": spark.createDataFrame(rows, ITEM),
        "features.identity_map": spark.createDataFrame(
            [("a1", "a"), ("a2", "a")], "party_id string, customer_id string"
        ),
    }
    inputs = Inputs({name: (lambda frame=frame: frame) for name, frame in tables.items()}, JOB.name)
    (frame,) = JOB.run(inputs, context_of(spark, asking, as_of=DAY)).values()
    contracts(asking)["gold.preference"].conform(frame, maker="test")
    # of 20 in all, 13 by app
    assert sorted(tuple(row) for row in frame.collect()) == [
        (DAY, "a", "payment", "app", 0.75, 0.65, 0.75 / 0.65, 8.0),
        (DAY, "b", "payment", "app", 0.5, 0.65, 0.5 / 0.65, 4.0),
        (DAY, "c", "payment", "none", None, None, None, 3.0),
        (DAY, "d", "payment", "none", None, None, None, 5.0),
    ]


def test_a_dimension_that_is_not_there_is_told_with_the_nearest(spark: SparkSession, retail: Settings) -> None:
    known = retail[Measures].dimensions[0].name
    rules = (RULE.model_copy(update={"dimension": f"{known}s"}), RULE.model_copy(update={"dimension": known}))
    wrong = retail.replacing(PreferencesSettings(preferences=rules))
    first, second = check_preferences(spark, wrong, contracts(wrong))
    assert f"there is no dimension '{known}s' (did you mean '{known}'?)" in first
    assert "two preferences are named payment" in second
