"""Mobile numbers: one's own, one given up, one that somebody else had before, one that the household shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.bank.calendar import NEVER, Calendar
from synthetic.bank.chance import Chunk, Flags, Ints, stream
from synthetic.bank.text import numbered

PREFIXES = np.array([*range(130, 140), 150, 151, 152, 153, 155, 156, 157, 158, 159, *range(180, 190)])
_PER_PREFIX = 90_000_000
# Prime, so that a multiple of each index below it is another number below it.
_SPACE = 2_609_999_993


@dataclass(frozen=True, kw_only=True)
class Phones:
    """Arrays over persons. Numbers are of 11 digits; NEVER is no day."""

    number: Ints
    """At the end of the window."""
    old: Ints
    """What it was before `changed_on`."""
    changed_on: Ints
    recycled_from: Ints
    """Position in the chunk of the person whose old number `number` was; -1 for a number of one's own."""
    shared: Flags
    """The head of the household is reached for this person too."""

    def at(self, rows: Ints, days: Ints) -> Ints:
        """The person's number on each day."""
        return np.where(days < self.changed_on[rows], self.old[rows], self.number[rows])


def make_phones(chunk: Chunk, calendar: Calendar, *, head: Ints) -> Phones:
    """The numbers of a chunk's persons; no number belongs to two persons on the same day."""
    identity = chunk.parameters.identity
    random = chunk.random("phones")
    index = chunk.first + np.arange(chunk.size)
    number, before = numbers(chunk.seed, 2 * index), numbers(chunk.seed, 2 * index + 1)
    changes = random.random(chunk.size) < identity.changed_phone
    changed_on = np.where(changes, random.integers(calendar.first_day, calendar.last_day, chunk.size), NEVER)
    recycled_from = np.full(chunk.size, -1)
    given_up = np.flatnonzero(changed_on < calendar.last_day - 2 * identity.recycled_after_days)
    # Whoever gets a number in use before had none that changed; of the two, nobody is in two such pairs.
    count = min(round(chunk.size / identity.persons_per_recycled_phone), len(given_up), int((~changes).sum()))
    givers = random.permutation(given_up)[:count]
    takers = random.permutation(np.flatnonzero(~changes))[:count]
    since = changed_on[givers] + identity.recycled_after_days
    changed_on[takers] = since + random.integers(0, np.maximum(calendar.last_day - since, 1))
    number[takers], recycled_from[takers] = before[givers], givers
    shared = (head != np.arange(chunk.size)) & (random.random(chunk.size) < identity.shares_phone)
    return Phones(
        number=number,
        old=np.where(changed_on == NEVER, number, before),
        changed_on=changed_on,
        recycled_from=recycled_from,
        shared=shared,
    )


def digits(phones: Ints) -> Any:
    """Numbers as text."""
    return numbered("", phones, width=11)


def numbers(seed: int, slots: Ints) -> Ints:
    """A number of its own for each slot: 13x, 15x or 18x and eight digits that do not begin with zero."""
    random = stream(seed, "phone numbers")
    factor, start = random.integers(10**8, 2 * 10**9), random.integers(0, _SPACE)
    place = (slots * factor + start) % _SPACE
    return np.asarray(PREFIXES[place // _PER_PREFIX] * 10**8 + 10**7 + place % _PER_PREFIX)
