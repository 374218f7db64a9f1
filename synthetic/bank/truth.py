"""The truth of persons: what no system knows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from synthetic.bank.chance import Ints
from synthetic.bank.parties import Parties
from synthetic.bank.persons import Persons
from synthetic.bank.places import Places
from synthetic.bank.systems import postcodes
from synthetic.bank.text import dates, missing, numbered, picked


def person_ids(index: Ints) -> Any:
    """The id of each person, which only the truth has."""
    return numbered("P", index, width=8)


def person_rows(persons: Persons, places: Places, parties: dict[str, Parties]) -> dict[str, Any]:
    """Columns of truth/persons that say who is who."""
    giver = persons.phones.recycled_from
    return {
        "person_id": person_ids(persons.index),
        "core_parties": records_of(parties["core"], len(persons.index)),
        "cards_parties": records_of(parties["cards"], len(persons.index)),
        "app_users": records_of(parties["app"], len(persons.index)),
        "household_id": numbered("H", persons.index[persons.household], width=8),
        "recycled_phone_of": missing(person_ids(persons.index[giver]), giver < 0),
        "gender": picked(("F", "M"), persons.is_man.astype(np.int64)),
        "birth_date": dates(persons.birth),
        "national_id": persons.national_id,
        "phone": numbered("", persons.phones.number, width=11),
        "email": persons.email,
        "postcode": postcodes(places, persons.area),
        "km_to_branch": places.nearest_km[persons.area],
    }


def records_of(parties: Parties, persons: int) -> Any:
    """Every record of each person, the first one first."""
    order = np.lexsort((parties.ordinal, parties.who))
    offsets = np.searchsorted(parties.who[order], np.arange(persons + 1))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), parties.number.take(order))
