"""The persons themselves: who they are, where they live, and what they can be reached by. None of it is dirty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import Generator

from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, skewed, weights_of
from synthetic.bank.national_id import national_ids
from synthetic.bank.numbers import scattered
from synthetic.bank.person_names import MAIL_HOSTS, OF_MEN, OF_WOMEN, SURNAMES
from synthetic.bank.phones import Phones, make_phones
from synthetic.bank.place_names import CITIES, DISTRICTS, STREETS
from synthetic.bank.places import Places
from synthetic.bank.text import joined, missing, numbered, picked

GIVEN = OF_WOMEN + OF_MEN
NOBODY = -1


@dataclass(frozen=True, kw_only=True)
class Persons:
    """Arrays over the persons of a chunk; `*_at` are positions in lists of words."""

    index: Ints
    household: Ints
    """Position of the head of the person's household, in the chunk."""
    is_man: Flags
    birth: Ints
    surname_at: Ints
    given_at: Ints
    second_given_at: Ints
    """NOBODY where the given name has one character."""
    national_id: Any
    phones: Phones
    email: Any
    area: Ints
    address_han: Any
    address_latin: Any
    in_core: Flags
    in_cards: Flags
    in_app: Flags

    @property
    def name_han(self) -> Any:
        return joined(
            picked([word.han for word in SURNAMES], self.surname_at),
            picked([word.han for word in GIVEN], self.given_at),
            picked([*(word.han for word in GIVEN), ""], self.second_given_at % (len(GIVEN) + 1)),
        )

    @property
    def given_latin(self) -> Any:
        return joined(
            picked([word.latin for word in GIVEN], self.given_at),
            picked([*(word.latin for word in GIVEN), ""], self.second_given_at % (len(GIVEN) + 1)),
        )

    @property
    def surname_latin(self) -> Any:
        return picked([word.latin for word in SURNAMES], self.surname_at)

    def age(self, calendar: Calendar) -> Floats:
        """Years at the end of the window."""
        return np.asarray((calendar.last_day - self.birth) / 365.25)


def make_persons(chunk: Chunk, places: Places, calendar: Calendar) -> Persons:
    """The persons of a chunk: households first, then who is in them."""
    random = chunk.random("persons")
    head, role = _households(chunk, random)
    is_man = random.random(chunk.size) < 0.5
    # The partner of the head is of the other gender, in this bank.
    is_man = np.where(role == 1, ~is_man[head], is_man)
    birth = _births(random, head, role, calendar)
    surname = random.choice(len(SURNAMES), chunk.size, p=skewed(len(SURNAMES)))
    surname = np.where(role >= 2, surname[head], surname)
    given, second = _given(random, is_man)
    address_han, address_latin, area = _addresses(random, places, head)
    in_core, in_cards, in_app = _systems(chunk, random)
    index = chunk.first + np.arange(chunk.size)
    persons = Persons(
        index=index,
        household=head,
        is_man=is_man,
        birth=birth,
        surname_at=surname,
        given_at=given,
        second_given_at=second,
        national_id=national_ids(chunk, birth, is_man),
        phones=make_phones(chunk, calendar, head=head),
        email=None,
        area=area,
        address_han=address_han,
        address_latin=address_latin,
        in_core=in_core,
        in_cards=in_cards,
        in_app=in_app,
    )
    return _with_email(chunk, persons, has=chunk.parameters.identity.has_email)


def _households(chunk: Chunk, random: Generator) -> tuple[Ints, Ints]:
    """The head of each person's household, and the person's role: 0 head, 1 partner, 2 and above children or parents."""
    sizes = chunk.parameters.identity.household_sizes
    drawn = random.choice(list(sizes), chunk.size, p=weights_of(list(sizes.values())))
    starts = np.concatenate([[0], np.cumsum(drawn)])
    starts = starts[starts < chunk.size]
    lengths = np.diff(np.append(starts, chunk.size))
    head = np.repeat(starts, lengths)
    return head, np.arange(chunk.size) - head


def _births(random: Generator, head: Ints, role: Ints, calendar: Calendar) -> Ints:
    years = 20 + 62 * random.beta(1.6, 2.2, len(head))
    partner = years[head] + random.normal(0, 3, len(head))
    generation = random.normal(27, 3, len(head))
    child = years[head] - generation
    relative = np.where(child >= 18, child, years[head] + generation)
    years = np.select([role == 1, role >= 2], [partner, relative], years).clip(18, 95)
    return np.asarray(calendar.last_day - (years * 365.25).astype(np.int64) - random.integers(0, 365, len(head)))


def _given(random: Generator, is_man: Flags) -> tuple[Ints, Ints]:
    """One or two characters, now and then the same twice."""
    women, men = len(OF_WOMEN), len(OF_MEN)
    drawn = [
        np.where(
            is_man,
            women + random.choice(men, len(is_man), p=skewed(men)),
            random.choice(women, len(is_man), p=skewed(women)),
        )
        for _ in range(2)
    ]
    return drawn[0], np.where(random.random(len(is_man)) < 0.22, NOBODY, drawn[1])


def _addresses(random: Generator, places: Places, head: Ints) -> tuple[Any, Any, Ints]:
    """Address in Han and in Latin letters, and the postcode area; those of the head for the whole household."""
    size = len(head)
    area = random.choice(len(places.area_city), size, p=places.area_weight)[head]
    # The areas of a city lie in its districts, two and two.
    district = (area // 2) % len(DISTRICTS)
    street = random.choice(len(STREETS), size, p=skewed(len(STREETS)))[head]
    number, unit, room = (random.integers(low, high, size)[head] for low, high in ((1, 300), (1, 9), (101, 2500)))
    digits = [numbered("", number, width=3), numbered("", unit, width=1), numbered("", room, width=4)]
    city = places.area_city[area]
    han = joined(
        picked([f"{one.han}市" for one in CITIES], city),
        picked([f"{one[0]}区" for one in DISTRICTS], district),
        picked([one[0] for one in STREETS], street),
        *(part for pair in zip(digits, ("号", "单元", "室"), strict=True) for part in pair),
    )
    latin = joined(
        joined(digits[2], digits[1], digits[0], separator="-"),
        picked([one[1] for one in STREETS], street),
        picked([one[1] for one in DISTRICTS], district),
        picked([one.latin for one in CITIES], city),
        separator=", ",
    )
    return han, latin, area


def _systems(chunk: Chunk, random: Generator) -> tuple[Flags, Flags, Flags]:
    """In core banking, in the card system, in the app."""
    patterns = chunk.parameters.identity.systems
    drawn = random.choice(len(patterns), chunk.size, p=weights_of(list(patterns.values())))
    core, cards, app = (
        np.array([system in pattern.split() for pattern in patterns])[drawn] for system in ("core", "cards", "app")
    )
    return core, cards, app


def _with_email(chunk: Chunk, persons: Persons, *, has: float) -> Persons:
    """With an e-mail of the person's own where there is one: name, a number that nobody else has, host."""
    random, size = chunk.random("e-mails"), chunk.size
    host = random.choice(len(MAIL_HOSTS), size, p=skewed(len(MAIL_HOSTS)))
    number = scattered(chunk.seed, "e-mails", persons.index, prefix="")
    address = joined(persons.given_latin, ".", persons.surname_latin, number, "@", picked(MAIL_HOSTS, host))
    email = missing(address, random.random(size) >= has)
    return replace(persons, email=email)
