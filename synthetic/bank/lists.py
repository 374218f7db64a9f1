"""The lists that the bank keeps, whoever its customers are."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.bank.files import Files
from synthetic.bank.layouts import lists
from synthetic.bank.place_names import CITIES
from synthetic.bank.places import Places
from synthetic.bank.systems import branch_ids
from synthetic.bank.text import joined, numbered, picked


def write_lists(files: Files, places: Places) -> None:
    """Every file of lists/."""
    files.write(lists.POSTCODES, _postcodes(places))
    files.write(lists.BRANCHES, _branches(places))


def _postcodes(places: Places) -> dict[str, Any]:
    return {
        "postcode": numbered("", places.area_postcode, width=6),
        "city": picked([city[0] for city in CITIES], places.area_city),
        "city_latin": picked([city[1] for city in CITIES], places.area_city),
        "region": picked([city[2] for city in CITIES], places.area_city),
        "latitude": places.area_latitude,
        "longitude": places.area_longitude,
    }


def _branches(places: Places) -> dict[str, Any]:
    number = np.arange(len(places.branch_city))
    in_city = number - np.searchsorted(places.branch_city, places.branch_city) + 1
    city = picked([city[0] for city in CITIES], places.branch_city)
    return {
        "branch_id": branch_ids(number),
        "name": joined(city, "第", numbered("", in_city, width=2), "支行"),
        "city": city,
        "region": picked([city[2] for city in CITIES], places.branch_city),
        "latitude": places.branch_latitude,
        "longitude": places.branch_longitude,
    }
