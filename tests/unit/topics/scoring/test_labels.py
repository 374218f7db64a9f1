"""What happened after each snapshot, and which snapshots test."""

from datetime import date, timedelta

import pytest
from chispa import assert_df_equality
from tests.conftest import rows_of

from bullseye.settings.snapshots import CampaignSnapshots, MonthlySnapshots
from bullseye.tables.silver import CAMPAIGN, CONTACT, RESPONSE
from bullseye.topics.scoring.labels import campaign_rows, monthly_rows, monthly_samples

S = date(2017, 3, 31)
MAP = "party_id STRING, customer_id STRING"


def day(offset: int) -> date:
    return S + timedelta(days=offset)


def monthly(**given) -> MonthlySnapshots:
    return MonthlySnapshots(
        **{"kind": "monthly", "event_where": "orders > 0", "outcome": "event", "horizon_days": 30} | given
    )


def labels(spark, spec, days, people, *, identity=(), samples=None) -> dict[tuple[str, date], float]:
    snapshots = spark.createDataFrame([(as_of, who) for who, as_of in people], "as_of DATE, customer_id STRING")
    party_days = spark.createDataFrame(days, "party_id STRING, day DATE, orders BIGINT")
    identity_map = spark.createDataFrame(list(identity), MAP)
    rows = monthly_rows(snapshots, party_days, identity_map, spec=spec, samples=samples or {S: "train"})
    return {(row["customer_id"], row["as_of"]): row["_label"] for row in rows.collect()}


def test_the_label_window_begins_after_the_gap_and_ends_with_the_horizon(spark):
    offsets = {"on the day": 0, "last of the gap": 5, "first": 6, "last": 35, "too late": 36}
    days = [(who, day(offset), 1) for who, offset in offsets.items()]
    found = labels(spark, monthly(gap_days=5), days, [(who, S) for who in [*offsets, "never"]])
    assert {who: label for (who, _), label in found.items()} == {
        "on the day": 0.0,
        "last of the gap": 0.0,
        "first": 1.0,
        "last": 1.0,
        "too late": 0.0,
        "never": 0.0,
    }


def test_no_event_turns_the_label_round_and_a_day_without_the_event_does_not_count(spark):
    days = [("a", day(1), 2), ("a", day(2), 1), ("b", day(1), 0)]
    found = labels(spark, monthly(outcome="no_event"), days, [("a", S), ("b", S)])
    assert found == {("a", S): 0.0, ("b", S): 1.0}


def test_one_day_can_be_in_the_windows_of_two_snapshots_and_other_dates_are_no_rows(spark):
    samples = {S: "train", date(2017, 4, 30): "test"}
    people = [("a", S), ("a", date(2017, 4, 30)), ("a", date(2017, 4, 12))]
    found = labels(spark, monthly(horizon_days=40), [("a", date(2017, 5, 2), 1)], people, samples=samples)
    assert found == {("a", S): 1.0, ("a", date(2017, 4, 30)): 1.0}


def test_the_events_of_all_parties_of_a_customer_count(spark):
    found = labels(spark, monthly(), [("x:2", day(3), 1)], [("x:1", S)], identity=[("x:2", "x:1")])
    assert found == {("x:1", S): 1.0}


ENDS = [
    date(2017, 6, 30),
    date(2017, 7, 31),
    date(2017, 8, 31),
    date(2017, 9, 30),
    date(2017, 10, 31),
    date(2017, 11, 30),
]


def test_training_outcomes_are_known_before_the_first_test_snapshot():
    found = monthly_samples(monthly(horizon_days=45, test_snapshots=2), ENDS, date(2017, 12, 31))
    assert found == {
        date(2017, 6, 30): "train",
        date(2017, 7, 31): "train",
        date(2017, 8, 31): "between",
        date(2017, 9, 30): "test",
        date(2017, 10, 31): "test",
    }


def test_a_training_window_may_close_on_the_day_of_the_first_test_snapshot():
    found = monthly_samples(monthly(horizon_days=31, test_snapshots=1), ENDS[:3], date(2017, 10, 1))
    assert found == {date(2017, 6, 30): "train", date(2017, 7, 31): "train", date(2017, 8, 31): "test"}


