"""Numbers, amounts and dates as the deployment's readers write them. A NULL is a dash."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import SupportsFloat

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from bullseye.settings.deployment import ReportWords

NONE = "–"
_MONEY = re.compile(r"DECIMAL\(\d+, ?2\)")
_FRACTION = re.compile(r"0(?:\.[0#]+)?(?![0#.,])")
_WHOLE_FROM = 1000
"""Amounts from here on are written without cents."""

Number = SupportsFloat | None


@dataclass(frozen=True)
class Wording:
    """How one deployment writes: `locale` as Unicode names it (`de_AT`), `currency` by its ISO 4217 code, and the `terms` that
    differ between companies.
    """

    locale: str = "en"
    currency: str = "USD"
    terms: ReportWords = field(default_factory=ReportWords)

    def whole(self, value: Number) -> str:
        """With separators of thousands and without decimals.

        >>> Wording().whole(1234567.8), Wording("de").whole(1234567.8), Wording().whole(None)
        ('1,234,568', '1.234.568', '–')
        """
        return self.decimal(value, 0)

    def decimal(self, value: Number, places: int = 2) -> str:
        """With separators of thousands and the given number of decimals.

        >>> Wording().decimal(1234.5678, 3), Wording("en_IN").decimal(1234567, 0)
        ('1,234.568', '12,34,567')
        """
        if value is None:
            return NONE
        pattern = _with_places(self._numbers.decimal_formats[None].pattern, places)
        return format_decimal(_exact(value), format=pattern, locale=self.locale)

    def share(self, value: Number, places: int = 1) -> str:
        r"""A share from 0 to 1 as a percentage.

        >>> Wording().share(0.1234), Wording("de").share(0), Wording().share(None)
        ('12.3%', '0,0\xa0%', '–')
        """
        if value is None:
            return NONE
        pattern = _with_places(self._numbers.percent_formats[None].pattern, places)
        return format_percent(_exact(value), format=pattern, locale=self.locale)

    def money(self, value: Number) -> str:
        r"""An amount in the currency of the deployment: from a thousand on without decimals.

        >>> Wording().money(4596039.58), Wording("de", "EUR").money(12.3), Wording("ja", "JPY").money(12)
        ('$4,596,040', '12,30\xa0€', '￥12')
        """
        if value is None:
            return NONE
        places = 0 if abs(float(value)) >= _WHOLE_FROM else get_currency_precision(self.currency)
        pattern = _with_places(self._numbers.currency_formats["standard"].pattern, places)
        return format_currency(_exact(value), self.currency, format=pattern, locale=self.locale, currency_digits=False)

    def seconds(self, value: Number) -> str:
        r"""A duration.

        >>> Wording().seconds(7.31), Wording().seconds(75)
        ('7.3\xa0s', '1\xa0min 15\xa0s')
        """
        if value is None:
            return NONE
        total = float(value)
        if total < 60:
            return f"{self.decimal(total, 1)}\u00a0s"
        return f"{int(total) // 60}\u00a0min {int(total) % 60}\u00a0s"

    def day(self, value: date | None) -> str:
        """A date with the month in words, so that the day cannot be taken for the month.

        >>> Wording().day(date(2017, 12, 31)), Wording("de").day(date(2017, 12, 31))
        ('December 31, 2017', '31. Dezember 2017')
        """
        return NONE if value is None else format_date(value, "long", locale=self.locale)

    def month(self, value: date | None) -> str:
        """A month of a year.

        >>> Wording().month(date(2017, 12, 31))
        'Dec 2017'
        """
        return NONE if value is None else format_skeleton("yMMM", value, locale=self.locale)

    def band(self, low: int, high: int | None) -> str:
        """A range of whole numbers.

        >>> Wording().band(8, 30), Wording().band(366, None)
        ('8–30', '366 or more')
        """
        return f"{self.whole(low)} or more" if high is None else f"{self.whole(low)}–{self.whole(high)}"

    @cached_property
    def _numbers(self) -> Locale:
        return Locale.parse(self.locale)


def signed(text: str, value: Number) -> str:
    """A difference, already in words, with its sign: an increase and a decrease differ without a colour.

    >>> signed("12", 12), signed("-3", -3), signed("0", 0)
    ('+12', '-3', '0')
    """
    return f"+{text}" if value is not None and float(value) > 0 else text


def is_money(type_: str) -> bool:
    """Whether a measure of this type is an amount: by the contracts of silver, amounts are DECIMAL with two places.

    >>> is_money("DECIMAL(18,2)"), is_money("DECIMAL(18,3)")
    (True, False)
    """
    return _MONEY.fullmatch(type_) is not None


def words(name: str) -> str:
    """A name of the settings as words.

    >>> words("potential_loyalists")
    'Potential loyalists'
    """
    return name.replace("_", " ").strip().capitalize()


def _with_places(pattern: str, places: int) -> str:
    """A number pattern of the locale with so many decimals.

    >>> _with_places("#,##0.###", 2), _with_places("#,##0%", 1), _with_places("¤#,##0.00", 0)
    ('#,##0.00', '#,##0.0%', '¤#,##0')
    """
    return _FRACTION.sub("0." + "0" * places if places else "0", pattern)


def _exact(value: SupportsFloat) -> Decimal:
    """The number as it is written, not the binary fraction next to it."""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))
