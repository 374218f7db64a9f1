"""From a number of persons and a seed to all files: the parts of the bank in their order, chunk after chunk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from synthetic.bank.accounts import make_accounts, make_traits
from synthetic.bank.activity import make_logins
from synthetic.bank.bad_rows import write_bad_rows
from synthetic.bank.cards import make_credit_cards
from synthetic.bank.chance import Chunk
from synthetic.bank.elsewhere import make_elsewhere
from synthetic.bank.employers import Employers, make_employers
from synthetic.bank.files import Files
from synthetic.bank.links import make_devices
from synthetic.bank.lists import write_lists
from synthetic.bank.maturities import make_term_contracts
from synthetic.bank.parameters import Parameters
from synthetic.bank.parties import before_leaving, make_parties
from synthetic.bank.payroll import make_payroll
from synthetic.bank.persons import make_persons
from synthetic.bank.places import Places, make_places
from synthetic.bank.population import Population
from synthetic.bank.products import make_holdings
from synthetic.bank.write import write_chunk

CHUNK = 50_000
"""Persons that are made together: memory grows with it, and which persons there are depends on it."""

LEAST_CHUNK = 1_000


@dataclass(frozen=True)
class Surroundings:
    """What is there whoever the persons are."""

    places: Places
    employers: Employers


def make_bank(
    files: Files, truths: Files, *, persons: int, seed: int, parameters: Parameters, told: Callable[[int], None]
) -> None:
    """Write every file of the bank and of its truth; `told` hears how many persons are done."""
    around = Surroundings(make_places(seed), make_employers(seed, persons, parameters))
    write_lists(files, around.places, around.employers, parameters)
    for number, (first, size) in enumerate(chunks(persons)):
        chunk = Chunk(seed=seed, number=number, first=first, size=size, parameters=parameters)
        write_chunk(files, truths, chunk, make_population(chunk, around, files))
        told(first + size)
    write_bad_rows(files, parameters)


def chunks(persons: int) -> list[tuple[int, int]]:
    """First person and size of each chunk; a small rest goes with the last one, since a chunk needs members of each system.

    >>> chunks(100_700)
    [(0, 50000), (50000, 50700)]
    """
    starts = list(range(0, max(1, persons - LEAST_CHUNK), CHUNK))
    return list(
        zip(starts, [end - start for start, end in zip(starts, [*starts[1:], persons], strict=True)], strict=True)
    )


def make_population(chunk: Chunk, around: Surroundings, files: Files) -> Population:
    """The persons of a chunk and what is planted in them."""
    calendar, places = files.calendar, around.places
    persons = make_persons(chunk, places, calendar)
    core, cards, app = (make_parties(chunk, persons, calendar, system=system) for system in ("core", "cards", "app"))
    accounts = make_accounts(chunk, core, calendar)
    traits = make_traits(chunk, persons, accounts, core, calendar)
    core, cards, app = (before_leaving(one, traits.active_until) for one in (core, cards, app))
    accounts = replace(accounts, opened_on=np.minimum(accounts.opened_on, traits.active_until[accounts.who]))
    logins = make_logins(chunk, traits, app, calendar)
    holdings = make_holdings(chunk, traits, core, calendar)
    elsewhere = make_elsewhere(chunk, traits, holdings, accounts)
    return Population(
        calendar=calendar,
        places=places,
        employers=around.employers,
        persons=persons,
        core=core,
        cards=cards,
        app=app,
        devices=make_devices(chunk, app),
        accounts=accounts,
        traits=traits,
        logins=logins,
        holdings=holdings,
        elsewhere=elsewhere,
        payroll=make_payroll(chunk, persons, places, traits, accounts, holdings, around.employers, logins, calendar),
        terms=make_term_contracts(chunk, traits, accounts, holdings, elsewhere, logins, calendar),
        credit_cards=make_credit_cards(chunk, traits, cards, calendar),
    )
