"""Accounts, contracts and cards: shares, lifts, and sums that agree."""

from __future__ import annotations

import pytest
from tests.unit.synthetic.conftest import Bank
from tests.unit.synthetic.test_identity import within

from synthetic.bank.parameters import Parameters

PLANTED = Parameters()
ONCE = "SELECT DISTINCT ON (transaction_id) * FROM core_transactions WHERE transaction_id NOT LIKE 'BAD%'"


def one_or_two(second: float) -> dict[int, float]:
    return {1: 1 - second, 2: second}


OWNED = {
    "accounts": ("SELECT count(*) FROM core_accounts GROUP BY party_id", PLANTED.money.accounts),
    "credit cards": ("SELECT count(*) FROM cards_cards GROUP BY customer_no", one_or_two(PLANTED.cards.second_card)),
    "records in core banking": (
        "SELECT len(core_parties) FROM truth_persons WHERE len(core_parties) > 0",
        one_or_two(PLANTED.identity.second_party["core"]),
    ),
    "records in the card system": (
        "SELECT len(cards_parties) FROM truth_persons WHERE len(cards_parties) > 0",
        one_or_two(PLANTED.identity.second_party["cards"]),
    ),
    "records in the app": (
        "SELECT len(app_users) FROM truth_persons WHERE len(app_users) > 0",
        one_or_two(PLANTED.identity.second_party["app"]),
    ),
}


@pytest.mark.parametrize("what", OWNED)
def test_owners_have_one_or_more_as_often_as_stated(large_bank: Bank, what: str) -> None:
    counts, shares = OWNED[what]
    found = dict(large_bank.rows(f"SELECT owned, count(*) FROM ({counts}) AS counts(owned) GROUP BY owned"))
    owners = sum(found.values())
    assert found.keys() == shares.keys()
    assert {number: within(found[number] / owners, share, owners) for number, share in shares.items()} == dict.fromkeys(
        shares, True
    )


NAMED = {
    # Records that could name a debit card or a phone of the other system, those that do, and the share of them.
    "repayment": (
        "SELECT unnest(cards_parties) FROM truth_persons WHERE len(core_parties) > 0",
        "SELECT customer_no FROM cards_repayment_cards",
        PLANTED.identity.repays_from_debit_card,
    ),
    "card in the app": (
        "SELECT unnest(app_users) FROM truth_persons WHERE len(core_parties) > 0",
        "SELECT user_id FROM app_bound_cards",
        PLANTED.identity.binds_card_in_app,
    ),
    "electronic banking": (
        "SELECT core_parties[1] FROM truth_persons WHERE len(core_parties) > 0 AND len(app_users) > 0",
        "SELECT party_id FROM core_ebanking",
        PLANTED.identity.enrols_device_at_core,
    ),
}


@pytest.mark.parametrize("what", NAMED)
def test_systems_name_cards_and_phones_of_each_other_as_often_as_stated(large_bank: Bank, what: str) -> None:
    able, naming, share = NAMED[what]
    found, count = large_bank.row(f"SELECT avg((record IN ({naming}))::INT), count(*) FROM ({able}) AS able(record)")
    assert within(found, share, int(count))


def test_a_card_of_somebody_else_is_of_the_same_household(large_bank: Bank) -> None:
    others, wrong = large_bank.row("""
        SELECT count(*), count(*) FILTER (payer.household_id <> owner.household_id)
        FROM cards_repayment_cards JOIN core_debit_cards ON card_number = debit_card_number
        JOIN (SELECT unnest(core_parties) AS party_id, person_id, household_id FROM truth_persons) AS payer USING (party_id)
        JOIN (SELECT unnest(cards_parties) AS customer_no, person_id, household_id FROM truth_persons) AS owner USING (customer_no)
        WHERE payer.person_id <> owner.person_id""")
    assert others > 5
    assert wrong == 0


