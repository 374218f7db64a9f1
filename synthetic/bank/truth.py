"""The truth: who is who, and what is planted in whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from synthetic.bank.accounts import FACTORS, PAYMENT_CHANNELS
from synthetic.bank.calendar import NEVER
from synthetic.bank.campaigns import GROUPS, Members
from synthetic.bank.chance import Chunk, Floats, Ints
from synthetic.bank.files import Files
from synthetic.bank.layouts import truth
from synthetic.bank.maturities import OPEN, OUTCOMES
from synthetic.bank.money_rows import employer_ids
from synthetic.bank.numbers import row_numbers
from synthetic.bank.parties import Parties
from synthetic.bank.paths import Touched, application_ids
from synthetic.bank.phones import digits
from synthetic.bank.population import Population
from synthetic.bank.products import CODES
from synthetic.bank.repurchase import Survey
from synthetic.bank.systems import postcodes
from synthetic.bank.text import dates, joined, missing, money, numbered, picked


def write_truth(
    truths: Files,
    chunk: Chunk,
    people: Population,
    *,
    here: Floats,
    interests: Ints,
    members: list[Members],
    survey: Survey,
    touched: Touched,
) -> None:
    """Every file of the truth that concerns persons; `here` are their assets at this bank."""
    interest = picked(list(chunk.parameters.behaviour.interests), interests)
    truths.write(truth.PERSONS, person_rows(people, here) | {"interest": interest})
    truths.write(truth.PAYROLL, payroll_rows(people))
    truths.write(truth.PAYROLL_MONTHS, payroll_month_rows(people))
    truths.write(truth.MATURITIES, maturity_rows(people))
    for one in members:
        truths.write(truth.CAMPAIGNS, campaign_rows(people, one))
    truths.write(truth.PATHS, path_rows(chunk, people, touched))
    truths.write(truth.SURVEY, survey_rows(people, survey))


def person_ids(index: Ints) -> Any:
    """The id of each person, which only the truth has."""
    return numbered("P", index, width=8)


def person_rows(people: Population, here: Floats) -> dict[str, Any]:
    """Columns of truth/persons but the interest."""
    persons, traits, size = people.persons, people.traits, len(people.persons.index)
    phones = persons.phones
    giver, kept = phones.recycled_from, phones.changed_on == NEVER
    return {
        "person_id": person_ids(persons.index),
        "core_parties": records_of(people.core, size),
        "cards_parties": records_of(people.cards, size),
        "app_users": records_of(people.app, size),
        "household_id": numbered("H", persons.index[persons.household], width=8),
        "recycled_phone_of": missing(person_ids(persons.index[giver]), giver < 0),
        "name": persons.name_han,
        "name_latin": joined(persons.surname_latin, persons.given_latin, separator=" "),
        "gender": picked(("F", "M"), persons.is_man.astype(np.int64)),
        "birth_date": dates(persons.birth),
        "national_id": persons.national_id,
        "phone": digits(phones.number),
        "phone_since": dates(phones.changed_on, ~kept),
        "former_phone": missing(digits(phones.old), kept),
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


def campaign_rows(people: Population, one: Members) -> dict[str, Any]:
    """Columns of truth/campaigns, of one campaign."""
    return {
        "person_id": person_ids(people.persons.index[one.who]),
        "campaign_id": [one.campaign] * len(one.who),
        "group": picked(GROUPS, one.group),
        "control": one.control,
        "buys_without": one.buys_without,
        "buys_with": one.buys_with,
    }


def path_rows(chunk: Chunk, people: Population, touched: Touched) -> dict[str, Any]:
    """Columns of truth/paths."""
    rows = np.arange(len(touched.who))
    offsets = pa.array(np.searchsorted(touched.path, np.arange(len(rows) + 1)), pa.int32())
    names = list(chunk.parameters.paths.channels)
    return {
        "path_id": row_numbers(chunk, "", rows),
        "person_id": person_ids(people.persons.index[touched.who]),
        "channels": pa.ListArray.from_arrays(offsets, picked(names, touched.channel)),
        "chance": touched.chance,
        "application_id": missing(application_ids(chunk, rows), ~touched.converted),
    }


def survey_rows(people: Population, survey: Survey) -> dict[str, Any]:
    """Columns of truth/survey."""
    return {
        "person_id": person_ids(people.persons.index[survey.who]),
        "chance_buys_again": survey.chance,
        "buys_again": survey.again,
    }
