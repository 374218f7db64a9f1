"""Wealth at other banks, and the transfers in the own name that show it for some."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.bank.accounts import Accounts, Traits
from synthetic.bank.arrays import together
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, evenly
from synthetic.bank.employers import OTHER_BANKS
from synthetic.bank.entries import Entries, entries
from synthetic.bank.products import ASSET_LINES, Holdings


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Arrays over persons."""

    wealth: Floats
    """CNY at all other banks together, at the end of the window."""
    reveals: Flags
    """Transfers in the own name go to and from there."""
    bank: Ints


def make_elsewhere(chunk: Chunk, traits: Traits, holdings: Holdings, accounts: Accounts) -> Elsewhere:
    """What everybody has elsewhere, and who shows it."""
    random, planted = chunk.random("elsewhere"), chunk.parameters.elsewhere
    invests = np.any([holdings.holds[line] for line in ASSET_LINES], axis=0)
    logs = (
        planted.constant
        + planted.per_ln_income * np.log(traits.income / chunk.parameters.money.median_income)
        + planted.per_decade_of_age * (traits.age - 40) / 10
        + planted.holds_investments * invests
        + planted.spread * random.normal(size=chunk.size)
    )
    reveals = (random.random(chunk.size) < planted.reveals) & traits.stays() & (accounts.main >= 0)
    return Elsewhere(
        wealth=np.exp(logs).round(2), reveals=reveals, bank=random.integers(0, len(OTHER_BANKS), chunk.size)
    )


def own_name_entries(chunk: Chunk, elsewhere: Elsewhere, accounts: Accounts, calendar: Calendar) -> Entries:
    """Transfers to and from the other bank, on any day since the main account was opened."""
    random, planted = chunk.random("own name"), chunk.parameters.elsewhere
    who = np.flatnonzero(elsewhere.reveals)
    since = np.maximum(accounts.opened_on[accounts.main[who]], calendar.first_day)
    days = calendar.last_day - since
    counts = random.poisson(planted.transfers_a_year * days / 365)
    spread = np.exp(planted.turnover_spread * random.normal(size=len(who)))
    one = elsewhere.wealth[who] * planted.turnover_a_year * spread / planted.transfers_a_year
    row = np.repeat(np.arange(len(who)), counts)
    day = evenly(random, since[row], days[row] + 1)
    noise = np.exp(0.3 * random.normal(size=len(row)) - 0.045)
    cents = (one[row] * noise).round(-1).clip(min=10).astype(np.int64) * 100
    goes_out = random.random(len(row)) < 0.5
    account, bank = accounts.main[who[row]], elsewhere.bank[who[row]]
    return together(
        [
            entries(account[rows], day[rows], sign * cents[rows], kind, channel="app", bank=bank[rows])
            for kind, sign, rows in (("own_name_in", 1, ~goes_out), ("own_name_out", -1, goes_out))
        ]
    )
