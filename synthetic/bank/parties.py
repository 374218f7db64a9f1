"""The records of persons in each system: whose they are, when they were made and last changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Flags, Ints
from synthetic.bank.numbers import scattered
from synthetic.bank.persons import Persons

YEARS_BACK = {"core": 12, "cards": 8, "app": 5}
"""How long ago the oldest record of a system was made."""
_PREFIXES = {"core": "C", "cards": "K", "app": "u"}
_MEAN_DAYS_SINCE_UPDATE = 300


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Arrays over the records of one system, in no order that says anything."""

    system: str
    who: Ints
    """Position of the person in the chunk."""
    ordinal: Ints
    """0 for a person's first record, 1 for a second one."""
    number: Any
    opened_on: Ints
    updated_on: Ints
    main: Ints
    """Over persons: the row of the first record; -1 where the person has none."""

    def numbers_of(self, persons: Ints) -> Any:
        """The number of the first record of each person, all of whom must have one."""
        return self.number.take(self.main[persons])


def as_of(parties: Parties, day: int) -> Parties:
    """The records as they were on a day: what was changed later was as when it was made. Newer ones are there too."""
    return replace(parties, updated_on=np.where(parties.updated_on > day, parties.opened_on, parties.updated_on))


def before_leaving(parties: Parties, active_until: Ints) -> Parties:
    """The records with no day after the one (of each person) after which nothing happens any more."""
    last = active_until[parties.who]
    return replace(
        parties, opened_on=np.minimum(parties.opened_on, last), updated_on=np.minimum(parties.updated_on, last)
    )


def make_parties(chunk: Chunk, persons: Persons, calendar: Calendar, *, system: str) -> Parties:
    """The records of one system: one for each member, a second one for a few of them."""
    random = chunk.random(f"records of {system}")
    members: Flags = {"core": persons.in_core, "cards": persons.in_cards, "app": persons.in_app}[system]
    first = np.flatnonzero(members)
    second = first[random.random(len(first)) < chunk.parameters.identity.second_party[system]]
    who = np.concatenate([first, second])
    ordinal = np.repeat([0, 1], [len(first), len(second)])
    age_days = calendar.last_day - persons.birth[who] - round(18 * 365.25)
    back = random.random(len(who)) * np.minimum(YEARS_BACK[system] * 365, age_days.clip(min=1))
    opened = calendar.last_day - back.astype(np.int64)
    updated = np.maximum(
        opened, calendar.last_day - random.exponential(_MEAN_DAYS_SINCE_UPDATE, len(who)).astype(np.int64)
    )
    order = random.permutation(len(who))
    who, ordinal = who[order], ordinal[order]
    main = np.full(chunk.size, -1)
    rows = np.flatnonzero(ordinal == 0)
    main[who[rows]] = rows
    return Parties(
        system=system,
        who=who,
        ordinal=ordinal,
        number=scattered(chunk.seed, f"records of {system}", chunk.first + who, ordinal, prefix=_PREFIXES[system]),
        opened_on=opened[order],
        updated_on=updated[order],
        main=main,
    )
