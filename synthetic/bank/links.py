"""Cards and devices that two systems know: where they meet without a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from synthetic.bank.calendar import DAY_SECONDS, Calendar
from synthetic.bank.chance import Chunk, Ints
from synthetic.bank.numbers import scattered
from synthetic.bank.parties import Parties
from synthetic.bank.persons import Persons
from synthetic.bank.phones import digits
from synthetic.bank.systems import instants
from synthetic.bank.text import dates, missing, picked

SCREENS = ("phone", "desktop")
PHONE, DESKTOP = 0, 1
_DESKTOP_SHARE = 0.45


@dataclass(frozen=True, kw_only=True)
class Devices:
    """Arrays over what users were seen with: each has a phone, some a browser at a desk too."""

    user: Ints
    """Row of the user among the app's records."""
    screen: Ints
    device_id: Any
    cookie_id: Any
    first_seen: Ints
    """Local seconds."""
    desktop_of: Ints
    """Over users: the row of the user's browser; -1 where there is none."""


def debit_cards(chunk: Chunk, core: Parties, *, account: Any) -> dict[str, Any]:
    """Columns of core/debit_cards: a card for each record, on its main account."""
    return {
        "card_number": card_numbers(chunk, core),
        "party_id": core.number,
        "account_id": account,
        "issued_on": dates(core.opened_on),
    }


def card_numbers(chunk: Chunk, core: Parties) -> Any:
    """The debit card of each record of core banking."""
    return scattered(chunk.seed, "debit cards", chunk.first + core.who, core.ordinal, prefix="6200000")


def repayment_cards(chunk: Chunk, persons: Persons, core: Parties, cards: Parties) -> dict[str, Any]:
    """Columns of cards/repayment_cards."""
    random, identity = chunk.random("repayment cards"), chunk.parameters.identity
    rows, payer = _card_of(chunk, random, persons, core, cards, share=identity.repays_from_debit_card)
    since = np.maximum(cards.opened_on[rows], core.opened_on[payer])
    return {
        "customer_no": cards.number.take(rows),
        "debit_card_number": card_numbers(chunk, core).take(payer),
        "since": dates(since),
    }


def bound_cards(chunk: Chunk, persons: Persons, core: Parties, app: Parties, calendar: Calendar) -> dict[str, Any]:
    """Columns of app/bound_cards."""
    random, identity = chunk.random("bound cards"), chunk.parameters.identity
    rows, owner = _card_of(chunk, random, persons, core, app, share=identity.binds_card_in_app)
    since = np.maximum(app.opened_on[rows], core.opened_on[owner]) * DAY_SECONDS + DAY_SECONDS - 1
    return {
        "user_id": app.number.take(rows),
        "card_number": card_numbers(chunk, core).take(owner),
        "bound_at": instants(since, calendar),
    }


def _card_of(
    chunk: Chunk, random: Generator, persons: Persons, core: Parties, records: Parties, *, share: float
) -> tuple[Ints, Ints]:
    """Rows of `records` that name a debit card, and the row in core of the record that has it."""
    own = core.main[records.who]
    head = core.main[persons.household[records.who]]
    size = len(records.who)
    of_household = (head >= 0) & (head != own) & (random.random(size) < chunk.parameters.identity.card_of_household)
    card = np.where(of_household, head, own)
    rows = np.flatnonzero((card >= 0) & (random.random(size) < share))
    return rows, card[rows]


def make_devices(chunk: Chunk, app: Parties) -> Devices:
    """A phone for each user, a browser for some."""
    random = chunk.random("devices")
    users = np.arange(len(app.who))
    at_desk = np.flatnonzero(random.random(len(users)) < _DESKTOP_SHARE)
    user = np.concatenate([users, at_desk])
    screen = np.repeat([PHONE, DESKTOP], [len(users), len(at_desk)])
    slots = app.ordinal[user] * 2 + screen
    desktop_of = np.full(len(users), -1)
    desktop_of[at_desk] = len(users) + np.arange(len(at_desk))
    return Devices(
        user=user,
        screen=screen,
        device_id=scattered(chunk.seed, "devices", chunk.first + app.who[user], slots, prefix="dev-"),
        cookie_id=scattered(chunk.seed, "cookies", chunk.first + app.who[user], slots, prefix="ck-"),
        first_seen=app.opened_on[user] * DAY_SECONDS + random.integers(0, DAY_SECONDS, len(user)),
        desktop_of=desktop_of,
    )


def device_rows(devices: Devices, app: Parties, calendar: Calendar) -> dict[str, Any]:
    """Columns of app/devices."""
    desktop = devices.screen == DESKTOP
    return {
        "user_id": app.number.take(devices.user),
        "device_id": missing(devices.device_id, desktop),
        # A phone's browser has a cookie too; the app has none.
        "cookie_id": devices.cookie_id,
        "screen": picked(SCREENS, devices.screen),
        "first_seen_at": instants(devices.first_seen, calendar),
    }


def ebanking(chunk: Chunk, core: Parties, app: Parties, devices: Devices) -> dict[str, Any]:
    """Columns of core/ebanking: phones that were enrolled at a branch."""
    random = chunk.random("e-banking")
    row = core.main[app.who[devices.user]]
    enrols = (devices.screen == PHONE) & (row >= 0) & (app.ordinal[devices.user] == 0)
    chosen = np.flatnonzero(enrols & (random.random(len(row)) < chunk.parameters.identity.enrols_device_at_core))
    return {
        "party_id": core.number.take(row[chosen]),
        "device_id": devices.device_id.take(chosen),
        "enrolled_on": dates(np.maximum(core.opened_on[row[chosen]], app.opened_on[devices.user[chosen]])),
    }


def phone_history(chunk: Chunk, persons: Persons, core: Parties) -> dict[str, Any]:
    """Columns of core/phone_history: the old and the new number of records whose change the bank was told of."""
    random, phones = chunk.random("phone history"), persons.phones
    changed_on = phones.changed_on[core.who]
    told = (changed_on <= core.updated_on) & (
        random.random(len(core.who)) < chunk.parameters.identity.told_of_new_phone
    )
    rows = np.flatnonzero(told & (changed_on > core.opened_on))
    who, twice = core.who[rows], np.concatenate([rows, rows])
    since = changed_on[twice]
    is_new = np.repeat([False, True], len(rows))
    numbers = np.concatenate([phones.old[who], phones.number[who]])
    return {
        "party_id": core.number.take(twice),
        "phone": digits(numbers),
        "valid_from": dates(since, is_new),
        "valid_until": dates(since - 1, ~is_new),
    }
