"""`churn.yaml`: who is meant by a customer who stays or leaves month by month, and what may make them leave."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Name

Doc = Annotated[str, Field(min_length=3)]

PANEL = ("customer_id", "month", "months_since_start", "months_seen")
"""Columns that every month of a customer has, before those of the settings."""


class KnownStart(SettingsModel):
    """The start of customers who were there already in the first month of the data, taken from another table."""

    fact: str = "holding"
    """Table of silver, without its layer: any that has party_id."""
    where: str = "true"
    """SQL condition over its columns, and those of the product where it has a product_id: which rows give it."""
    sql: str
    """Aggregate over these rows of one customer that gives a DATE in the first month, such as `min(opened_day)`."""


class PanelSum(SettingsModel):
    """A daily measure summed over months before or up to the month in question."""

    name: Name
    """Name of the column."""
    measure: Name
    """Measure of measures.yaml."""
    first: int = Field(default=-1, ge=-36, le=0)
    """First month of the sum: -1 is the month before the one in question, 0 that month itself."""
    last: int = Field(default=-1, ge=-36, le=0)
    """Last month of the sum. 0 is right for what the customer suffers, not for what a customer who leaves no longer does."""

    @model_validator(mode="after")
    def _in_order(self) -> PanelSum:
        if self.first > self.last:
            raise ValueError(f"first ({self.first}) is after last ({self.last})")
        return self


class PanelState(SettingsModel):
    """An aggregate over items active when the month begins, such as the products held."""

    name: Name
    """Name of the column."""
    fact: str = "holding"
    """Table of silver, without its layer: any that has party_id."""
    since: str = "opened_day"
    """SQL over its columns: the first day."""
    until: str = "closed_day"
    """SQL over its columns: the day on which it ended, NULL while it goes on."""
    sql: str
    """Aggregate over the rows of one customer that began before the month and have not ended before it, over the columns of
    the fact, and those of the product where it has a product_id; 0 where there are none."""


class Surrounding(SettingsModel):
    """How many events of the market (`silver.market_event`) run in the month where the customer lives."""

    name: Name
    """Name of the column."""
    where: str = "true"
    """SQL condition over the columns of `silver.market_event`."""
    area: Name
    """Attribute of the customer that is compared with the area of the event; an event without an area is everywhere."""


class Driver(SettingsModel):
    """Something that may raise or lower the hazard of a month."""

    name: Name
    """Name of the driver."""
    sql: str
    """SQL over the months of customers: `month` (first day, DATE), `months_since_start` (NULL where the start is unknown),
    `months_seen` (months since the first one with the event in the data, which the life is at least as long as),
    the sums, states and surroundings above, and the attributes of measures.yaml, as they are known today."""
    doc: Doc
    """In words, with the unit."""


class Leavers(SettingsModel):
    """Customers for whom something happens every month until it stops: which customers stay or leave, when, where and why."""

    name: Name
    """Name of the question; it distinguishes its rows from those of others."""
    doc: Doc
    """Who is meant, and what leaving is."""
    event_where: str
    """SQL over `features.party_day`: a day for which it is true makes its month one with the event, such as `visits > 0`. The
    question begins with the month of the first such day, or with the first whole month of the data where that is later."""
    grace_months: int = Field(default=0, ge=0, le=12)
    """Months without the event that are no exit when it comes again after them. The exit of a customer is known only after
    so many more months, so that the newest months have fewer known exits."""
    where: str = "true"
    """SQL condition over `gold.customer`: who is counted."""
    known_start: KnownStart | None = None
    """How those began who were there in the first month of the data. Without it their month of life is not known, and they
    are in the drivers but not in the curves."""
    sums: tuple[PanelSum, ...] = ()
    """Sums of daily measures."""
    states: tuple[PanelState, ...] = ()
    """Items active when a month begins."""
    surroundings: tuple[Surrounding, ...] = ()
    """What happens around the customer."""
    drivers: tuple[Driver, ...] = Field(min_length=1)
    """What the hazard is explained by; at most 200."""
    horizons: tuple[Annotated[int, Field(ge=1, le=36)], ...] = (3, 5)
    """Months over which churn is counted, up to the last one; the first is also that of the prediction."""
    groups: tuple[Name, ...] = ()
    """Columns of `gold.customer` by which curves and hazards are grouped."""
    min_group: int = Field(default=30, ge=1)
    """Smallest number of customers of a group with a row of its own."""
    longest: int = Field(default=60, ge=1)
    """Months of life that curves show at most."""
    min_events: int = Field(default=20, ge=1)
    """Exits that the drivers need; with fewer, there are no drivers, and no hazard is predicted."""

    @model_validator(mode="after")
    def _names(self) -> Leavers:
        names = [*PANEL, *self.made]
        for kind, names_of_kind in (("column", names), ("driver", [driver.name for driver in self.drivers])):
            if twice := sorted({name for name in names_of_kind if names_of_kind.count(name) > 1}):
                raise ValueError(f"two {kind}s are named {', '.join(twice)}; give each its own name")
        if len(self.drivers) > 200:
            raise ValueError(f"{len(self.drivers)} drivers; keep those that can be explained, 200 at most")
        return self

    @property
    def made(self) -> tuple[str, ...]:
        """Names of the columns of sums, states and surroundings."""
        of_sums, of_states = (one.name for one in self.sums), (one.name for one in self.states)
        return (*of_sums, *of_states, *(one.name for one in self.surroundings))

    @property
    def facts(self) -> set[str]:
        """The tables of silver that the question reads, without their layer."""
        return {state.fact for state in self.states} | ({self.known_start.fact} if self.known_start else set())


class ChurnSettings(SettingsFile):
    """Who leaves when, where and why, for each question of who is meant."""

    file = "churn"
    presence = "optional"

    questions: tuple[Leavers, ...] = Field(min_length=1)
    """The questions."""

    @model_validator(mode="after")
    def _names_differ(self) -> ChurnSettings:
        names = [question.name for question in self.questions]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two questions are named {', '.join(twice)}; give each its own name")
        return self
