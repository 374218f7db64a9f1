"""The truth: who is who, and what is planted in whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from synthetic.bank.accounts import FACTORS, NEVER, PAYMENT_CHANNELS
from synthetic.bank.chance import Floats, Ints
from synthetic.bank.files import Files
from synthetic.bank.layouts import truth
from synthetic.bank.maturities import OPEN, OUTCOMES
from synthetic.bank.money_rows import employer_ids
from synthetic.bank.parties import Parties
from synthetic.bank.population import Population
from synthetic.bank.products import CODES
from synthetic.bank.systems import postcodes
from synthetic.bank.text import dates, missing, money, numbered, picked


def write_truth(truths: Files, people: Population, here: Floats) -> None:
    """Every file of the truth that concerns persons."""
    truths.write(truth.PERSONS, person_rows(people, here))
    truths.write(truth.PAYROLL, payroll_rows(people))
    truths.write(truth.PAYROLL_MONTHS, payroll_month_rows(people))
    truths.write(truth.MATURITIES, maturity_rows(people))


def person_ids(index: Ints) -> Any:
    """The id of each person, which only the truth has."""
    return numbered("P", index, width=8)


def person_rows(people: Population, here: Floats) -> dict[str, Any]:
    """Columns of truth/persons."""
    persons, traits, size = people.persons, people.traits, len(people.persons.index)
    giver = persons.phones.recycled_from
    return {
        "person_id": person_ids(persons.index),
        "core_parties": records_of(people.core, size),
        "cards_parties": records_of(people.cards, size),
        "app_users": records_of(people.app, size),
        "household_id": numbered("H", persons.index[persons.household], width=8),
        "recycled_phone_of": missing(person_ids(persons.index[giver]), giver < 0),
        "gender": picked(("F", "M"), persons.is_man.astype(np.int64)),
        "birth_date": dates(persons.birth),
        "national_id": persons.national_id,
        "phone": numbered("", persons.phones.number, width=11),
        "email": persons.email,
        "postcode": postcodes(people.places, persons.area),
        "km_to_branch": people.places.nearest_km[persons.area],
        "gone_since": dates(traits.active_until + 1, traits.active_until != NEVER),
        "monthly_income": traits.income.round(2),
        "assets_here": money((here * 100).round().astype(np.int64)),
        "wealth_elsewhere": money((people.elsewhere.wealth * 100).round().astype(np.int64)),
        "reveals_elsewhere": people.elsewhere.reveals,
        "balance_volatility": traits.volatility,
        "lines": _lines(people),
        "preferred_payment": picked(PAYMENT_CHANNELS, traits.channel),
        "preferred_weekday": traits.weekday + 1,
        "preferred_hour": traits.hour,
        **{f"factor_{name}": traits.factors[:, at] for at, name in enumerate(FACTORS)},
    }


def _lines(people: Population) -> Any:
    """The names of the lines that each person holds."""
    names = list(people.holdings.holds)
    holds = np.column_stack([people.holdings.holds[name] for name in names])
    _, line = np.nonzero(holds)
    offsets = np.concatenate([[0], np.cumsum(holds.sum(axis=1))])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), picked(names, line))


def records_of(parties: Parties, persons: int) -> Any:
    """Every record of each person, the first one first."""
    order = np.lexsort((parties.ordinal, parties.who))
    offsets = np.searchsorted(parties.who[order], np.arange(persons + 1))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), parties.number.take(order))


def payroll_rows(people: Population) -> dict[str, Any]:
    """Columns of truth/payroll."""
    payroll, calendar = people.payroll, people.calendar
    left = payroll.left < calendar.months
    three, five = payroll.leaves_within(3), payroll.leaves_within(5)
    return {
        "person_id": person_ids(people.persons.index[payroll.who]),
        "employer_id": employer_ids(payroll.employer),
        "monthly_salary": payroll.salary,
        "first_month": payroll.first,
        "left_month": pa.array(payroll.left, mask=~left),
        "leaves_in_3_months": pa.array(three, mask=np.isnan(three)),
        "leaves_in_5_months": pa.array(five, mask=np.isnan(five)),
    }


def payroll_month_rows(people: Population) -> dict[str, Any]:
    """Columns of truth/payroll_months."""
    payroll, calendar = people.payroll, people.calendar
    row, month = np.nonzero(payroll.at_risk)
    drivers = {name: values[row, month] for name, values in payroll.drivers.items() if name != "constant"}
    return {
        "person_id": person_ids(people.persons.index[payroll.who[row]]),
        "month": picked(calendar.names(), month),
        "months_since_first": month - payroll.first[row],
        **drivers,
        "hazard": payroll.hazard[row, month],
        "left": payroll.left[row] == month,
    }


def maturity_rows(people: Population) -> dict[str, Any]:
    """Columns of truth/maturities."""
    terms, calendar = people.terms, people.calendar
    rows = np.flatnonzero((terms.outcome != OPEN) & (terms.matures_on >= calendar.first_day))
    who, acted = terms.who[rows], terms.acts_on[rows]
    return {
        "person_id": person_ids(people.persons.index[who]),
        "party_id": people.core.numbers_of(who),
        "product_code": picked(CODES, terms.product[rows]),
        "opened_on": dates(terms.opened_on[rows]),
        "matures_on": dates(terms.matures_on[rows]),
        "principal": money(terms.cents[rows]),
        "outcome": picked(OUTCOMES, terms.outcome[rows]),
        "acts_on": dates(acted, acted <= calendar.last_day),
        **{f"chance_{name}": terms.probabilities[rows, at] for at, name in enumerate(OUTCOMES)},
    }
