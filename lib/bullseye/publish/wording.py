"""Numbers as people read them. A NULL is a dash."""

from __future__ import annotations

import re
from datetime import date
from typing import SupportsFloat

NONE = "–"
_MONEY = re.compile(r"DECIMAL\(\d+, ?2\)")

Number = SupportsFloat | None


def whole(value: Number) -> str:
    """With separators of thousands and without decimals.

    >>> whole(1234567.8), whole(None)
    ('1,234,568', '–')
    """
    return NONE if value is None else f"{float(value):,.0f}"


def decimal(value: Number, places: int = 2) -> str:
    """With separators of thousands and the given number of decimals.

    >>> decimal(1234.5678, 3)
    '1,234.568'
    """
    return NONE if value is None else f"{float(value):,.{places}f}"


def share(value: Number, places: int = 1) -> str:
    r"""A share from 0 to 1 as a percentage.

    >>> share(0.1234), share(0), share(None)
    ('12.3\xa0%', '0.0\xa0%', '–')
    """
    return NONE if value is None else f"{100 * float(value):.{places}f}\u00a0%"


def money(value: Number, currency: str) -> str:
    r"""An amount: from a thousand on without decimals.

    >>> money(4596039.58, "USD"), money(12.3, "EUR")
    ('4,596,040\xa0USD', '12.30\xa0EUR')
    """
    if value is None:
        return NONE
    return f"{float(value):,.{0 if abs(float(value)) >= 1000 else 2}f}\u00a0{currency}"


def is_money(type_: str) -> bool:
    """Whether a measure of this type is an amount: by the contracts of silver, amounts are DECIMAL with two places.

    >>> is_money("DECIMAL(18,2)"), is_money("DECIMAL(18,3)")
    (True, False)
    """
    return _MONEY.fullmatch(type_) is not None


def seconds(value: Number) -> str:
    r"""A duration.

    >>> seconds(7.31), seconds(75)
    ('7.3\xa0s', '1\xa0min 15\xa0s')
    """
    if value is None:
        return NONE
    total = float(value)
    return f"{total:.1f}\u00a0s" if total < 60 else f"{int(total) // 60}\u00a0min {int(total) % 60}\u00a0s"


def day(value: date | None) -> str:
    """A date in words, without a doubt about the order of day and month.

    >>> day(date(2017, 12, 31))
    '31 December 2017'
    """
    return NONE if value is None else f"{value.day} {value:%B %Y}"


def words(name: str) -> str:
    """A name of the settings as words.

    >>> words("potential_loyalists")
    'Potential loyalists'
    """
    return name.replace("_", " ").strip().capitalize()


def band(low: int, high: int | None) -> str:
    """A range of whole numbers.

    >>> band(8, 30), band(366, None)
    ('8–30', '366 or more')
    """
    return f"{low} or more" if high is None else f"{low}–{high}"
