"""Visits, calls, customer managers and loans that were asked for: how many, of whom, and how they end."""

from __future__ import annotations

import pytest
from tests.unit.synthetic.conftest import Bank
from tests.unit.synthetic.test_identity import within

from synthetic.bank.parameters import Parameters
from synthetic.bank.paths import REASONS

PLANTED = Parameters().contacts
CUSTOMERS = """
    SELECT *, (DATE '2026-06-30' - greatest(opened_on, DATE '2024-07-01')) / 729 AS share_of_window FROM (
      SELECT DISTINCT ON (party_id) party_id, opened_on, branch_id, manager_id FROM core_parties
    ) JOIN truth_persons ON party_id = core_parties[1]"""
RATES = {
    # Rows that are counted, and how many are expected of a customer who stays in the whole window.
    "visits": (
        "SELECT DISTINCT visit_id FROM contacts_branch_visits",
        f"{PLANTED.visits} * if(preferred_payment = 'counter', {PLANTED.counter_persons}, 1)",
    ),
    "calls": ("FROM contacts_calls", f"{PLANTED.calls}"),
    "manager visits": ("FROM contacts_manager_visits", f"if(manager_id IS NULL, 0, {PLANTED.manager_visits})"),
    "rejected loans": ("FROM core_loan_applications WHERE status = 'rejected'", f"{PLANTED.loan_rejections}"),
}
SHARES = {
    "visitors who were asked": ("contacts_branch_visits", "party_id IS NOT NULL", PLANTED.visit_known),
    "callers who proved who they are": ("contacts_calls", "party_id IS NOT NULL", PLANTED.call_known),
    "complaints": ("contacts_calls", "topic = 'complaint'", PLANTED.complains),
    "customers who say what they have elsewhere": (
        "(SELECT count(declared_elsewhere) > 0 AS tells FROM contacts_manager_visits GROUP BY party_id)",
        "tells",
        PLANTED.declares_wealth,
    ),
}


@pytest.mark.parametrize("what", RATES)
def test_customers_who_stay_come_as_often_as_stated(large_bank: Bank, what: str) -> None:
    rows, rate = RATES[what]
    found, expected = large_bank.row(f"""
        SELECT (SELECT count(*) FROM ({rows})), sum(({rate}) * share_of_window) FROM ({CUSTOMERS}) WHERE gone_since IS NULL""")
    assert abs(found - expected) < 4 * expected**0.5
    assert expected > 100


@pytest.mark.parametrize("what", SHARES)
def test_contacts_have_the_stated_shares(large_bank: Bank, what: str) -> None:
    rows, condition, share = SHARES[what]
    found, count = large_bank.row(f"SELECT avg(({condition})::INT), count(*) FROM {rows}")
    assert within(found, share, int(count))


def test_a_visitor_is_known_by_a_record_or_by_a_phone(bank: Bank) -> None:
    known = bank.rows("SELECT DISTINCT party_id IS NULL, phone IS NULL FROM contacts_branch_visits ORDER BY ALL")
    assert known == [(False, True), (True, False)]


def test_whoever_is_served_well_waits_less_and_complains_less(large_bank: Bank) -> None:
    waiting, complaints = large_bank.row("""
        WITH persons AS (SELECT unnest(core_parties) AS party_id, factor_service FROM truth_persons)
        SELECT (SELECT regr_slope(waiting_minutes, factor_service) FROM contacts_branch_visits JOIN persons USING (party_id)),
          (SELECT regr_slope((topic = 'complaint')::INT, factor_service) FROM contacts_calls JOIN persons USING (party_id))""")
    assert waiting == pytest.approx(-4, rel=0.1)
    assert -0.12 < complaints < -0.05


def test_customers_with_assets_have_a_manager_of_their_home_branch_who_visits_them(large_bank: Bank) -> None:
    managed, elsewhere, poor, rich = large_bank.row(f"""
        WITH accounts AS (
          SELECT person_id, max(balance) AS largest FROM core_balances JOIN core_accounts USING (account_id)
          JOIN (SELECT unnest(core_parties) AS party_id, person_id FROM truth_persons) USING (party_id)
          WHERE balance_on = '2026-06-30' GROUP BY ALL
        )
        SELECT count(c.manager_id), count(*) FILTER (m.branch_id <> c.branch_id),
          count(*) FILTER (c.manager_id IS NOT NULL AND largest <= 10000),
          avg((largest > 10000)::INT) FILTER (c.manager_id IS NULL)
        FROM ({CUSTOMERS}) AS c JOIN accounts USING (person_id) LEFT JOIN lists_managers AS m USING (manager_id)""")
    assert managed > 1_000
    assert (elsewhere, poor) == (0, 0)
    # Money left idle after a term makes nobody wealthy.
    assert rich < 0.01
    visits = large_bank.rows(f"""
        SELECT DISTINCT v.manager_id = c.manager_id
        FROM contacts_manager_visits AS v LEFT JOIN ({CUSTOMERS}) AS c USING (party_id)""")
    assert visits == [(True,)]


def test_what_customers_say_that_they_have_elsewhere_is_about_true(large_bank: Bank) -> None:
    middle, spread = large_bank.row("""
        SELECT median(ln(declared_elsewhere / wealth_elsewhere)), stddev(ln(declared_elsewhere / wealth_elsewhere))
        FROM contacts_manager_visits JOIN truth_persons ON party_id = core_parties[1] WHERE wealth_elsewhere > 20000""")
    assert middle == pytest.approx(0, abs=0.02)
    assert spread == pytest.approx(PLANTED.declared_spread, rel=0.1)


def test_an_approved_loan_becomes_its_contract_and_a_rejected_one_has_a_reason(large_bank: Bank) -> None:
    ends = large_bank.rows("""
        SELECT DISTINCT status, reason, c.contract_id IS NOT NULL, c.opened_on - applied_on BETWEEN 3 AND 20
        FROM core_loan_applications LEFT JOIN core_contracts AS c USING (contract_id, party_id, product_code) ORDER BY ALL""")
    assert ends == [("approved", None, True, True), *(("rejected", reason, False, None) for reason in sorted(REASONS))]
    approved, contracts = large_bank.row("""
        SELECT (SELECT count(DISTINCT contract_id) FROM core_loan_applications), count(*)
        FROM core_contracts JOIN lists_products USING (product_code)
        WHERE line IN ('mortgage', 'consumer_loan') AND opened_on >= '2024-07-01'""")
    assert approved == contracts > 500


def test_an_application_for_a_card_ends_as_stated(large_bank: Bank) -> None:
    ends = large_bank.rows("""
        SELECT DISTINCT status, reason, len(core_parties) + len(cards_parties) = 0 AS is_prospect, len(cards_parties) > 0
        FROM app_applications JOIN (SELECT unnest(app_users) AS user_id, * FROM truth_persons) USING (user_id) ORDER BY ALL""")
    rejected = [("rejected", reason, False, has_card) for reason in sorted(REASONS) for has_card in (False, True)]
    assert ends == [
        ("approved", None, False, True),
        ("not_collected", None, False, False),
        *rejected,
        ("waiting_for_identity", None, True, False),
    ]
    share, count = large_bank.row("""
        SELECT avg((status <> 'rejected')::INT), count(*) FROM app_applications WHERE status <> 'waiting_for_identity'""")
    assert within(share, Parameters().paths.approved, int(count))
