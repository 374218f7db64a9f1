"""Employers that pay wages through the bank, and what other banks offer where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.bank.chance import Flags, Floats, Ints, skewed, stream
from synthetic.bank.parameters import Parameters
from synthetic.bank.place_names import CITIES

OTHER_BANKS = ("EASTBANK", "HARVESTBANK", "LAKEBANK", "NORTHBANK", "PEARLBANK", "SUMMITBANK")
"""Banks that there are not."""


@dataclass(frozen=True, kw_only=True)
class Employers:
    """Arrays over employers, and the months in which wages came late; offers of other banks by city and month."""

    weight: Floats
    wage_day: Ints
    delayed: Flags
    delay_days: Ints
    offer: Flags
    offer_city: Ints
    offer_from: Ints
    """Month."""
    offer_bank: Ints


def make_employers(seed: int, persons: int, parameters: Parameters) -> Employers:
    """Employers whose number grows with that of the persons; a few large ones, many small ones."""
    payroll, months = parameters.payroll, parameters.time.months
    random = stream(seed, "employers")
    count = max(payroll.fewest_employers, persons // payroll.persons_per_employer)
    cities = np.sort(random.permutation(len(CITIES))[: payroll.offer_cities])
    begins = random.integers(1, months - payroll.offer_months, payroll.offer_cities)
    offer = np.zeros((len(CITIES), months), dtype=np.bool_)
    for city, begin in zip(cities, begins, strict=True):
        offer[city, begin : begin + payroll.offer_months] = True
    return Employers(
        weight=skewed(count),
        wage_day=random.choice(payroll.wage_days, count),
        delayed=random.random((count, months)) < payroll.delay_months,
        delay_days=random.integers(*payroll.delay_days, (count, months)),
        offer=offer,
        offer_city=cities,
        offer_from=begins,
        offer_bank=random.integers(0, len(OTHER_BANKS), payroll.offer_cities),
    )
