"""From a number of persons and a seed to all files: the parts of the bank in their order, chunk after chunk."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthetic.bank.chance import Chunk
from synthetic.bank.files import Files
from synthetic.bank.layouts import app, cards, core, truth
from synthetic.bank.links import (
    bound_cards,
    debit_cards,
    device_rows,
    ebanking,
    make_devices,
    phone_history,
    repayment_cards,
)
from synthetic.bank.lists import write_lists
from synthetic.bank.numbers import scattered
from synthetic.bank.parameters import Parameters
from synthetic.bank.parties import make_parties
from synthetic.bank.persons import make_persons
from synthetic.bank.places import Places, make_places
from synthetic.bank.systems import app_users, cards_parties, core_parties, twice
from synthetic.bank.text import picked
from synthetic.bank.truth import person_rows

CHUNK = 50_000
"""Persons that are made together: memory grows with it, and which persons there are depends on it."""


def make_bank(
    files: Files, truths: Files, *, persons: int, seed: int, parameters: Parameters, told: Callable[[int], None]
) -> None:
    """Write every file of the bank and of its truth; `told` hears how many persons are done."""
    places = make_places(seed)
    write_lists(files, places)
    for number, first in enumerate(range(0, persons, CHUNK)):
        size = min(CHUNK, persons - first)
        chunk = Chunk(seed=seed, number=number, first=first, size=size, parameters=parameters)
        _make_chunk(files, truths, chunk, places)
        told(first + size)


def _make_chunk(files: Files, truths: Files, chunk: Chunk, places: Places) -> None:
    calendar = files.calendar
    persons = make_persons(chunk, places, calendar)
    parties = {system: make_parties(chunk, persons, calendar, system=system) for system in ("core", "cards", "app")}
    devices = make_devices(chunk, parties["app"])
    random = chunk.random("rows twice")
    share = chunk.parameters.dirt.duplicated_party
    manager = picked([None], np.zeros(len(parties["core"].who), dtype=np.int64))
    account = scattered(chunk.seed, "accounts", chunk.first + parties["core"].who, prefix="A")
    files.write(
        core.PARTIES, twice(random, core_parties(chunk, persons, parties["core"], places, manager=manager), share=share)
    )
    files.write(cards.PARTIES, twice(random, cards_parties(chunk, persons, parties["cards"], places), share=share))
    files.write(app.USERS, twice(random, app_users(chunk, persons, parties["app"], places, calendar), share=share))
    files.write(core.DEBIT_CARDS, debit_cards(chunk, parties["core"], account=account))
    files.write(core.PHONE_HISTORY, phone_history(chunk, persons, parties["core"]))
    files.write(core.EBANKING, ebanking(chunk, parties["core"], parties["app"], devices))
    files.write(cards.REPAYMENT_CARDS, repayment_cards(chunk, persons, parties["core"], parties["cards"]))
    files.write(app.DEVICES, device_rows(devices, parties["app"], calendar))
    files.write(app.BOUND_CARDS, bound_cards(chunk, persons, parties["core"], parties["app"], calendar))
    truths.write(truth.PERSONS, person_rows(persons, places, parties))
