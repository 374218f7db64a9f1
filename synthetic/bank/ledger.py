"""Month-end balances, and payments that make them add up: balance before + all movements of the month = balance after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from synthetic.bank.accounts import Accounts, Traits
from synthetic.bank.arrays import kept, together
from synthetic.bank.calendar import DAY_SECONDS, NEVER, Calendar
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, evenly, weights_of
from synthetic.bank.entries import CHANNELS, TYPES, Entries, entries
from synthetic.bank.payroll import Payroll

_CHANCES = {
    # What is paid by each of the payment channels: purchase, bill, cash, transfer.
    "app": (0.45, 0.30, 0.0, 0.25),
    "third_party": (0.90, 0.10, 0.0, 0.0),
    "pos": (1.0, 0.0, 0.0, 0.0),
    "counter": (0.0, 0.2, 0.5, 0.3),
    "atm": (0.0, 0.0, 0.9, 0.1),
}
_OUT = np.array([TYPES.index(kind) for kind in ("purchase", "bill", "cash_withdrawal", "transfer_out")])
_LARGE = 3.0
"""Months of income above which money goes out in one transfer, not in purchases."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Balances in cents by account and month: column 0 is the day before the window, then each month end."""

    balances: Ints
    entries: Entries


def make_ledger(
    chunk: Chunk,
    traits: Traits,
    accounts: Accounts,
    payroll: Payroll,
    known: Entries,
    idle: Ints,
    calendar: Calendar,
) -> Ledger:
    """Balances that end as planted, and all movements: those known, and the payments that fill the rest."""
    random = chunk.random("ledger")
    inside = (known.day >= np.maximum(calendar.first_day, accounts.opened_on[known.account])) & (
        known.day <= calendar.last_day
    )
    known = kept(known, inside)
    cells = known.account * calendar.months + calendar.month_of(known.day)
    size = len(accounts.balance)
    flows = np.bincount(cells, weights=known.cents, minlength=size * calendar.months).astype(np.int64).reshape(size, -1)
    active = _active(chunk, random, traits, accounts, calendar)
    wanted = _wanted(random, traits, accounts, payroll, calendar)
    wanted[:, 1:] += idle
    wanted[:, -1] = accounts.balance + idle[:, -1]
    balances = _balances(wanted, flows, active, accounts, calendar)
    rest = np.diff(balances, axis=1) - flows
    paid = _payments(chunk, random, traits, accounts, rest, active, calendar)
    return Ledger(balances=balances, entries=together([known, *paid]))


def _active(chunk: Chunk, random: Generator, traits: Traits, accounts: Accounts, calendar: Calendar) -> Flags:
    """By account and month, whether its owner pays with it."""
    share = chunk.parameters.money.active_months
    often = random.beta(4 * share, 4 * (1 - share), chunk.size)[accounts.who]
    is_main = accounts.main[accounts.who] == np.arange(len(accounts.who))
    drawn = random.random((len(often), calendar.months)) < (often * np.where(is_main, 1.0, 0.15))[:, None]
    return np.asarray(
        drawn
        & (calendar.ends >= accounts.opened_on[:, None])
        & (calendar.starts <= traits.active_until[accounts.who, None])
    )


def _wanted(random: Generator, traits: Traits, accounts: Accounts, payroll: Payroll, calendar: Calendar) -> Ints:
    """By account and month end (and the day before the window), the balance if nothing else were known."""
    size, columns = len(accounts.balance), calendar.months + 1
    wander = np.zeros((size, columns))
    for column in range(columns - 2, -1, -1):
        wander[:, column] = 0.85 * wander[:, column + 1] + 0.53 * random.normal(size=size)
    wanted = accounts.balance[:, None] * np.exp(traits.volatility[accounts.who, None] * wander)
    # Whoever has gone left little behind, and had more before.
    until = traits.active_until[accounts.who]
    before = np.exp(random.normal(11.5, 1.2, (size, columns)))
    ends = np.concatenate([[calendar.first_day - 1], calendar.ends])
    wanted += np.where((until[:, None] != NEVER) & (ends < until[:, None]), before, 0.0)
    # Wages are not spent at once while they come.
    left = np.zeros((size, columns))
    month = np.arange(-1, calendar.months)
    paid = (
        (month >= payroll.first[:, None]) & (month < payroll.left[:, None]) & (payroll.left[:, None] < calendar.months)
    )
    left[accounts.main[payroll.who]] = paid * payroll.salary[:, None] * 100 * random.random((len(payroll.who), columns))
    return (wanted + left).astype(np.int64)


def _balances(wanted: Ints, flows: Ints, active: Flags, accounts: Accounts, calendar: Calendar) -> Ints:
    """Backwards from the end: in a month without payments the balance moves by what is known, unless it fell below zero."""
    found = np.zeros_like(wanted)
    found[:, -1] = wanted[:, -1]
    for month in range(calendar.months - 1, -1, -1):
        without = found[:, month + 1] - flows[:, month]
        before = np.where(active[:, month] | (without < 0), wanted[:, month], without)
        found[:, month] = np.where(accounts.opened_on < calendar.starts[month], before, 0)
    return found


