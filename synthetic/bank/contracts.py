"""All contracts of core banking as one list, whatever part of the bank they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.bank.accounts import Accounts, Traits
from synthetic.bank.arrays import together
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Ints, one_of
from synthetic.bank.maturities import OPEN, TermContracts
from synthetic.bank.parties import Parties
from synthetic.bank.payroll import Payroll
from synthetic.bank.products import CODES, LEAST, LOAN_LINES, RATES, TERM_LINES, Holdings, products_of
from synthetic.bank.text import dates, money, numbered, picked

NO_DAY = -1


@dataclass(frozen=True, kw_only=True)
class Contracts:
    """Arrays over contracts; NO_DAY where there is no such day."""

    who: Ints
    product: Ints
    opened_on: Ints
    matures_on: Ints
    closed_on: Ints
    cents: Ints


def plain(who: Ints, product: Ints, opened_on: Ints, cents: Ints, *, matures_on: Ints | None = None) -> Contracts:
    """Contracts that go on after the window."""
    none = np.full(len(who), NO_DAY)
    return Contracts(
        who=who,
        product=product,
        opened_on=opened_on,
        matures_on=none if matures_on is None else matures_on,
        closed_on=none,
        cents=cents,
    )


def of_terms(terms: TermContracts) -> Contracts:
    """Contracts with a term end on the day on which they mature."""
    return Contracts(
        who=terms.who,
        product=terms.product,
        opened_on=terms.opened_on,
        matures_on=terms.matures_on,
        closed_on=np.where(terms.outcome == OPEN, NO_DAY, terms.matures_on),
        cents=terms.cents,
    )


def of_lines(chunk: Chunk, traits: Traits, accounts: Accounts, holdings: Holdings, payroll: Payroll) -> Contracts:
    """One contract of each line without terms for each of its holders."""
    random = chunk.random("contracts of lines")
    found = []
    for line, holds in holdings.holds.items():
        if line in TERM_LINES:
            continue
        who = payroll.who if line == "payroll_account" else np.flatnonzero(holds)
        product = one_of(random, products_of(line), len(who))
        base = (
            traits.income[who] * (30 if line == "mortgage" else 4)
            if line in LOAN_LINES
            else accounts.balance[accounts.main[who]] / 100
        )
        amount = np.maximum(base * np.exp(random.normal(0, 0.6, len(who))), LEAST[product] + 100)
        cents = (
            np.zeros(len(who), dtype=np.int64) if line == "payroll_account" else amount.round(-2).astype(np.int64) * 100
        )
        opened = accounts.opened_on[accounts.main[who]] if line == "payroll_account" else holdings.since[line][who]
        found.append(plain(who, product, opened, cents))
    return together(found)


def numbers_of(chunk: Chunk, contracts: Contracts, calendar: Calendar) -> Ints:
    """A number for each contract that has begun, in no order that says anything; NO_DAY for those that begin later."""
    rows = np.flatnonzero(contracts.opened_on <= calendar.last_day)
    found = np.full(len(contracts.who), NO_DAY)
    found[chunk.random("order of contracts").permutation(rows)] = np.arange(len(rows))
    return found


def contract_rows(
    chunk: Chunk, contracts: Contracts, numbers: Ints, core: Parties, accounts: Accounts
) -> dict[str, Any]:
    """Columns of core/contracts, as of the last day."""
    rows = np.argsort(numbers, kind="stable")[(numbers < 0).sum() :]
    who, product = contracts.who[rows], contracts.product[rows]
    matures, closed = contracts.matures_on[rows], contracts.closed_on[rows]
    return {
        "contract_id": contract_ids(chunk, numbers[rows]),
        "party_id": core.numbers_of(who),
        "account_id": accounts.number.take(accounts.main[who]),
        "product_code": picked(CODES, product),
        "opened_on": dates(contracts.opened_on[rows]),
        "matures_on": dates(matures, matures != NO_DAY),
        "closed_on": dates(closed, closed != NO_DAY),
        "principal": money(contracts.cents[rows]),
        "yearly_rate": RATES[product],
    }


def contract_ids(chunk: Chunk, rows: Ints) -> Any:
    """Numbers of contracts by their row in the chunk."""
    return numbered("N", chunk.number * 10_000_000 + rows, width=12)
