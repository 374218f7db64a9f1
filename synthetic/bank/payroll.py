"""Payroll customers: who pays them, what drives them away, and the wages until then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.bank.accounts import Accounts, Traits
from synthetic.bank.arrays import together
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, logistic
from synthetic.bank.employers import OTHER_BANKS, Employers
from synthetic.bank.entries import Entries, entries
from synthetic.bank.persons import Persons
from synthetic.bank.places import Places
from synthetic.bank.products import Holdings


@dataclass(frozen=True, kw_only=True)
class Payroll:
    """Arrays over payroll customers, and matrices of customers by month."""

    who: Ints
    employer: Ints
    salary: Floats
    fee_rises: Flags
    first: Ints
    """Month of the first wage; below 0 before the window."""
    left: Ints
    """First month without a wage; the number of months for those who stay."""
    drivers: dict[str, Floats]
    hazard: Floats
    at_risk: Flags

    def leaves_within(self, months: int) -> Floats:
        """Probability to leave in the last `months` of the window, of those at risk when they begin; NaN for others."""
        stays = np.prod(1 - self.hazard[:, -months:], axis=1)
        return np.where(self.at_risk[:, -months], 1 - stays, np.nan)


def make_payroll(
    chunk: Chunk,
    persons: Persons,
    places: Places,
    traits: Traits,
    accounts: Accounts,
    holdings: Holdings,
    employers: Employers,
    logins: Ints,
    calendar: Calendar,
) -> Payroll:
    """Everybody who was ever paid through the bank, and whether and when they left it."""
    random, planted = chunk.random("payroll"), chunk.parameters.payroll
    months = calendar.months
    opened = calendar.month_of(accounts.opened_on[accounts.main])
    who = np.flatnonzero(holdings.holds["payroll_account"] & (opened < months - 1))
    size = len(who)
    employer = random.choice(len(employers.weight), size, p=employers.weight)
    first = np.where(
        random.random(size) < planted.joins_in_window,
        random.integers(0, months, size),
        -1 - random.integers(0, planted.longest_before, size),
    )
    # Not before there is an account; how old an account of before the window is, is not told by months.
    opened_day = accounts.opened_on[accounts.main[who]]
    before = -((calendar.first_day - opened_day) // 30)
    first = np.maximum(first, np.where(opened_day < calendar.first_day, before, opened[who] + 1))
    salary = (traits.income[who] * 0.9).round(-1)
    fee_rises = random.random(size) < planted.fee_rise_share
    month = np.arange(months)
    previous = np.maximum(month - 1, 0)
    tenure = month - first[:, None]
    km = places.nearest_km[persons.area[who]]
    everywhere = np.ones((size, months))
    drivers = {
        "constant": everywhere,
        "fee_rise": (
            fee_rises[:, None]
            & (month >= planted.fee_rise_month)
            & (month < planted.fee_rise_month + planted.fee_felt_months)
        ),
        "wage_delay": employers.delayed[employer][:, previous] & (month > 0),
        "offer_in_city": employers.offer[places.area_city[persons.area[who]]],
        "no_login": (logins[who] == 0)[:, previous],
        "early_months": (tenure >= planted.early[0]) & (tenure <= planted.early[1]),
        "km_to_branch_per_10": everywhere * km[:, None] / 10,
        "products_held": holdings.lines_before(calendar.starts)[who],
        "ln_salary_to_median": everywhere * np.log(salary / chunk.parameters.money.median_income)[:, None],
    }
    drivers = {name: np.asarray(values, dtype=np.float64) for name, values in drivers.items()}
    hazard = logistic(np.sum([planted.hazard[name] * values for name, values in drivers.items()], axis=0))
    leaves = (random.random((size, months)) < hazard) & (tenure > 0)
    left = np.where(leaves.any(axis=1), leaves.argmax(axis=1), months)
    return Payroll(
        who=who,
        employer=employer,
        salary=salary,
        fee_rises=fee_rises,
        first=first,
        left=left,
        drivers=drivers,
        hazard=np.where(tenure > 0, hazard, 0.0),
        at_risk=(tenure > 0) & (month <= left[:, None]),
    )


def payroll_entries(
    chunk: Chunk, payroll: Payroll, accounts: Accounts, employers: Employers, calendar: Calendar
) -> Entries:
    """Wages, later than the wage day where the employer was late; and money moved to another bank before leaving."""
    random, planted = chunk.random("payroll entries"), chunk.parameters.payroll
    month = np.arange(calendar.months)
    paid = (month >= payroll.first[:, None]) & (month < payroll.left[:, None])
    row, at = np.nonzero(paid)
    employer = payroll.employer[row]
    late = employers.delayed[employer, at] * employers.delay_days[employer, at]
    day = np.minimum(calendar.starts[at] + employers.wage_day[employer] - 1 + late, calendar.ends[at])
    account = accounts.main[payroll.who]
    cents = (payroll.salary[row] * 100 * (1 + 0.03 * random.normal(size=len(row)))).astype(np.int64)
    wages = entries(account[row], day, cents, "payroll", employer=employer)
    signs = (
        paid & (month >= payroll.left[:, None] - planted.months_of_signs) & (payroll.left[:, None] < calendar.months)
    )
    row, at = np.nonzero(signs)
    low, high = planted.moved_before_leaving
    moved = entries(
        account[row],
        calendar.ends[at] - random.integers(0, 4, len(row)),
        -(payroll.salary[row] * 100 * (low + (high - low) * random.random(len(row)))).astype(np.int64),
        "own_name_out",
        channel="app",
        bank=random.integers(0, len(OTHER_BANKS), len(row)),
    )
    return together([wages, moved])
