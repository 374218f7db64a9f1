"""What holders do when a term ends: for whom it is likely, and where the files show it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.synthetic.conftest import Bank
from tests.unit.synthetic.fitted import logistic_fit

from synthetic.bank.parameters import Parameters

PLANTED = Parameters().maturity
TRAITS = list(dict.fromkeys(trait for terms in PLANTED.outcomes.values() for trait in terms))
ENDED_WITH_TRAITS_AS_FILES_SHOW_THEM = """
    WITH contracts AS (
      SELECT *, opened_on > lag(matures_on) OVER (PARTITION BY party_id, line ORDER BY opened_on) AS is_late
      FROM core_contracts JOIN lists_products USING (product_code) WHERE term_days > 0
    ), terms AS (
      SELECT party_id, product_code, line, opened_on, account_id,
        coalesce(bool_or(is_late) OVER (PARTITION BY party_id, line ORDER BY opened_on), false) AS was_late
      FROM contracts
    ), with_app AS (
      SELECT person_id FROM app_logins JOIN (SELECT unnest(app_users) AS user_id, person_id FROM truth_persons) USING (user_id)
    ), persons AS (
      SELECT person_id, reveals_elsewhere AS reveals_own_transfers, factor_price AS price, factor_service AS service,
        person_id NOT IN (FROM with_app) AS no_app, greatest(len(lines) - 1, 0) AS more_products,
        date_diff('day', birth_date, DATE '2026-06-30') / 3652.5 - 5 AS decades_over_50,
        (balance_volatility - avg(balance_volatility) OVER ()) / stddev(balance_volatility) OVER () AS volatility
      FROM truth_persons
    ), ended AS (
      SELECT *, 1 AS constant
      FROM truth_maturities JOIN terms USING (party_id, product_code, opened_on) JOIN persons USING (person_id)
    )"""


@pytest.mark.parametrize("outcome", PLANTED.outcomes)
def test_what_follows_a_term_depends_on_its_holder_as_planted(large_bank: Bank, outcome: str) -> None:
    columns = ", ".join(f"{trait}::DOUBLE" for trait in TRAITS)
    rows = np.array(
        large_bank.rows(f"""
            {ENDED_WITH_TRAITS_AS_FILES_SHOW_THEM} SELECT (outcome = '{outcome}')::DOUBLE, {columns}
            FROM ended WHERE outcome IN ('at_once', '{outcome}')""")
    )
    planted = [PLANTED.outcomes[outcome].get(trait, 0.0) for trait in TRAITS]
    fit = logistic_fit(rows[:, 1:], rows[:, 0])
    away = (fit.coefficients - planted) / fit.errors
    assert dict(zip(TRAITS, abs(away) < 4, strict=True)) == dict.fromkeys(TRAITS, True)
    assert (fit.errors < 0.2).all()


def test_whoever_renews_has_another_contract_and_whoever_leaves_a_transfer_on_that_day(bank: Bank) -> None:
    shown = bank.rows(f"""
        {ENDED_WITH_TRAITS_AS_FILES_SHOW_THEM} SELECT DISTINCT outcome,
          EXISTS (FROM terms AS t WHERE t.party_id = ended.party_id AND t.line = ended.line AND t.opened_on = acts_on),
          EXISTS (FROM core_transactions AS t WHERE t.account_id = ended.account_id AND own_name = 1 AND amount = -principal
            AND booked_at::DATE = acts_on)
        FROM ended WHERE acts_on IS NOT NULL ORDER BY ALL""")
    assert shown == [("at_once", True, False), ("idle", False, False), ("late", True, False), ("leave", False, True)]


def test_idle_money_lies_on_the_account_until_it_is_spent(large_bank: Bank) -> None:
    shares = large_bank.rows(f"""
        {ENDED_WITH_TRAITS_AS_FILES_SHOW_THEM} SELECT acts_on IS NULL OR balance_on < acts_on, avg((balance >= principal)::INT)
        FROM ended JOIN core_balances USING (account_id) WHERE outcome = 'idle' AND balance_on >= matures_on GROUP BY ALL""")
    (_, spent), (_, idle) = sorted(shares)
    # In a month without payments before the money is spent, the balance may be what it is at the month's end.
    assert idle > 0.95
    assert spent < 0.4


def test_holders_act_within_the_stated_days(large_bank: Bank) -> None:
    days = large_bank.rows("""
        SELECT outcome, min(acts_on - matures_on), CASE WHEN outcome <> 'late' THEN max(acts_on - matures_on) END
        FROM truth_maturities GROUP BY outcome ORDER BY outcome""")
    assert days == [
        ("at_once", 0, 0),
        ("idle", *PLANTED.idle_days),
        ("late", PLANTED.late_days[0], None),
        ("leave", *PLANTED.leave_days),
    ]
