"""Mistakes in models.yaml that only Spark can see."""

import pytest

from bullseye.settings.models import Models
from bullseye.suite import contracts
from bullseye.topics.scoring.check import check_models

MONTHLY = {"kind": "monthly", "event_where": "orders > 0", "outcome": "no_event", "horizon_days": 30}
CAMPAIGN = {"kind": "campaign", "stage": "redeemed", "test_from": "2017-08-01"}


def problems(spark, retail, **given) -> list[str]:
    feature = given.pop("feature", {"name": "recency", "sql": "recency_days"})
    target = {
        "name": "t",
        "doc": "Some outcome.",
        "snapshots": MONTHLY,
        "features": [feature],
        "baseline": feature["name"],
    }
    settings = retail.replacing(Models.model_validate({"targets": [target | given]}))
    return check_models(spark, settings, contracts(settings))


def test_the_shipped_targets_fit_the_tables(spark, retail):
    assert check_models(spark, retail, contracts(retail)) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"feature": {"name": "r", "sql": "recency_day"}},
            "targets.0.features.0 sql: there is no column 'recency_day' (did you mean 'recency_days'?)",
        ),
        ({"feature": {"name": "r", "sql": "as_of"}}, "cannot"),
        ({"where": "orders_all"}, "targets.0.where: must be a condition"),
        (
            {"snapshots": MONTHLY | {"event_where": "order > 0"}},
            "targets.0.snapshots.event_where: there is no column 'order'",
        ),
        ({"feature": {"name": "r", "sql": "campaign_coupons"}}, "there is no column 'campaign_coupons'"),
        (
            {"snapshots": CAMPAIGN | {"score_as": {"campaign_typ": "A"}}},
            "a campaign has no 'campaign_typ' (did you mean 'campaign_type'?)",
        ),
        (
            {"snapshots": CAMPAIGN | {"score_as": {"campaign_coupons": "many"}}},
            "score_as.campaign_coupons: must be a whole number",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_place(spark, retail, given, message):
    (found,) = problems(spark, retail, **given)
    assert "models.yaml" in found
    assert message in found


def test_a_campaign_target_may_use_the_columns_of_a_campaign(spark, retail):
    assert (
        problems(
            spark, retail, snapshots=CAMPAIGN, feature={"name": "n", "sql": "campaign_coupons / campaign_duration_days"}
        )
        == []
    )


def test_no_targets_have_no_mistakes(spark, retail):
    assert check_models(spark, retail.replacing(Models()), contracts(retail)) == []
