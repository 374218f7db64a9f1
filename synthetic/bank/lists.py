"""The lists that the bank keeps, whoever its customers are."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.bank.calendar import Calendar
from synthetic.bank.campaigns import campaign_rows
from synthetic.bank.chance import Ints
from synthetic.bank.employers import OTHER_BANKS, Employers
from synthetic.bank.files import Files
from synthetic.bank.layouts import lists
from synthetic.bank.money_rows import employer_ids
from synthetic.bank.parameters import Parameters
from synthetic.bank.place_names import CITIES
from synthetic.bank.places import Places
from synthetic.bank.products import CATALOGUE
from synthetic.bank.systems import branch_ids
from synthetic.bank.text import dates, joined, numbered, picked

MANAGERS_PER_BRANCH = 3


def write_lists(files: Files, places: Places, employers: Employers, parameters: Parameters) -> None:
    """Every file of lists/."""
    files.write(lists.POSTCODES, _postcodes(places))
    files.write(lists.BRANCHES, _branches(places))
    branch = np.repeat(np.arange(len(places.branch_city)), MANAGERS_PER_BRANCH)
    files.write(lists.MANAGERS, {"manager_id": manager_ids(np.arange(len(branch))), "branch_id": branch_ids(branch)})
    files.write(lists.PRODUCTS, _products())
    count = np.arange(len(employers.wage_day))
    files.write(lists.EMPLOYERS, {"employer_id": employer_ids(count), "wage_day": employers.wage_day})
    files.write(lists.CAMPAIGNS, campaign_rows(parameters, files.calendar))
    files.write(lists.COMPETITOR_OFFERS, _offers(employers, files.calendar, parameters))


def manager_ids(managers: Ints) -> Any:
    """The number of each customer manager."""
    return numbered("M", managers + 1, width=4)


def _products() -> dict[str, Any]:
    code, line, name, term, risk, rate, least = zip(*CATALOGUE, strict=True)
    return {
        "product_code": list(code),
        "line": list(line),
        "name": list(name),
        "term_days": list(term),
        "risk": list(risk),
        "yearly_rate": list(rate),
        "least": list(least),
    }


def _offers(employers: Employers, calendar: Calendar, parameters: Parameters) -> dict[str, Any]:
    last = employers.offer_from + parameters.payroll.offer_months - 1
    return {
        "city": picked([city.han for city in CITIES], employers.offer_city),
        "bank": picked(OTHER_BANKS, employers.offer_bank),
        "valid_from": dates(calendar.starts[employers.offer_from]),
        "valid_until": dates(calendar.ends[last]),
    }


def _postcodes(places: Places) -> dict[str, Any]:
    return {
        "postcode": numbered("", places.area_postcode, width=6),
        "city": picked([city.han for city in CITIES], places.area_city),
        "city_latin": picked([city.latin for city in CITIES], places.area_city),
        "region": picked([city.region for city in CITIES], places.area_city),
        "latitude": places.area_latitude,
        "longitude": places.area_longitude,
    }


def _branches(places: Places) -> dict[str, Any]:
    number = np.arange(len(places.branch_city))
    in_city = number - np.searchsorted(places.branch_city, places.branch_city) + 1
    city = picked([city.han for city in CITIES], places.branch_city)
    return {
        "branch_id": branch_ids(number),
        "name": joined(city, "第", numbered("", in_city, width=2), "支行"),
        "city": city,
        "region": picked([city.region for city in CITIES], places.branch_city),
        "latitude": places.branch_latitude,
        "longitude": places.branch_longitude,
    }
