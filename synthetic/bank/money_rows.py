"""Deposit accounts, balances, movements and fees as rows of files."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.bank.accounts import Accounts, Traits
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Ints
from synthetic.bank.employers import OTHER_BANKS
from synthetic.bank.entries import CHANNELS, TYPES, Entries
from synthetic.bank.ledger import Ledger, seconds_of
from synthetic.bank.numbers import row_numbers
from synthetic.bank.parties import Parties
from synthetic.bank.payroll import Payroll
from synthetic.bank.persons import Persons
from synthetic.bank.places import Places
from synthetic.bank.systems import branch_ids
from synthetic.bank.text import dates, missing, money, numbered, picked

_NOON = 12
_WITHOUT_BANK = [*OTHER_BANKS, None]
_OWN = np.array([kind.startswith("own_name") for kind in TYPES])


def account_rows(accounts: Accounts, core: Parties) -> dict[str, Any]:
    """Columns of core/accounts."""
    return {
        "account_id": accounts.number,
        "party_id": core.number.take(accounts.party),
        "product_code": picked(("DD01", "DD02"), (accounts.balance > 5_000_000).astype(np.int64)),
        "opened_on": dates(accounts.opened_on),
    }


def balance_rows(accounts: Accounts, ledger: Ledger, calendar: Calendar) -> tuple[dict[str, Any], Ints]:
    """Columns of core/balances, and the day of each: every month end since an account was opened."""
    account, month = np.nonzero(accounts.opened_on[:, None] <= calendar.ends)
    day = calendar.ends[month]
    return {
        "account_id": accounts.number.take(account),
        "balance_on": dates(day),
        "balance": money(ledger.balances[account, month + 1]),
    }, day


def transaction_rows(
    chunk: Chunk, persons: Persons, places: Places, traits: Traits, accounts: Accounts, moved: Entries
) -> tuple[dict[str, Any], Ints]:
    """Columns of core/transactions, in the order of their times, and the day of each."""
    random = chunk.random("times of transactions")
    # Branches are open by day; all else happens when its owner likes.
    by_day = moved.channel == CHANNELS.index("counter")
    second = seconds_of(random, moved.day, np.where(by_day, _NOON, traits.hour[accounts.who[moved.account]]))
    order = np.argsort(second, kind="stable")
    account, channel = moved.account[order], moved.channel[order]
    who = accounts.who[account]
    branch = branch_ids(places.nearest_branch[persons.area[who]])
    at_branch = np.isin(channel, (CHANNELS.index("counter"), CHANNELS.index("atm")))
    return {
        "transaction_id": row_numbers(chunk, "T", np.arange(len(order))),
        "account_id": accounts.number.take(account),
        "booked_at": second[order],
        "amount": money(moved.cents[order]),
        "type": picked(
            [kind.replace("own_name_in", "transfer_in").replace("own_name_out", "transfer_out") for kind in TYPES],
            moved.type[order],
        ),
        "channel": picked(CHANNELS, channel),
        "branch_id": missing(branch, ~at_branch),
        "counterparty_bank": picked(_WITHOUT_BANK, moved.bank[order] % len(_WITHOUT_BANK)),
        "own_name": np.where(_OWN[moved.type[order]], 1, 0),
        "employer_id": missing(employer_ids(moved.employer[order].clip(min=0)), moved.employer[order] < 0),
    }, moved.day[order]


def employer_ids(employers: Ints) -> Any:
    """The number of each employer."""
    return numbered("E", employers + 1, width=6)


def fee_rows(chunk: Chunk, payroll: Payroll, accounts: Accounts, calendar: Calendar) -> dict[str, Any]:
    """Columns of core/account_fees: the fee of each payroll account, and its rise."""
    account = accounts.main[payroll.who]
    rises = np.flatnonzero(payroll.fee_rises)
    rise_day = int(calendar.starts[chunk.parameters.payroll.fee_rise_month])
    row = np.concatenate([account, account[rises]])
    since = np.concatenate([accounts.opened_on[account], np.maximum(rise_day, accounts.opened_on[account[rises]])])
    fee = np.repeat([0, 1_000], [len(account), len(rises)])
    return {"account_id": accounts.number.take(row), "valid_from": dates(since), "monthly_fee": money(fee)}
