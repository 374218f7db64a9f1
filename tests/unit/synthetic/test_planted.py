"""What is planted in how persons behave can be found again in the rows."""

from __future__ import annotations

import json
import math
from itertools import combinations

import numpy as np
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.conftest import ROOT, as_submitted
from tests.unit.synthetic.conftest import Bank
from tests.unit.synthetic.fitted import logistic_fit

from bullseye.learning.features import PREFIX
from bullseye.learning.inference import driver_rows
from bullseye.suite import load_settings
from bullseye.topics.churn.leavers import hazard_model
from bullseye.topics.churn.settings import ChurnSettings
from synthetic.bank.accounts import FACTORS
from synthetic.bank.parameters import Parameters
from synthetic.bank.paths import removal_effects

PLANTED = Parameters()


def near(found: float, expected: float, count: float) -> bool:
    """The mean of `count` outcomes lies within four standard deviations of the mean of their probabilities."""
    return abs(found - expected) < 4 * (expected * (1 - expected) / count) ** 0.5


def test_payroll_customers_leave_with_the_planted_drivers(large_bank: Bank) -> None:
    drivers = list(PLANTED.payroll.hazard)
    columns = ", ".join(["1.0", *drivers[1:]])
    rows = np.array(large_bank.rows(f'SELECT "left"::INT, {columns} FROM truth_payroll_months'), dtype=np.float64)
    fit = logistic_fit(rows[:, 1:], rows[:, 0])
    away = (fit.coefficients - list(PLANTED.payroll.hazard.values())) / fit.errors
    assert dict(zip(drivers, abs(away) < 4, strict=True)) == dict.fromkeys(drivers, True)
    assert (fit.errors[1:] < 0.25).all()
    found, expected, count = large_bank.row('SELECT avg("left"::INT), avg(hazard), count(*) FROM truth_payroll_months')
    assert near(found, expected, count)


IN_THE_TRUTH = {"distance": "km_to_branch_per_10", "salary": "ln_salary_to_median"}
"""Drivers of the bank's question that have another name in the truth."""
LARGEST = ("fee_rise", "wage_delay", "offer_in_city")
"""Drivers with the largest planted coefficients, in order; those of the others are too close together to have one."""


def test_the_suite_finds_the_planted_drivers_in_order_and_sign(spark: SparkSession, large_bank: Bank) -> None:
    (question,) = load_settings(ROOT / "conf" / "bank")[ChurnSettings].questions
    names = {driver.name: IN_THE_TRUTH.get(driver.name, driver.name) for driver in question.drivers}
    planted = {name: PLANTED.payroll.hazard[of] for name, of in names.items()}
    assert {*names.values(), "constant"} == set(PLANTED.payroll.hazard)
    months = spark.read.parquet(str(large_bank.truth / "payroll_months.parquet"))
    rows = months.select(
        F.col("left").cast("int"), *(F.col(of).cast("double").alias(PREFIX + name) for name, of in names.items())
    )
    with as_submitted(spark):
        model = hazard_model(rows, question, name="payroll")
    assert model is not None
    found = {row["driver"]: row for row in driver_rows(model)}
    signs = {name: "raises" if value > 0 else "lowers" for name, value in planted.items()}
    assert {name: found[name]["direction"] for name in planted} == signs
    away = {name: abs(found[name]["z"] - planted[name] / found[name]["standard_error"]) for name in planted}
    assert {name for name in planted if away[name] > 4} == set()
    by_size = sorted(planted, key=lambda name: -abs(found[name]["coefficient"]))
    assert tuple(by_size[: len(LARGEST)]) == LARGEST
    for one, other in combinations(by_size[len(LARGEST) :], 2):
        error = math.hypot(found[one]["standard_error"], found[other]["standard_error"])
        assert abs(abs(planted[one]) - abs(planted[other])) < 3 * error, f"{one} and {other} have an order"


DRIVERS_AS_FILES_SHOW_THEM = {
    "fee_rise": """
        SELECT EXISTS (FROM core_account_fees JOIN core_accounts USING (account_id) WHERE core_accounts.party_id = p.party_id
          AND monthly_fee > 0 AND valid_from < month_end AND month_start >= DATE '2025-04-01' AND month_start < DATE '2025-10-01')""",
    "wage_delay": """
        SELECT EXISTS (FROM core_transactions AS t JOIN core_accounts AS a USING (account_id)
          JOIN lists_employers AS e USING (employer_id) WHERE a.party_id = p.party_id AND t.type = 'payroll'
          AND date_trunc('month', booked_at) = month_start - INTERVAL 1 MONTH AND day(booked_at) > wage_day)""",
    "offer_in_city": """
        SELECT EXISTS (FROM lists_competitor_offers JOIN lists_postcodes USING (city) WHERE lists_postcodes.postcode = p.postcode
          AND month_start BETWEEN valid_from AND valid_until)""",
    "no_login": """
        SELECT NOT EXISTS (FROM app_logins WHERE list_contains(p.app_users, user_id)
          AND date_trunc('month', logged_in_at)::DATE = month_start - INTERVAL 1 MONTH)""",
}