def test_every_record_has_a_debit_card_on_its_fullest_account(bank: Bank) -> None:
    records, cards, fullest = bank.row("""
        WITH balances AS (
          SELECT party_id, account_id, balance, max(balance) OVER (PARTITION BY party_id) AS largest
          FROM core_accounts JOIN core_balances USING (account_id) WHERE balance_on = '2026-06-30'
        )
        SELECT (SELECT sum(len(core_parties)) FROM truth_persons), count(*), count(*) FILTER (balance = largest)
        FROM core_debit_cards JOIN balances USING (party_id, account_id)""")
    assert records == cards == fullest


def test_accounts_have_the_stated_shares_of_balances(large_bank: Bank) -> None:
    least = -1
    for most, share in PLANTED.money.balances.items():
        found, count = large_bank.row(f"""
            SELECT avg((balance > {least} AND balance <= {most})::INT), count(*)
            FROM core_balances WHERE balance_on = '2026-06-30'""")
        # Money left idle after a term lifts a few accounts, all of them above 1,000.
        assert within(found, share, int(count) if most <= 1000 else int(count) // 4), most
        least = most


def test_balances_and_movements_add_up(bank: Bank) -> None:
    months, wrong = bank.row(f"""
        WITH moved AS (
          SELECT account_id, last_day(booked_at::DATE) AS balance_on, sum(amount) AS amount FROM ({ONCE}) GROUP BY ALL
        ), steps AS (
          SELECT *, balance - lag(balance) OVER (PARTITION BY account_id ORDER BY balance_on) AS step FROM core_balances
        )
        SELECT count(step), count(*) FILTER (step <> coalesce(amount, 0)) FROM steps LEFT JOIN moved USING (account_id, balance_on)
    """)
    assert months > 40_000
    assert wrong == 0


def test_nothing_moves_before_an_account_is_opened_or_after_its_owner_has_gone(bank: Bank) -> None:
    early, late, gone = bank.row(f"""
        SELECT count(*) FILTER (booked_at::DATE < opened_on), count(*) FILTER (booked_at::DATE >= gone_since),
          count(DISTINCT person_id) FILTER (gone_since IS NOT NULL)
        FROM ({ONCE}) JOIN core_accounts USING (account_id)
        JOIN (SELECT unnest(core_parties) AS party_id, person_id, gone_since FROM truth_persons) USING (party_id)""")
    assert (early, late) == (0, 0)
    assert gone > 100


def test_pairs_of_lines_have_their_lift(large_bank: Bank) -> None:
    for name, line in PLANTED.products.lines.items():
        if not line.beside:
            continue
        members, one, other, both = large_bank.row(f"""
            WITH held AS (
              SELECT person_id, list_contains(lines, '{name}') AS one, list_contains(lines, '{line.beside}') AS other
              FROM truth_persons WHERE len(core_parties) > 0
            )
            SELECT count(*), avg(one::INT), avg(other::INT), sum((one AND other)::INT) FROM held""")
        assert within(one, line.share, int(members)), name
        expected = line.lift * one * other * members
        assert abs(both - expected) < 4 * expected**0.5, name


def test_contracts_say_who_holds_which_line(bank: Bank) -> None:
    wrong = bank.rows("""
        WITH told AS (SELECT unnest(core_parties) AS party_id, person_id, unnest(lines) AS line FROM truth_persons),
        shown AS (
          SELECT DISTINCT person_id, line FROM core_contracts JOIN lists_products USING (product_code)
          JOIN (SELECT unnest(core_parties) AS party_id, person_id FROM truth_persons) USING (party_id)
          WHERE line <> 'precious_metals'
        )
        SELECT DISTINCT coalesce(shown.line, told.line) FROM shown FULL JOIN
          (SELECT DISTINCT person_id, unnest(lines) AS line FROM truth_persons) AS told USING (person_id, line)
        WHERE shown.line IS NULL OR told.line IS NULL""")
    # Whoever opened an account in the last month is a payroll customer without a first wage.
    assert wrong in ([], [("payroll_account",)])


def test_purchases_add_up_to_the_statements(bank: Bank) -> None:
    cards, wrong = bank.row("""
        WITH bought AS (
          SELECT card_number, last_day(purchased_at::DATE) AS statement_on, sum(amount) AS amount
          FROM (SELECT DISTINCT ON (purchase_id) * FROM cards_transactions WHERE purchase_id NOT LIKE 'BAD%') GROUP BY ALL
        )
        SELECT count(*), count(*) FILTER (amount IS DISTINCT FROM spent) FROM bought
        FULL JOIN cards_statements USING (card_number, statement_on)""")
    assert cards > 5_000
    assert wrong == 0


def test_transfers_in_the_own_name_show_the_wealth_elsewhere(large_bank: Bank) -> None:
    people, error = large_bank.row(f"""
        WITH flows AS (
          SELECT party_id, sum(abs(amount)) / (least(730, max(date_diff('day', opened_on, DATE '2026-06-30'))) / 365) AS a_year
          FROM ({ONCE}) JOIN core_accounts USING (account_id) WHERE own_name = 1 GROUP BY ALL
        )
        SELECT count(*), median(ln(a_year / {PLANTED.elsewhere.turnover_a_year} / wealth_elsewhere::DOUBLE))
        FROM flows JOIN truth_persons ON flows.party_id = core_parties[1]
        WHERE reveals_elsewhere AND NOT list_contains(lines, 'payroll_account') AND NOT list_has_any(
          lines, ['term_deposit', 'principal_protected', 'other_wealth'])""")
    assert people > 1_000
    assert abs(error) < 0.1


def test_natural_customers_are_told_from_those_who_have_gone_by_assets(large_bank: Bank) -> None:
    poor, rich = large_bank.row("""
        SELECT avg((gone_since IS NOT NULL)::INT) FILTER (assets_here <= 100),
          avg((gone_since IS NOT NULL)::INT) FILTER (assets_here > 1000)
        FROM truth_persons WHERE len(core_parties) > 0""")
    assert poor > 0.7
    assert rich < 0.05


def test_each_type_of_movement_has_its_channels_and_sign(bank: Bank) -> None:
    comes, goes = True, False
    assert bank.rows(f"SELECT DISTINCT amount > 0, type, channel FROM ({ONCE}) ORDER BY ALL") == [
        (goes, "bill", "app"),
        (goes, "bill", "counter"),
        (goes, "bill", "third_party"),
        (goes, "cash_withdrawal", "atm"),
        (goes, "cash_withdrawal", "counter"),
        (goes, "contract_paid_in", "system"),
        (goes, "purchase", "app"),
        (goes, "purchase", "pos"),
        (goes, "purchase", "third_party"),
        (goes, "transfer_out", "app"),
        (goes, "transfer_out", "atm"),
        (goes, "transfer_out", "counter"),
        (comes, "cash_deposit", "counter"),
        (comes, "contract_paid_out", "system"),
        (comes, "payroll", "system"),
        (comes, "transfer_in", "app"),
    ]


def test_a_movement_names_a_branch_an_employer_or_another_bank_where_it_has_one(bank: Bank) -> None:
    named = bank.rows(f"""
        SELECT DISTINCT channel IN ('counter', 'atm'), branch_id IS NOT NULL, type = 'payroll', employer_id IS NOT NULL,
          own_name = 1, counterparty_bank IS NOT NULL
        FROM ({ONCE}) ORDER BY ALL""")
    assert named == [
        (False, False, False, False, False, False),
        (False, False, False, False, True, True),
        (False, False, True, True, False, False),
        (True, True, False, False, False, False),
    ]
    (elsewhere,) = bank.row(f"""
        SELECT count(*) FROM ({ONCE}) AS t JOIN core_accounts USING (account_id) JOIN core_parties AS p USING (party_id)
        WHERE t.branch_id <> p.branch_id""")
    assert elsewhere == 0
