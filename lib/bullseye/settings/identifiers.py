"""The types of identifiers, and the one spelling of each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsModel
from bullseye.settings.vocabulary import Name

Digits = Annotated[str, Field(pattern=r"^[0-9]{1,4}$")]


class IdentifierType(SettingsModel):
    """A kind of value that identifies a person. It is normalised when the files are read, so that `silver.identifier`
    holds each value in one spelling; what does not fit its kind is left out and counted in `ops.quality`.
    """

    name: Name
    """Name of the type, as `silver/identifier.sql` gives it in `id_type`."""
    normalise: Literal["email", "phone", "national_id", "card", "text"]
    """email: trimmed, lower case, dots and plus signs kept. phone: `+`, country and number, digits only. national_id:
    upper case, letters and digits only. card: digits only. text: trimmed, such as a device or a cookie."""
    hash: bool = True
    """Whether `silver.identifier` has a hash of the value (HMAC-SHA256 with the salt as key) and not the value itself. With
    `false` it has the values in clear, for everyone who may read the table."""
    lengths: tuple[int, ...] = ()
    """Lengths that a normalised value may have, of a phone without its country; any where none is given."""
    country: Digits | None = None
    """Calling code, such as `'86'`, of phones that are written without one."""
    trunk: str = Field(default="0", pattern=r"^[0-9]?$")
    """The digit that is dialled before a number inside the country and is no part of it; empty where there is none."""
    blocked: tuple[str, ...] = ()
    """Values that link no parties, in any spelling, such as a placeholder for an unknown number."""
    max_holders: int | None = Field(default=None, ge=2)
    """Parties that may hold one value; a value that more hold links no parties, whatever else a rule requires, and is
    reported: a default that is not blocked yet."""
    max_per_customer: int | None = Field(default=None, ge=1)
    """Values of the type that one customer may hold; links that would make it more are dropped and reported."""
    valid_days: int | None = Field(default=None, ge=0)
    """For values that change hands: two parties are linked only if the times from `first_seen` to `last_seen` in which they
    held the value overlap, or are at most so many days apart. A time that is NULL is open."""

    @model_validator(mode="after")
    def _fits_kind(self) -> IdentifierType:
        if self.normalise == "phone" and self.country is None:
            raise ValueError("a phone needs country, the calling code of numbers without one, such as '43'")
        if self.normalise != "phone" and self.country is not None:
            raise ValueError("only a phone has a country; remove it, or normalise: phone")
        return self
