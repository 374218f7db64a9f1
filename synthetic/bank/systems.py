"""The person files of the three systems: each has the same persons' data in its own way, and its own dirt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from synthetic.bank.calendar import DAY_SECONDS, Calendar
from synthetic.bank.chance import Chunk, Ints
from synthetic.bank.parties import Parties
from synthetic.bank.persons import GIVEN, Persons
from synthetic.bank.places import Places
from synthetic.bank.text import date_text, dates, joined, missing, numbered, picked, where
from synthetic.bank.typing_errors import mistyped, other_character, other_digit, typed_birth, typed_email, typed_phone

HAN = [word.han for word in GIVEN]


def core_parties(chunk: Chunk, persons: Persons, parties: Parties, places: Places, *, manager: Any) -> dict[str, Any]:
    """Columns of core/parties; `manager` is the customer manager of each record."""
    random, dirt, who = chunk.random("core fields"), chunk.parameters.dirt, parties.who
    birth, known = typed_birth(random, persons.birth[who], dirt, system="core")
    name = persons.name_han.take(who)
    latin = pc.utf8_upper(joined(persons.surname_latin, persons.given_latin, separator=" ")).take(who)
    number = other_digit(random, persons.national_id.take(who), share=dirt.typo_national_id, first=6, last=16)
    return {
        "party_id": parties.number,
        "name": other_character(random, name, HAN, share=dirt.typo_name),
        "name_latin": missing(latin, random.random(len(who)) >= dirt.core_latin_name),
        "gender": _gender(random, chunk, persons, parties, ("F", "M")),
        "birth_date": dates(birth, known),
        "id_number": missing(number, random.random(len(who)) < dirt.national_id_missing["core"]),
        **_contact(random, chunk, persons, parties),
        "address": _address(random, chunk, persons.address_han, parties),
        "postcode": postcodes(places, persons.area[who]),
        "branch_id": branch_ids(places.nearest_branch[persons.area[who]]),
        "manager_id": manager,
        "opened_on": dates(parties.opened_on),
        "updated_on": dates(parties.updated_on),
    }


def cards_parties(chunk: Chunk, persons: Persons, parties: Parties, places: Places) -> dict[str, Any]:
    """Columns of cards/parties."""
    random, dirt, who = chunk.random("cards fields"), chunk.parameters.dirt, parties.who
    birth, known = typed_birth(random, persons.birth[who], dirt, system="cards")
    name = joined(
        mistyped(random, persons.given_latin.take(who), share=dirt.typo_name),
        mistyped(random, persons.surname_latin.take(who), share=dirt.typo_name / 4),
        separator=" ",
    )
    number = other_digit(random, persons.national_id.take(who), share=dirt.typo_national_id, first=6, last=16)
    kept = random.random(len(who))
    number = where(kept < dirt.national_id_last_four, pc.utf8_slice_codeunits(number, 14), number)
    contact = _contact(random, chunk, persons, parties)
    return {
        "customer_no": parties.number,
        "name": pc.utf8_upper(name),
        "sex": _gender(random, chunk, persons, parties, ("2", "1")),
        "date_of_birth": missing(date_text(birth, "%d/%m/%Y"), ~known),
        "id_number": missing(number, kept > 1 - dirt.national_id_missing["cards"]),
        "mobile": contact["phone"],
        "email": contact["email"],
        "address": _address(random, chunk, persons.address_latin, parties),
        "postcode": postcodes(places, persons.area[who]),
        "created_on": dates(parties.opened_on),
        "modified_on": dates(parties.updated_on),
    }


def app_users(chunk: Chunk, persons: Persons, parties: Parties, places: Places, calendar: Calendar) -> dict[str, Any]:
    """Columns of app/users."""
    random, dirt, who = chunk.random("app fields"), chunk.parameters.dirt, parties.who
    size = len(who)
    birth, known = typed_birth(random, persons.birth[who], dirt, system="app")
    name = other_character(random, persons.name_han.take(who), HAN, share=dirt.typo_name / 4)
    nickname = joined(persons.given_latin.take(who), numbered("", random.integers(0, 1000, size), width=3))
    second = random.integers(0, DAY_SECONDS, size)
    registered = parties.opened_on * DAY_SECONDS + second
    return {
        "user_id": parties.number,
        "nickname": nickname,
        "name": missing(name, random.random(size) >= dirt.app_name_verified),
        "gender": _gender(random, chunk, persons, parties, ("female", "male")),
        "birth_date": dates(birth, known),
        **_contact(random, chunk, persons, parties),
        "address": _address(random, chunk, persons.address_han, parties),
        "postcode": postcodes(places, persons.area[who]),
        "registered_at": instants(registered, calendar),
        "updated_at": instants(
            np.maximum(registered, parties.updated_on * DAY_SECONDS + random.integers(0, DAY_SECONDS, size)), calendar
        ),
    }


def postcodes(places: Places, areas: Ints) -> Any:
    """The postcode of each area."""
    return numbered("", places.area_postcode[areas], width=6)


def branch_ids(branches: Ints) -> Any:
    """The number of each branch as files write it."""
    return numbered("B", branches + 1, width=3)


def instants(seconds: Ints, calendar: Calendar) -> Any:
    """Local seconds since 1970 as instants in UTC."""
    return pa.array((seconds - calendar.zone_seconds) * 1_000_000, pa.timestamp("us", tz="UTC"))


def _contact(random: Generator, chunk: Chunk, persons: Persons, parties: Parties) -> dict[str, Any]:
    """Phone and e-mail as the system had them when the record was last changed."""
    dirt, who, phones = chunk.parameters.dirt, parties.who, persons.phones
    # In the app most have a phone of their own: the household's receives no codes for it.
    shares = phones.shared[who] & (random.random(len(who)) < (0.2 if parties.system == "app" else 0.9))
    reached = np.where(shares, persons.household[who], who)
    number = phones.at(reached, parties.updated_on)
    return {
        "phone": typed_phone(random, number, dirt, system=parties.system),
        "email": typed_email(random, persons.email.take(who), dirt, system=parties.system),
    }


def _gender(random: Generator, chunk: Chunk, persons: Persons, parties: Parties, words: tuple[str, str]) -> Any:
    text = picked(words, persons.is_man[parties.who].astype(np.int64))
    return missing(text, random.random(len(parties.who)) < chunk.parameters.dirt.no_gender[parties.system])


def _address(random: Generator, chunk: Chunk, addresses: Any, parties: Parties) -> Any:
    return missing(
        addresses.take(parties.who), random.random(len(parties.who)) < chunk.parameters.dirt.no_address[parties.system]
    )
