"""Deposit accounts and what is on them at the end; whose owners have gone; incomes and habits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.bank.arrays import ordinals
from synthetic.bank.calendar import NEVER, Calendar
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, evenly, logistic, weights_of
from synthetic.bank.numbers import scattered
from synthetic.bank.parties import Parties
from synthetic.bank.persons import Persons

PAYMENT_CHANNELS = ("app", "third_party", "pos", "counter", "atm")
FACTORS = ("price", "word_of_mouth", "reviews", "service", "reach")


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Arrays over the deposit accounts of a chunk; the accounts of a record lie beside each other, the fullest first."""

    party: Ints
    """Row among the records of core banking."""
    who: Ints
    number: Any
    opened_on: Ints
    balance: Ints
    """Cents at the end of the window, before what is idle after a maturity."""
    main: Ints
    """Over persons: the account that money comes to; -1 for persons who have none."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """Arrays over persons: what drives them, seen by no system but through what they do."""

    wealth_class: Ints
    """Class of Money.balances of the largest account; -1 without account."""
    active_until: Ints
    """The day after which nothing happens any more; NEVER for those who stay."""
    income: Floats
    """CNY a month."""
    volatility: Floats
    """Standard deviation of the logarithm of a balance from month to month."""
    factors: Floats
    """Columns of FACTORS, standard normal."""
    channel: Ints
    weekday: Ints
    """0 is Monday."""
    hour: Ints
    age: Floats

    def stays(self) -> Flags:
        return np.asarray(self.active_until == NEVER)


def make_accounts(chunk: Chunk, core: Parties, calendar: Calendar) -> Accounts:
    """One to three accounts for each record of core banking."""
    random, money = chunk.random("accounts"), chunk.parameters.money
    records = len(core.who)
    counts = random.choice(list(money.accounts), records, p=weights_of(list(money.accounts.values())))
    party = np.repeat(np.arange(records), counts)
    size = len(party)
    ordinal = ordinals(counts)
    bounds = np.array([1, *(bound * 100 for bound in money.balances)], dtype=np.float64)
    drawn = random.choice(len(money.balances), size, p=weights_of(list(money.balances.values())))
    # Even on a logarithmic scale; one cent above the bound below.
    logs = np.log(bounds)
    balance = np.exp(logs[drawn] + random.random(size) * (logs[drawn + 1] - logs[drawn])).astype(np.int64)
    balance = np.clip(
        balance, np.where(drawn == 0, 0, bounds[drawn] + 1).astype(np.int64), bounds[drawn + 1].astype(np.int64)
    )
    balance = np.where((drawn == 0) & (random.random(size) < money.empty), 0, balance)
    balance = balance[np.lexsort((-balance, party))]
    latest = calendar.last_day - 1
    since = core.opened_on[party]
    later = evenly(random, since, (latest - since).clip(min=0))
    main = np.full(chunk.size, -1)
    of_first_record = np.flatnonzero((ordinal == 0) & (core.ordinal[party] == 0))
    main[core.who[party[of_first_record]]] = of_first_record
    slots = core.ordinal[party] * 4 + ordinal
    return Accounts(
        party=party,
        who=core.who[party],
        number=scattered(chunk.seed, "accounts", chunk.first + core.who[party], slots, prefix="6010"),
        opened_on=np.where(ordinal == 0, since, later),
        balance=balance,
        main=main,
    )


def make_traits(chunk: Chunk, persons: Persons, accounts: Accounts, core: Parties, calendar: Calendar) -> Traits:
    """Who has gone, what the others earn and prefer."""
    random, money = chunk.random("traits"), chunk.parameters.money
    size = chunk.size
    assets = np.bincount(accounts.who, weights=accounts.balance / 100, minlength=size)
    largest = np.zeros(size, dtype=np.int64)
    np.maximum.at(largest, accounts.who, accounts.balance)
    bounds = np.array([bound * 100 for bound in money.balances])
    wealth_class = np.where(accounts.main >= 0, np.searchsorted(bounds, largest), -1)
    gone = money.gone_at_most * logistic(money.gone_slope * np.log10(money.gone_at / (assets + 1.0)))
    gone = np.where(accounts.main >= 0, gone, money.gone_elsewhere)
    since = np.where(core.main >= 0, core.opened_on[core.main], calendar.first_day - 1000)
    days_ago = money.gone_for_days + 1 + random.exponential(400, size).astype(np.int64)
    can_go = calendar.last_day - since > money.gone_for_days + 30
    until = np.maximum(calendar.last_day - days_ago, since)
    age = persons.age(calendar)
    by_class = money.income_by_class * (wealth_class.clip(min=0) - 1)
    return Traits(
        wealth_class=wealth_class,
        active_until=np.where(can_go & (random.random(size) < gone), until, NEVER),
        income=money.median_income * np.exp(by_class + money.income_spread * random.normal(size=size)),
        volatility=0.1 + 0.7 * random.beta(1.5, 3, size),
        factors=random.normal(size=(size, len(FACTORS))),
        # The young pay by phone, the old at the counter.
        channel=_by_age(random.random(size), age),
        weekday=random.choice(7, size, p=weights_of((2, 1, 1, 1, 2, 3, 2))),
        hour=random.choice(
            24, size, p=weights_of((1, 0.5, 0.2, 0.2, 0.2, 0.5, 2, 4, 6, 7, 7, 6, 7, 5, 5, 5, 5, 5, 6, 8, 9, 8, 5, 2))
        ),
        age=age,
    )


def _by_age(drawn: Floats, age: Floats) -> Ints:
    young, old = weights_of((5, 4, 1.5, 0.3, 0.5)), weights_of((1.5, 2, 2, 3, 2))
    weight = ((age - 25) / 45).clip(0, 1)[:, None]
    bounds = np.cumsum((1 - weight) * young + weight * old, axis=1)
    return np.asarray((bounds < drawn[:, None]).sum(axis=1).clip(max=len(PAYMENT_CHANNELS) - 1))