@pytest.mark.parametrize("driver", DRIVERS_AS_FILES_SHOW_THEM)
def test_what_drives_payroll_customers_away_is_in_the_files(bank: Bank, driver: str) -> None:
    # The drivers of a month look at the month before it, which the first month of the window does not have.
    rows = bank.rows(f"""
        SELECT {driver}::BOOLEAN, ({DRIVERS_AS_FILES_SHOW_THEM[driver]}) FROM (
          SELECT *, strptime(month || '-01', '%Y-%m-%d')::DATE AS month_start, last_day(month_start) AS month_end,
            core_parties[1] AS party_id
          FROM truth_payroll_months JOIN truth_persons USING (person_id) WHERE month > '2024-07' AND months_since_first > 0
        ) AS p""")
    assert [row for row in rows if row[0] != row[1]] == []
    assert {row[0] for row in rows} == {True, False}


def test_leavers_of_three_and_five_months_are_as_many_as_their_hazards_say(large_bank: Bank) -> None:
    told = json.loads((large_bank.truth / "parameters.json").read_text(encoding="utf-8"))["expected"]["payroll"]
    for months in (3, 5):
        found, expected, count = large_bank.row(f"""
            SELECT avg((left_month IS NOT NULL)::INT), avg(leaves_in_{months}_months), count(*)
            FROM truth_payroll WHERE leaves_in_{months}_months IS NOT NULL""")
        assert near(found, expected, count)
        assert told[f"leaves_in_{months}_months"] == pytest.approx(expected, abs=1e-6)


def test_wages_stop_when_somebody_leaves(bank: Bank) -> None:
    leavers, wrong = bank.row("""
        WITH wages AS (
          SELECT person_id, max(date_diff('month', DATE '2024-07-01', booked_at::DATE)) AS last_month
          FROM core_transactions JOIN core_accounts USING (account_id)
          JOIN (SELECT unnest(core_parties) AS party_id, person_id FROM truth_persons) USING (party_id)
          WHERE type = 'payroll' GROUP BY ALL
        )
        SELECT count(left_month), count(*) FILTER (last_month <> coalesce(left_month, 24) - 1)
        FROM wages JOIN truth_payroll USING (person_id)""")
    assert leavers > 20
    assert wrong == 0


def test_transfers_to_other_banks_rise_before_somebody_leaves(large_bank: Bank) -> None:
    before, otherwise = large_bank.row("""
        WITH moved AS (
          SELECT person_id, date_diff('month', DATE '2024-07-01', booked_at::DATE) AS month
          FROM core_transactions JOIN core_accounts USING (account_id)
          JOIN (SELECT unnest(core_parties) AS party_id, person_id FROM truth_persons) USING (party_id)
          WHERE own_name = 1 AND amount < 0
        )
        SELECT avg((moved.person_id IS NOT NULL)::INT) FILTER (month_at >= left_month - 2 AND month_at < left_month),
          avg((moved.person_id IS NOT NULL)::INT) FILTER (month_at < left_month - 2)
        FROM (SELECT person_id, left_month, unnest(range(2, 24)) AS month_at, first_month FROM truth_payroll
              WHERE left_month > 4) AS months
        LEFT JOIN moved ON moved.person_id = months.person_id AND month = month_at WHERE month_at >= first_month""")
    assert before > 0.9
    assert otherwise < 0.4


@pytest.mark.parametrize("outcome", ["at_once", "late", "leave", "idle"])
def test_terms_end_as_their_chances_say(large_bank: Bank, outcome: str) -> None:
    for where in (f"chance_{outcome} < 0.2", f"chance_{outcome} >= 0.2"):
        found, expected, count = large_bank.row(
            f"SELECT avg((outcome = '{outcome}')::INT), avg(chance_{outcome}), count(*) FROM truth_maturities WHERE {where}"
        )
        assert near(found, expected, count), where


def test_a_campaign_works_for_some_not_for_others_and_harms_a_few(large_bank: Bank) -> None:
    for name, campaign in PLANTED.campaigns.campaigns.items():
        for group, effect in campaign.effect.items():
            with_it, without, treated, watched = large_bank.row(f"""
                SELECT avg(buys_with::INT) FILTER (NOT control), avg(buys_without::INT) FILTER (control),
                  count(*) FILTER (NOT control), count(*) FILTER (control)
                FROM truth_campaigns WHERE campaign_id = '{name}' AND "group" = '{group}'""")
            base = campaign.base[group]
            spread = ((base + effect) * (1 - base - effect) / treated + base * (1 - base) / watched) ** 0.5
            assert abs(with_it - without - effect) < 4 * spread, (name, group)
    (control,) = large_bank.row("SELECT avg((arm = 'control')::INT) FROM contacts_campaign_members")
    assert control == pytest.approx(PLANTED.campaigns.control, abs=0.02)


