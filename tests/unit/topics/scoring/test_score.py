"""Scores, ranks and reasons of customers, from the rows of a model."""

import math
from datetime import date

import pytest
from pyspark.sql import Row
from tests.conftest import context_of

from bullseye.errors import BullseyeError
from bullseye.settings.models import Target
from bullseye.topics.scoring.score import ranked, score_customers, scores

AS_OF = date(2017, 12, 31)
CUSTOMER = "as_of DATE, customer_id STRING, orders_all BIGINT, visits INT"
MONTHLY = {"kind": "monthly", "event_where": "orders > 0", "outcome": "event", "horizon_days": 30}
CAMPAIGN = {
    "kind": "campaign",
    "stage": "redeemed",
    "test_from": date(2017, 8, 1),
    "score_as": {"campaign_type": "A", "campaign_products": 3},
}


def target(snapshots, **given) -> Target:
    plain = {
        "name": "t",
        "doc": "Some outcome.",
        "features": [{"name": "visits", "sql": "visits"}],
        "baseline": "visits",
    }
    return Target(**plain | given, snapshots=snapshots)


def model(intercept: float, *terms: tuple[str, str, float, float, float]) -> list[Row]:
    given = [("(intercept)", "1", intercept, 0.0, 1.0), *terms]
    return [
        Row(
            model_version="v1",
            target="t",
            position=place,
            feature=f,
            expression=sql,
            meaning=f"about {f}",
            coefficient=c,
            mean=m,
            deviation=d,
        )
        for place, (f, sql, c, m, d) in enumerate(given)
    ]


def test_everyone_in_the_population_is_scored_with_reasons(spark):
    customers = spark.createDataFrame([(AS_OF, "a", 1, 3), (AS_OF, "b", 1, None), (AS_OF, "prospect", 0, 9)], CUSTOMER)
    rows = scores(
        customers, target(MONTHLY), model(-1.0, ("visits", "CAST((visits) AS DOUBLE)", 0.5, 1.0, 1.0))
    ).collect()
    none = {f"reason_{n}{suffix}": None for n in (1, 2, 3) for suffix in ("", "_direction")}
    plain = {"as_of": AS_OF, "target": "t", "model_version": "v1"} | none
    assert [row.asDict() for row in sorted(rows, key=lambda row: row["customer_id"])] == [
        plain | {"customer_id": "a", "probability": 0.5, "reason_1": "about visits", "reason_1_direction": "raises"},
        plain | {"customer_id": "b", "probability": round(1 / (1 + math.e), 6)},
    ]


def test_a_campaign_target_is_scored_as_the_stated_campaign_which_is_no_reason(spark):
    customers = spark.createDataFrame([(AS_OF, "a", 1, 3)], CUSTOMER)
    rows = model(
        0.0,
        ("type_a", "CAST((campaign_type = 'A') AS DOUBLE)", 1.0, 0.0, 1.0),
        ("products", "CAST((campaign_products) AS DOUBLE)", 1.0, 0.0, 1.0),
        # Not stated in score_as, hence as the mean.
        ("days", "CAST((campaign_duration_days) AS DOUBLE)", 5.0, 30.0, 1.0),
        ("visits_in_a", "CAST((if(campaign_type = 'A', visits, 0)) AS DOUBLE)", -2.0, 0.0, 1.0),
    )
    (found,) = scores(customers, target(CAMPAIGN), rows).collect()
    assert found["probability"] == pytest.approx(1 / (1 + math.exp(-(1 + 3 - 6))), abs=1e-6)
    assert (found["reason_1"], found["reason_1_direction"], found["reason_2"]) == ("about visits_in_a", "lowers", None)


def ranks(spark, probabilities: list[float]) -> list[tuple[float, int, int]]:
    scored = spark.createDataFrame([("t", p) for p in probabilities], "target STRING, probability DOUBLE")
    return sorted((row["probability"], row["percentile"], row["decile"]) for row in ranked(scored).collect())


def test_ties_share_percentile_and_decile(spark):
    assert ranks(spark, [0.1, 0.2, 0.2, 0.9]) == [
        (0.1, 25, 8),
        (0.2, 75, 3),
        (0.2, 75, 3),
        (0.9, 100, 1),
    ]


def test_a_hundred_different_customers_fill_every_percentile_and_decile(spark):
    found = ranks(spark, [n / 200 for n in range(1, 101)])
    assert [percentile for _, percentile, _ in found] == list(range(1, 101))
    assert [decile for *_, decile in found] == [10 - n // 10 for n in range(100)]


def test_customers_who_are_all_alike_are_at_the_top_together(spark):
    assert ranks(spark, [0.3, 0.3]) == [(0.3, 100, 1)] * 2


def test_targets_are_ranked_apart(spark):
    scored = spark.createDataFrame([("a", 0.1), ("b", 0.9), ("b", 0.5)], "target STRING, probability DOUBLE")
    found = {(row["target"], row["probability"]): row["percentile"] for row in ranked(scored).collect()}
    assert found == {("a", 0.1): 100, ("b", 0.9): 100, ("b", 0.5): 50}


def test_a_target_without_a_model_names_the_job_to_run(spark, retail):
    context = context_of(spark, retail, as_of=AS_OF)
    inputs = {"ops.model": spark.createDataFrame([], context.tables["ops.model"].schema())}
    with pytest.raises(
        BullseyeError, match="no model of lapse_30d, coupon_response as of 2017-12-31; run train_models"
    ):
        score_customers(inputs, context)
