"""Dates of models.yaml: what is learned from when, without Spark."""

from datetime import date

import pytest
from pydantic import ValidationError

from bullseye.settings.models import Models, Target
from bullseye.settings.snapshots import CampaignSnapshots, MonthlySnapshots, month_ends

MONTHLY = {"kind": "monthly", "event_where": "orders > 0", "outcome": "no_event", "horizon_days": 30}
FEATURE = {"name": "recency", "sql": "recency_days"}


def target(**given) -> dict:
    plain = {
        "name": "lapse",
        "doc": "Makes no purchase.",
        "snapshots": MONTHLY,
        "features": [FEATURE],
        "baseline": "recency",
    }
    return plain | given


def test_month_ends_include_both_ends_and_cross_the_year():
    assert month_ends(date(2023, 12, 31), date(2024, 2, 29)) == [
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
    ]


def test_a_month_that_is_not_over_has_no_end():
    assert month_ends(date(2024, 1, 1), date(2024, 1, 30)) == []


def test_no_snapshot_lies_before_the_data_or_before_first():
    spec = MonthlySnapshots(**MONTHLY, first=date(2017, 3, 31))
    assert spec.dates(date(2017, 1, 1), date(2017, 5, 1)) == [date(2017, 3, 31), date(2017, 4, 30)]
    assert spec.dates(date(2017, 4, 2), date(2017, 5, 1)) == [date(2017, 4, 30)]


def test_a_label_is_known_when_the_last_day_of_its_window_is_over():
    spec = MonthlySnapshots(**MONTHLY, gap_days=5)
    assert spec.label_end(date(2017, 11, 30)) == date(2018, 1, 4)
    assert spec.resolved(date(2017, 11, 30), date(2018, 1, 4))
    assert not spec.resolved(date(2017, 11, 30), date(2018, 1, 3))


def test_a_campaign_is_seen_from_the_day_before_it_starts():
    assert CampaignSnapshots.snapshot(date(2017, 3, 1)) == date(2017, 2, 28)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"snapshots": MONTHLY | {"horizon_days": -30}}, "greater than 0"),
        ({"snapshots": MONTHLY | {"kind": "weekly"}}, "monthly"),
        ({"baseline": "recencie"}, "is not a feature"),
        ({"features": [FEATURE, FEATURE]}, "two features are named recency"),
        ({"features": []}, "at least 1 item"),
        ({"regularisation": -1}, "greater than or equal to 0"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(given, message):
    with pytest.raises(ValidationError, match=message):
        Target(**target(**given))


def test_two_targets_of_one_name_are_refused():
    with pytest.raises(ValidationError, match="two targets are named lapse"):
        Models(targets=[target(), target()])