def _payments(
    chunk: Chunk, random: Generator, traits: Traits, accounts: Accounts, rest: Ints, active: Flags, calendar: Calendar
) -> list[Entries]:
    """Money in and out of each account and month that adds up to `rest`."""
    account, month = np.nonzero((rest != 0) | active)
    who, left = accounts.who[account], rest[account, month]
    income = traits.income[who] * 100
    turned_over = np.where(
        active[account, month],
        np.minimum(income * 0.15, accounts.balance[account] * 0.5 + 2_000) * np.exp(random.normal(0, 0.6, len(left))),
        0,
    ).astype(np.int64)
    # What is spent beyond the fall of the balance came in before.
    comes = np.where(left >= 0, left + turned_over, 0)
    goes = comes - left
    large = goes > _LARGE * income
    transfer = np.where(large, (goes * 0.9).astype(np.int64), 0)
    ins, outs = np.flatnonzero(comes > 0), np.flatnonzero(large)
    channel = np.where(random.random(len(ins)) < 0.75, CHANNELS.index("app"), CHANNELS.index("counter"))
    day = _days(chunk, random, traits, accounts, account, month, calendar)
    by_app = channel == CHANNELS.index("app")
    counts = 1 + random.poisson(chunk.parameters.money.payments_a_month * active[account, month])
    row, cents = parts(random, goes - transfer, counts)
    paid_by, kind = _how(chunk, random, traits, who[row])
    return [
        entries(account[ins[by_app]], day[ins[by_app]], comes[ins[by_app]], "transfer_in", channel="app"),
        entries(account[ins[~by_app]], day[ins[~by_app]], comes[ins[~by_app]], "cash_deposit", channel="counter"),
        entries(account[outs], day[outs], -transfer[outs], "transfer_out", channel="counter"),
        Entries(
            account=account[row],
            day=_days(chunk, random, traits, accounts, account[row], month[row], calendar),
            cents=-cents,
            type=kind,
            channel=paid_by,
            bank=np.full(len(row), -1),
            employer=np.full(len(row), -1),
        ),
    ]


def parts(random: Generator, totals: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Each total cut into up to `counts` whole parts above zero, as positions of the totals and the parts.

    >>> row, part = parts(np.random.default_rng(1), np.array([100, 0, 7]), np.array([2, 3, 1]))
    >>> row.tolist(), np.bincount(row, weights=part).tolist()
    ([0, 0, 2], [100.0, 0.0, 7.0])
    """
    row = np.repeat(np.arange(len(totals)), counts)
    weights = random.exponential(size=len(row)) + 0.05
    begins = np.cumsum(counts) - counts
    sums = np.bincount(row, weights=weights, minlength=len(totals))
    found = (totals[row] * (weights / sums[row])).astype(np.int64)
    missing = totals - np.bincount(row, weights=found, minlength=len(totals)).astype(np.int64)
    found[begins] += missing
    above = found > 0
    return row[above], found[above]


def _how(chunk: Chunk, random: Generator, traits: Traits, who: Ints) -> tuple[Ints, Ints]:
    """Channel and type of payments: mostly the channel that the person prefers."""
    prefers = random.random(len(who)) < chunk.parameters.money.prefers_channel
    channel = np.where(prefers, traits.channel[who], random.choice(5, len(who), p=weights_of((3, 3, 2, 1, 1))))
    bounds: Floats = np.cumsum(np.array(list(_CHANCES.values())), axis=1)
    at = (bounds[channel] <= random.random(len(who))[:, None]).sum(axis=1).clip(max=3)
    return channel, _OUT[at]


def _days(
    chunk: Chunk, random: Generator, traits: Traits, accounts: Accounts, account: Ints, month: Ints, calendar: Calendar
) -> Ints:
    """A day of the month on which the owner is there, often the weekday that the person prefers."""
    who = accounts.who[account]
    day = evenly(random, calendar.starts[month], calendar.lengths[month])
    # 1970-01-01 was a Thursday.
    same_week = day - (day + 3) % 7 + traits.weekday[who]
    fits = (same_week >= calendar.starts[month]) & (same_week <= calendar.ends[month])
    day = np.where(fits & (random.random(len(day)) < chunk.parameters.money.prefers_weekday), same_week, day)
    first = np.maximum(accounts.opened_on[account], calendar.starts[month])
    last = np.minimum(calendar.ends[month], np.maximum(traits.active_until[who], first))
    return np.asarray(day.clip(first, last))


def seconds_of(random: Generator, day: Ints, hour: Ints) -> Ints:
    """Local seconds since 1970, around the hour that the person prefers."""
    hours = (hour + np.round(random.normal(0, 2.5, len(day))).astype(np.int64)) % 24
    return day * DAY_SECONDS + hours * 3600 + random.integers(0, 3600, len(day))
