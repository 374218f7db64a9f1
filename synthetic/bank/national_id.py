"""National ids of 18 digits with a right check digit, of regions that do not exist."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.bank.chance import Chunk, Flags, Ints
from synthetic.bank.text import letters

BIRTHPLACES = 20
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)


def national_ids(chunk: Chunk, birth: Ints, is_man: Flags) -> Any:
    """Region (no real one begins with 99), birth date, running number (odd for men), check digit; no two are the same."""
    random = chunk.random("national ids")
    # Chunks have regions of their own, so that ids can only meet within a chunk.
    region = 990_000 + (chunk.number * BIRTHPLACES + random.integers(0, BIRTHPLACES, len(birth))) % 10_000
    number = random.integers(0, 500, len(birth))
    while len(twice := _repeated((region * 100_000 + birth) * 500 + number)):
        number[twice] = (number[twice] + 1) % 500
    days = birth.astype("datetime64[D]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    months = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    written = np.empty((len(birth), 17), dtype=np.int64)
    parts = ((region, 6), (years, 4), (months, 2), (day, 2), (number * 2 + is_man, 3))
    at = 0
    for values, width in parts:
        for place in range(width):
            written[:, at + place] = values // 10 ** (width - 1 - place) % 10
        at += width
    return letters(np.column_stack([written + ord("0"), check_codes(written)]))


def check_codes(digits: Ints) -> Any:
    """ASCII code of the check digit of each row of 17 digits (ISO 7064, MOD 11-2, as GB 11643 has it).

    >>> bytes(check_codes(np.array([[1, 1, 0, 1, 0, 5, 1, 9, 4, 9, 1, 2, 3, 1, 0, 0, 2]]))).decode()
    'X'
    """
    return _CHECKS[(digits * _WEIGHTS).sum(axis=1) % 11]


def _repeated(values: Ints) -> Ints:
    """Positions of all values but the first of each kind."""
    order = np.argsort(values, kind="stable")
    return np.asarray(order[1:][np.diff(values[order]) == 0])
