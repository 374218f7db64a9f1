"""Visits to branches, calls, visits of customer managers, and loans that were asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.bank.accounts import FACTORS, PAYMENT_CHANNELS
from synthetic.bank.chance import Chunk, Ints, evenly, one_of, weights_of
from synthetic.bank.contracts import Contracts, contract_ids
from synthetic.bank.ledger import seconds_of
from synthetic.bank.lists import MANAGERS_PER_BRANCH, manager_ids
from synthetic.bank.numbers import row_numbers
from synthetic.bank.paths import REASONS
from synthetic.bank.phones import digits
from synthetic.bank.population import Population
from synthetic.bank.products import CODES, LOAN_LINES, products_of
from synthetic.bank.systems import branch_ids
from synthetic.bank.text import dates, missing, money, picked

_PURPOSES = ("cash", "deposit", "card", "loan", "advice", "change of data")
_TOPICS = ("balance", "card lost", "fees", "app", "loan", "complaint")
_WAYS = ("branch", "at home", "phone")
_OUTCOMES = ("bought", "will think", "not interested", "nobody there")
MANAGED_FROM = 3
"""Class of wealth from which a customer has a manager."""


def visit_rows(chunk: Chunk, people: Population) -> tuple[dict[str, Any], Ints]:
    """Columns of contacts/branch_visits, and the day of each."""
    random, planted = chunk.random("visits"), chunk.parameters.contacts
    at_counter = people.traits.channel == PAYMENT_CHANNELS.index("counter")
    rate = planted.visits * np.where(at_counter, planted.counter_persons, 1.0)
    who, day = _days(chunk, people, "days of visits", rate)
    service = people.traits.factors[who, FACTORS.index("service")]
    known = random.random(len(who)) < planted.visit_known
    second = seconds_of(random, day, np.full(len(who), 12))
    return {
        "visit_id": row_numbers(chunk, "B", np.arange(len(who))),
        "branch_id": branch_ids(people.places.nearest_branch[people.persons.area[who]]),
        "visited_at": second,
        "purpose": picked(_PURPOSES, random.choice(6, len(who), p=weights_of((5, 3, 2, 1, 2, 1)))),
        "waiting_minutes": (14 - 4 * service + 6 * random.normal(size=len(who))).clip(0).round(1),
        "party_id": missing(people.core.numbers_of(who), ~known),
        "phone": missing(digits(people.persons.phones.at(who, day)), known),
    }, day


def call_rows(chunk: Chunk, people: Population) -> tuple[dict[str, Any], Ints]:
    """Columns of contacts/calls, and the day of each."""
    random, planted = chunk.random("calls"), chunk.parameters.contacts
    who, day = _days(chunk, people, "days of calls", np.full(chunk.size, planted.calls))
    known = random.random(len(who)) < planted.call_known
    service = people.traits.factors[who, FACTORS.index("service")]
    complains = random.random(len(who)) < planted.complains * np.exp(-0.7 * service - 0.25)
    topic = random.choice(5, len(who), p=weights_of((4, 2, 2, 3, 1)))
    return {
        "call_id": row_numbers(chunk, "F", np.arange(len(who))),
        "called_at": seconds_of(random, day, people.traits.hour[who]),
        "phone": digits(people.persons.phones.at(who, day)),
        "party_id": missing(people.core.numbers_of(who), ~known),
        "topic": picked(_TOPICS, np.where(complains, 5, topic)),
        "seconds": random.gamma(2, 90, len(who)).astype(np.int64),
        "solved": (random.random(len(who)) < np.where(complains, 0.5, 0.85)).astype(np.int64),
    }, day


def manager_visit_rows(chunk: Chunk, people: Population) -> tuple[dict[str, Any], Ints]:
    """Columns of contacts/manager_visits, and the day of each; some customers say what they have elsewhere."""
    random, planted = chunk.random("manager visits"), chunk.parameters.contacts
    managed = people.traits.wealth_class >= MANAGED_FROM
    who, day = _days(chunk, people, "days of manager visits", planted.manager_visits * managed)
    told = random.random(chunk.size)[who] < planted.declares_wealth
    declared = people.elsewhere.wealth[who] * np.exp(planted.declared_spread * random.normal(size=len(who)))
    cents = (declared / 1000).round().astype(np.int64) * 100_000
    return {
        "visit_id": row_numbers(chunk, "W", np.arange(len(who))),
        "manager_id": managers_of(people, who),
        "party_id": people.core.numbers_of(who),
        "visited_on": dates(day),
        "way": picked(_WAYS, random.choice(3, len(who), p=weights_of((3, 1, 4)))),
        "outcome": picked(_OUTCOMES, random.choice(4, len(who), p=weights_of((1, 4, 4, 2)))),
        "declared_elsewhere": missing(money(cents), ~told),
    }, day


def managers_of(people: Population, who: Ints) -> Any:
    """The customer manager of each person, whether or not they are wealthy enough for one: one of the home branch."""
    branch = people.places.nearest_branch[people.persons.area[who]]
    return manager_ids(branch * MANAGERS_PER_BRANCH + people.persons.index[who] % MANAGERS_PER_BRANCH)


def _days(chunk: Chunk, people: Population, part: str, rate: Any) -> tuple[Ints, Ints]:
    """Persons of core banking who stay, as often as the rate says, and days since they are there; in order of the days."""
    random, calendar = chunk.random(part), people.calendar
    main = people.core.main
    since = np.where(main >= 0, np.maximum(people.core.opened_on[main], calendar.first_day), calendar.last_day)
    there = (main >= 0) & people.traits.stays()
    window = calendar.last_day - calendar.first_day
    counts = random.poisson(rate * there * (calendar.last_day - since) / window)
    who = np.repeat(np.arange(chunk.size), counts)
    day = evenly(random, since[who], calendar.last_day - since[who] + 1)
    order = np.argsort(day, kind="stable")
    return who[order], day[order]


def loan_rows(chunk: Chunk, people: Population, contracts: Contracts, numbers: Ints) -> dict[str, Any]:
    """Columns of core/loan_applications: those that became the contracts `numbers` count, and those that were rejected."""
    random, calendar = chunk.random("loans"), people.calendar
    loans = products_of(*LOAN_LINES)
    rows = np.flatnonzero(
        np.isin(contracts.product, loans) & (contracts.opened_on >= calendar.first_day) & (numbers >= 0)
    )
    who, day = _days(
        chunk, people, "days of rejections", np.full(chunk.size, chunk.parameters.contacts.loan_rejections)
    )
    rejected = np.arange(len(rows) + len(who)) >= len(rows)
    asked = np.concatenate([contracts.opened_on[rows] - random.integers(3, 21, len(rows)), day])
    product = np.concatenate([contracts.product[rows], one_of(random, loans, len(who))])
    number = np.concatenate([numbers[rows], np.zeros(len(who), dtype=np.int64)])
    reason = random.choice(len(REASONS), len(rejected), p=weights_of((4, 3, 2, 1)))
    order = np.argsort(asked, kind="stable")
    return {
        "application_id": row_numbers(chunk, "S", np.arange(len(order))),
        "party_id": people.core.numbers_of(np.concatenate([contracts.who[rows], who])[order]),
        "product_code": picked(CODES, product[order]),
        "applied_on": dates(asked[order]),
        "status": picked(("approved", "rejected"), rejected[order].astype(np.int64)),
        "reason": missing(picked(REASONS, reason[order]), ~rejected[order]),
        "contract_id": missing(contract_ids(chunk, number[order]), rejected[order]),
    }
