"""What Babel knows of a locale, as the charts' library (d3) wants it: so that charts write numbers as the tables do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol, get_minus_sign_symbol

_DIGITS = "#0"


def number_locale(locale: str, currency: str) -> Mapping[str, Any]:
    r"""d3's formatLocale definition.

    >>> found = number_locale("de", "EUR")
    >>> found["decimal"], found["thousands"], found["grouping"], found["currency"], found["percent"]
    (',', '.', [3], ['', '\xa0€'], '\xa0%')
    >>> number_locale("en_IN", "INR")["grouping"][:3]
    [3, 2, 2]
    """
    babel_locale = Locale.parse(locale)
    before, after = _around(babel_locale.currency_formats["standard"].pattern)
    symbol = get_currency_symbol(currency, locale=locale)
    return {
        "decimal": get_decimal_symbol(locale),
        "thousands": get_group_symbol(locale),
        "grouping": _grouping(babel_locale.decimal_formats[None].pattern),
        "currency": [before.replace("¤", symbol), after.replace("¤", symbol)],
        "percent": _around(babel_locale.percent_formats[None].pattern)[1] or "%",
        "minus": get_minus_sign_symbol(locale),
    }


def time_locale(locale: str) -> Mapping[str, Any]:
    """d3's timeFormatLocale definition.

    >>> time_locale("de")["months"][2], time_locale("de")["days"][0]
    ('März', 'Sonntag')
    """
    babel_locale = Locale.parse(locale)
    days, months, periods = (
        babel_locale.days["stand-alone"],
        babel_locale.months["stand-alone"],
        babel_locale.day_periods["format"]["wide"],
    )
    # Babel's week begins on Monday, d3's on Sunday
    week = [6, 0, 1, 2, 3, 4, 5]
    return {
        "dateTime": "%Y-%m-%d %H:%M:%S",
        "date": "%Y-%m-%d",
        "time": "%H:%M:%S",
        "periods": [periods.get("am", "AM"), periods.get("pm", "PM")],
        "days": [days["wide"][number] for number in week],
        "shortDays": [days["abbreviated"][number] for number in week],
        "months": [months["wide"][number] for number in range(1, 13)],
        "shortMonths": [months["abbreviated"][number] for number in range(1, 13)],
    }


def _around(pattern: str) -> tuple[str, str]:
    """The text before and after the digits of a pattern.

    >>> _around("¤#,##0.00;(¤#,##0.00)")
    ('¤', '')
    """
    positive = pattern.partition(";")[0]
    places = [index for index, sign in enumerate(positive) if sign in _DIGITS]
    return positive[: places[0]], positive[places[-1] + 1 :]


def _grouping(pattern: str) -> list[int]:
    """Lengths of the groups of digits, from the right; d3 repeats the list, a pattern its last group.

    >>> _grouping("#,##0.###"), _grouping("0.###")
    ([3], [99])
    """
    groups = [len(part) for part in pattern.partition(".")[0].split(",")[1:]][::-1]
    if not groups:
        return [99]
    return groups if len(groups) == 1 else [groups[0], *groups[1:] * 9]