def test_purchases_of_a_campaign_are_contracts_and_coupons(large_bank: Bank) -> None:
    planted, coupons = large_bank.row("""
        SELECT (SELECT count(*) FROM truth_campaigns WHERE CASE WHEN control THEN buys_without ELSE buys_with END),
          (SELECT count(redeemed_on) FROM contacts_coupons)""")
    (bought,) = large_bank.row("SELECT count(*) FROM core_contracts WHERE product_code = 'GO01'")
    assert bought == planted
    (redeemed,) = large_bank.row("SELECT count(*) FROM truth_campaigns WHERE buys_with AND NOT control")
    assert coupons == redeemed > 500


def test_paths_lead_to_applications_as_their_channels_convince(large_bank: Bank) -> None:
    for channel, effect in removal_effects(PLANTED.paths).items():
        has = f"list_contains(channels, '{channel}')"
        found, expected, count = large_bank.row(
            f"SELECT avg((application_id IS NOT NULL)::INT), avg(chance), count(*) FROM truth_paths WHERE {has}"
        )
        assert near(found, expected, count), channel
        # Without the channel, its touches convince nobody: what is lost of all applications expected.
        chance = PLANTED.paths.channels[channel][1]
        (lost,) = large_bank.row(f"""
            SELECT 1 - sum(1 - (1 - chance) / pow(1 - {chance}, len(list_filter(channels, lambda one: one = '{channel}'))))
              / sum(chance) FROM truth_paths""")
        assert lost == pytest.approx(effect, abs=0.02), channel


def test_an_application_follows_the_touches_of_its_path(bank: Bank) -> None:
    applications, wrong = bank.row("""
        WITH touched AS (
          SELECT user_id, touched_at FROM app_touches JOIN app_devices USING (cookie_id)
        ), last AS (
          SELECT application_id, max(touched_at) AS touched_at, any_value(applied_at) AS applied_at
          FROM app_applications JOIN touched USING (user_id) WHERE touched_at <= applied_at GROUP BY ALL
        )
        SELECT count(*), count(*) FILTER (applied_at - touched_at > INTERVAL 1 DAY) FROM last""")
    assert (applications, wrong) == (*bank.row("SELECT count(*) FROM app_applications"), 0)


def test_factors_drive_buying_again_and_show_in_their_answers(large_bank: Bank) -> None:
    columns = ", ".join(f"factor_{name}" for name in FACTORS)
    answers = ", ".join(PLANTED.repurchase.answers)
    rows = np.array(
        large_bank.rows(f"""
            SELECT buys_again::INT, 1.0, {columns}, {answers} FROM truth_survey JOIN truth_persons USING (person_id)
            JOIN contacts_survey ON party_id = core_parties[1]"""),
        dtype=np.float64,
    )
    fit = logistic_fit(rows[:, 1:7], rows[:, 0])
    weights = [PLANTED.repurchase.buys_again[name] for name in ("constant", *FACTORS)]
    assert (abs(fit.coefficients - weights) < 4 * fit.errors).all()
    for at, (name, (factor, loading, _, _)) in enumerate(PLANTED.repurchase.answers.items()):
        correlation = np.corrcoef(rows[:, 7 + at], rows[:, 2 + FACTORS.index(factor)])[0, 1]
        assert abs(correlation - loading) < 0.08, name


def test_whoever_buys_again_has_another_contract_in_time(bank: Bank) -> None:
    again, shown = bank.row("""
        SELECT count(DISTINCT person_id) FILTER (buys_again), count(DISTINCT person_id) FILTER (buys_again AND contract_id IS NOT NULL)
        FROM truth_survey JOIN truth_persons USING (person_id) JOIN contacts_survey AS s ON s.party_id = core_parties[1]
        LEFT JOIN core_contracts AS c ON c.party_id = s.party_id AND opened_on > answered_on AND opened_on <= answered_on + 180""")
    assert again == shown > 20


def test_pages_show_what_somebody_is_interested_in(bank: Bank) -> None:
    views, share, longer = bank.row("""
        SELECT count(*), avg((line = interest)::INT),
          median(dwell_seconds) FILTER (line = interest) / median(dwell_seconds) FILTER (line <> interest)
        FROM app_page_views JOIN lists_products USING (product_code)
        JOIN (SELECT unnest(app_users) AS user_id, interest FROM truth_persons) USING (user_id)""")
    assert views > 3_000
    lines = len(PLANTED.behaviour.interests)
    of_interest = PLANTED.behaviour.pages_of_interest
    assert share == pytest.approx(of_interest + (1 - of_interest) / lines, abs=0.04)
    assert longer == pytest.approx(PLANTED.behaviour.dwell_of_interest, rel=0.1)
