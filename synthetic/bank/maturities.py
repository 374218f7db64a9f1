"""Contracts with a term, one after the other, and what their holders do with the money when a term ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from synthetic.bank.accounts import FACTORS, Accounts, Traits
from synthetic.bank.arrays import together
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, chosen, one_of
from synthetic.bank.elsewhere import Elsewhere
from synthetic.bank.employers import OTHER_BANKS
from synthetic.bank.entries import Entries, entries
from synthetic.bank.products import LEAST, RATES, TERM_DAYS, TERM_LINES, Holdings, products_of

OUTCOMES = ("at_once", "late", "leave", "idle")
OPEN = -1


@dataclass(frozen=True, kw_only=True)
class TermContracts:
    """Arrays over contracts with a term."""

    who: Ints
    product: Ints
    opened_on: Ints
    matures_on: Ints
    cents: Ints
    outcome: Ints
    """Position in OUTCOMES; OPEN where the term ends after the window."""
    acts_on: Ints
    """The day of what the holder does then; of idle money, the day on which it is spent at last."""
    probabilities: Floats
    """Columns of OUTCOMES."""


def make_term_contracts(
    chunk: Chunk,
    traits: Traits,
    accounts: Accounts,
    holdings: Holdings,
    elsewhere: Elsewhere,
    logins: Ints,
    calendar: Calendar,
) -> TermContracts:
    """The contracts of each holder of a line with terms, from the first one on."""
    random = chunk.random("term contracts")
    fixed = _fixed_logits(chunk, traits, holdings, elsewhere, logins)
    found = []
    for line in TERM_LINES:
        who = np.flatnonzero(holdings.holds[line])
        opened = np.maximum(holdings.since[line][who], calendar.last_day - 900)
        wealth = accounts.balance[accounts.main[who]] / 100
        cents = (wealth * np.exp(random.normal(0.2, 0.7, len(who)))).round(-2).astype(np.int64) * 100
        was_late = np.zeros(len(who), dtype=np.bool_)
        while len(who):
            part = _one_term(chunk, random, line, who, opened, cents, fixed[who], was_late, calendar)
            found.append(part)
            goes_on = (part.outcome == 0) | (part.outcome == 1)
            was_late = (was_late | (part.outcome == 1))[goes_on]
            who, opened, cents = who[goes_on], part.acts_on[goes_on], part.cents[goes_on]
            inside = opened <= calendar.last_day
            who, opened, cents, was_late = who[inside], opened[inside], cents[inside], was_late[inside]
    return together(found)


def _fixed_logits(chunk: Chunk, traits: Traits, holdings: Holdings, elsewhere: Elsewhere, logins: Ints) -> Floats:
    """By person and outcome, the part of the logits that stays the same over the years."""
    lines = np.sum(list(holdings.holds.values()), axis=0)
    values = {
        "constant": np.ones(chunk.size),
        "no_app": logins.sum(axis=1) == 0,
        "reveals_own_transfers": elsewhere.reveals,
        "volatility": (traits.volatility - 0.33) / 0.14,
        "more_products": np.maximum(lines - 1, 0),
        "decades_over_50": (traits.age - 50) / 10,
        "price": traits.factors[:, FACTORS.index("price")],
        "service": traits.factors[:, FACTORS.index("service")],
    }
    found = np.zeros((chunk.size, len(OUTCOMES)))
    for outcome, terms in chunk.parameters.maturity.outcomes.items():
        for name, coefficient in terms.items():
            if name != "was_late":
                found[:, OUTCOMES.index(outcome)] += coefficient * values[name]
    return found


def _one_term(
    chunk: Chunk,
    random: Generator,
    line: str,
    who: Ints,
    opened: Ints,
    cents: Ints,
    fixed: Floats,
    was_late: Flags,
    calendar: Calendar,
) -> TermContracts:
    """One contract of each of `who`, and what follows on it."""
    planted, size = chunk.parameters.maturity, len(who)
    product = one_of(random, products_of(line), size)
    cents = np.maximum(cents, LEAST[product] * 100)
    matures = opened + TERM_DAYS[product]
    logits = fixed.copy()
    for name, terms in planted.outcomes.items():
        logits[:, OUTCOMES.index(name)] += terms.get("was_late", 0.0) * was_late
    probabilities = np.exp(logits)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    outcome = np.where(matures <= calendar.last_day, chosen(random, probabilities), OPEN)
    delays = np.select(
        [outcome == 1, outcome == 2, outcome == 3],
        [
            planted.late_days[0] + random.exponential(planted.late_days[1], size).astype(np.int64),
            random.integers(planted.leave_days[0], planted.leave_days[1] + 1, size),
            random.integers(planted.idle_days[0], planted.idle_days[1] + 1, size),
        ],
        0,
    )
    return TermContracts(
        who=who,
        product=product,
        opened_on=opened,
        matures_on=matures,
        cents=cents,
        outcome=outcome,
        acts_on=matures + delays,
        probabilities=probabilities,
    )


def term_entries(chunk: Chunk, terms: TermContracts, accounts: Accounts) -> Entries:
    """Money into contracts and back with interest, and out to other banks by those who leave."""
    random = chunk.random("term entries")
    account = accounts.main[terms.who]
    interest = (terms.cents * RATES[terms.product] * TERM_DAYS[terms.product] / 365).astype(np.int64)
    ends = terms.outcome != OPEN
    leaves = terms.outcome == OUTCOMES.index("leave")
    bank = random.integers(0, len(OTHER_BANKS), len(account))
    return together(
        [
            entries(account, terms.opened_on, -terms.cents, "contract_paid_in"),
            entries(account[ends], terms.matures_on[ends], (terms.cents + interest)[ends], "contract_paid_out"),
            entries(
                account[leaves],
                terms.acts_on[leaves],
                -terms.cents[leaves],
                "own_name_out",
                channel="app",
                bank=bank[leaves],
            ),
        ]
    )


def idle_cents(terms: TermContracts, accounts: Accounts, calendar: Calendar) -> Ints:
    """By account and month end, money that came out of a contract and was left where it was."""
    idle = np.zeros((len(accounts.balance), calendar.months), dtype=np.int64)
    waits = np.flatnonzero((terms.outcome == OUTCOMES.index("idle")) | (terms.outcome == OUTCOMES.index("late")))
    account = accounts.main[terms.who[waits]]
    lies = (calendar.ends >= terms.matures_on[waits, None]) & (calendar.ends < terms.acts_on[waits, None])
    np.add.at(idle, account, lies * terms.cents[waits, None])
    return idle
