"""`deployment.yaml`: where the lake is, whose clock counts, what may go wrong before a run stops."""

from __future__ import annotations

from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.localedata import locale_identifiers
from babel.numbers import get_territory_currencies, list_currencies
from pydantic import AfterValidator, Field, field_validator

from bullseye.errors import did_you_mean
from bullseye.settings.documents import SettingsFile, SettingsModel


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is not a time zone; write an IANA name such as 'Europe/Vienna' or 'UTC'") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]


def _locale(name: str) -> str:
    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (ValueError, UnknownLocaleError) as error:
        hint = did_you_mean(name.replace("-", "_"), locale_identifiers())
        raise ValueError(
            f"is not a locale{hint}; write a language, with a country where it matters, such as 'en' or 'de_AT'"
        ) from error


LocaleName = Annotated[str, AfterValidator(_locale)]


def _currency(code: str) -> str:
    if code not in list_currencies():
        in_use = {
            found for territory in get_global("territory_currencies") for found in get_territory_currencies(territory)
        }
        hint = did_you_mean(code.upper(), sorted(in_use))
        raise ValueError(f"is not a currency{hint}; write its ISO 4217 code such as 'EUR'")
    return code


Currency = Annotated[str, AfterValidator(_currency)]


class AsOfRule(SettingsModel):
    """How the default as_of, the last complete day in the data, is found."""

    table: str = "silver.order_line"
    """Table of facts with a time, whose rows by day decide how far the data reach."""
    column: str = "ordered_at"
    """Its column with the time of the fact, UTC."""
    complete_after: time = time(22, 0)
    """A day counts as complete when its last fact is at or after this local time, or facts of a later day are there."""
    min_share: float = Field(default=0.1, ge=0, le=1)
    """A day with fewer rows than this share of the median of its weekday in the eight weeks before is not complete;
    0 for any number of rows."""

    @field_validator("complete_after", mode="before")
    @classmethod
    def _quoted(cls, value: object) -> object:
        if isinstance(value, int | float):
            raise ValueError("write the time in quotes, such as '22:00'")
        return value


class ReportWords(SettingsModel):
    """What the report calls things that differ between a shop and a company of another kind."""

    sales: str = "sales"
    """The first measure of measures.yaml that is an amount of money."""
    rfm: str = "By how recently, how often and for how much customers bought."
    """How the RFM segments differ: a sentence."""
    baskets: str = "baskets"
    """What is mined for rules."""
    buys: str = "who buys"
    """Heading over the antecedents of rules."""
    also_buys: str = "also buys"
    """Heading over their consequents."""
    bought: str = "bought"
    """What a customer has done with an item."""
    purchase: str = "purchase"
    """What a recommendation rests on."""


class Keep(SettingsModel):
    """How long the lake keeps what may be removed."""

    rejected_days: int = Field(default=90, ge=1)
    """Days that `ops.quarantine` keeps a row after the last ingest that rejected it."""


class Deployment(SettingsFile):
    """One company's use of the suite."""

    file = "deployment"
    presence = "required"

    title: str
    """Name of the company or shop, as the report shows it."""
    currency: Currency
    """ISO 4217 code of every amount."""
    locale: LocaleName = "en"
    """How the report writes numbers, amounts and dates; its words stay English."""
    words: ReportWords = ReportWords()
    """What the report calls things."""
    lake: str | None = None
    """Folder or URI of the tables, unless `--lake` names one; `lake/<deployment>` below the current folder where
    neither does."""
    source_zone: Zone = "UTC"
    """Zone of timestamps that carry none, such as text in a CSV file."""
    local_zone: Zone
    """Zone in which a fact gets its day, weekday and hour."""
    as_of: AsOfRule = AsOfRule()
    """How the default as_of is found."""
    max_rejected_share: float = Field(default=0.01, ge=0, le=1)
    """More rejected rows of one source than this share stop the run (exit 3); a source may state its own."""
    keep: Keep = Keep()
    """How long the lake keeps what may be removed."""
    max_list_rows: int = Field(default=10_000, ge=1, le=1_000_000)
    """Rows at most of each list of customers next to the report; the tables have them all."""
