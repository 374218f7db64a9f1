"""Accounts, contracts and cards: shares, lifts, and sums that agree."""

from __future__ import annotations

from tests.unit.synthetic.conftest import Bank
from tests.unit.synthetic.test_identity import within

from synthetic.bank.parameters import Parameters

PLANTED = Parameters()
ONCE = "SELECT DISTINCT ON (transaction_id) * FROM core_transactions WHERE transaction_id NOT LIKE 'BAD%'"


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
