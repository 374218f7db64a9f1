"""`traffic.yaml`: where visitors come from, and where customers live."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Name

Doc = Annotated[str, Field(min_length=3)]
Days = Annotated[int, Field(gt=0, le=3660)]
CONVERSION_FACTS = ("event", "order_line", "response")
"""Tables of silver, without their layer, that hold conversions."""


class Conversion(SettingsModel):
    """What a touch is meant to lead to."""

    fact: str = "event"
    """Table of silver, without its layer: `event`, `order_line` or `response`."""
    where: str = "true"
    """SQL condition over its columns: which rows are conversions."""
    time: str = "happened_at"
    """Column with the instant of the conversion."""
    id: str = "event_id"
    """Column whose distinct values are conversions."""
    within_days: Days = 30
    """A touch has its part in a conversion of the same customer at most so many days after it."""
    doc: Doc
    """What it is, in words."""


class Traffic(SettingsModel):
    """Touches of marketing channels, who they reach on which screens, and what comes of them."""

    windows: tuple[Days, ...] = (90, 365)
    """Days up to as_of over which touches and conversions are counted, each for itself."""
    conversion: Conversion | None = None
    """Without it, only touches and visitors are counted."""


class Figure(SettingsModel):
    """A number about the customers of a place."""

    name: Name
    """Name of the figure."""
    sql: str
    """Aggregate over rows of `gold.customer`, such as `avg(amount_90d)`."""
    doc: Doc
    """What it is, with the unit."""


class Distance(SettingsModel):
    """Bands of the distance to the nearest branch or store."""

    sql: str
    """SQL over `gold.customer` that gives the distance."""
    bands: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=1)
    """Rising limits: a band holds distances from one limit up to, not including, the next."""
    unit: Doc = "km"
    """Unit of the distance, for the names of bands."""

    @field_validator("bands")
    @classmethod
    def _rising(cls, bands: tuple[float, ...]) -> tuple[float, ...]:
        if list(bands) != sorted(set(bands)):
            raise ValueError("bands must rise and not repeat")
        return bands


class Places(SettingsModel):
    """Customers by where they live and who keeps them."""

    where: str = "true"
    """SQL condition over `gold.customer`: who is counted."""
    groups: tuple[Name, ...] = ()
    """Columns of `gold.customer`, such as a region or a branch."""
    distance: Distance | None = None
    """Bands of distance as one more group."""
    figures: tuple[Figure, ...] = Field(min_length=1)
    """Figures over the customers of each place."""


class TrafficSettings(SettingsFile):
    """Where visitors come from, and where customers live."""

    file = "traffic"
    presence = "optional"

    traffic: Traffic | None = None
    """Where visitors come from, on which screens, and what comes of it."""
    places: Places | None = None
    """Customers by where they live and who keeps them."""

    @model_validator(mode="after")
    def _asks_something(self) -> TrafficSettings:
        if not (self.traffic or self.places):
            raise ValueError("asks nothing; add traffic or places, or remove the file")
        return self