def test_nothing_is_known_yet():
    assert monthly_samples(monthly(), ENDS, date(2017, 7, 1)) == {}


CAMPAIGNS = [
    ("before the data", date(2017, 1, 1), date(2017, 1, 20)),
    ("early", date(2017, 2, 1), date(2017, 2, 28)),
    ("overlap", date(2017, 2, 15), date(2017, 3, 1)),
    ("late", date(2017, 3, 1), date(2017, 3, 31)),
    ("running", date(2017, 3, 20), date(2017, 4, 1)),
]


@pytest.fixture
def campaigns(spark):
    rows = [
        {"campaign_id": name, "start_day": start, "end_day": end, "campaign_type": "A", "coupons": 3}
        for name, start, end in CAMPAIGNS
    ]
    return rows_of(spark, CAMPAIGN, *rows)


def campaign_labels(spark, campaigns, contacts, responses, people, *, identity=()):
    return campaign_rows(
        spark.createDataFrame(people, "customer_id STRING, as_of DATE, orders_all BIGINT"),
        campaigns,
        rows_of(spark, CONTACT, *({"campaign_id": c, "party_id": p, "arm": arm} for c, p, arm in contacts)),
        rows_of(
            spark,
            RESPONSE,
            *({"campaign_id": c, "party_id": p, "day": d, "stage": stage} for c, p, d, stage in responses),
        ),
        spark.createDataFrame(list(identity), MAP),
        spec=CampaignSnapshots(kind="campaign", stage="redeemed", test_from=date(2017, 3, 1)),
        first_day=date(2017, 1, 1),
        as_of=date(2017, 3, 31),
    )


def test_a_contacted_customer_of_a_campaign_that_is_over_is_one_row_as_of_the_day_before(spark, campaigns):
    eves = [date(2016, 12, 31), date(2017, 1, 31), date(2017, 2, 14), date(2017, 2, 28), date(2017, 3, 19)]
    contacts = [(name, "a", "treated") for name, *_ in CAMPAIGNS] + [("early", "held out", "control")]
    people = [(who, eve, 1) for who in ("a", "held out") for eve in eves]
    found = campaign_labels(spark, campaigns, contacts, [], people)
    expected = spark.createDataFrame(
        [("early", eves[1], "train", 28), ("overlap", eves[2], "between", 15), ("late", eves[3], "test", 31)],
        "_unit STRING, as_of DATE, _sample STRING, campaign_duration_days INT",
    )
    columns = ["_unit", "as_of", "_sample", "campaign_duration_days"]
    assert_df_equality(
        found.select(*columns), expected, ignore_row_order=True, ignore_nullable=True, ignore_metadata=True
    )
    assert {row["customer_id"] for row in found.select("customer_id").collect()} == {"a"}


def test_only_a_response_of_the_stage_within_the_campaign_counts(spark, campaigns):
    responses = [
        ("early", "first day", date(2017, 2, 1), "redeemed"),
        ("early", "last day", date(2017, 2, 28), "redeemed"),
        ("early", "twice", date(2017, 2, 2), "redeemed"),
        ("early", "twice", date(2017, 2, 3), "redeemed"),
        ("early", "too soon", date(2017, 1, 31), "redeemed"),
        ("early", "too late", date(2017, 3, 1), "redeemed"),
        ("early", "opened only", date(2017, 2, 2), "opened"),
        ("late", "other campaign", date(2017, 3, 2), "redeemed"),
        ("early", "merged:2", date(2017, 2, 2), "redeemed"),
    ]
    names = [
        "first day",
        "last day",
        "twice",
        "too soon",
        "too late",
        "opened only",
        "other campaign",
        "merged:1",
        "merged:2",
    ]
    people = [(name, date(2017, 1, 31), 1) for name in names if name != "merged:2"]
    contacts = [("early", name, "treated") for name in names]
    found = campaign_labels(spark, campaigns, contacts, responses, people, identity=[("merged:2", "merged:1")])
    labels = sorted((row["customer_id"], row["_label"]) for row in found.collect())
    assert labels == [
        ("first day", 1.0),
        ("last day", 1.0),
        ("merged:1", 1.0),
        ("opened only", 0.0),
        ("other campaign", 0.0),
        ("too late", 0.0),
        ("too soon", 0.0),
        ("twice", 1.0),
    ]
