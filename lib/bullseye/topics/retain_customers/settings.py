"""`retain_customers.yaml`: what to do about customers who may leave, and whether it is worth its cost."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Name

Doc = Annotated[str, Field(min_length=3)]


class Channel(SettingsModel):
    """A way to contact customers."""

    name: Name
    """Name of the channel."""
    where: str = "true"
    """SQL condition over `gold.customer`: the customers it suits. The first channel that suits a customer is taken."""
    cost: float = Field(ge=0)
    """Cost of one contact, in the currency of the deployment."""


class Offer(SettingsModel):
    """A product for customers without a recommendation."""

    sql: str
    """SQL over `gold.customer` that gives it; NULL where it does not suit, such as for customers who hold it."""
    doc: Doc
    """Why it, in words that follow on its name."""


class Occasion(SettingsModel):
    """A date that is a reason to call."""

    name: Name
    """Name of the occasion."""
    sql: str
    """SQL over `gold.customer` that gives the date; NULL, or before the day after as_of, for none."""


class Maintenance(SettingsModel):
    """A plan for those who are likely to leave: what to offer, how, when, and whether it is worth its cost."""

    name: Name
    """Name of the plan; it distinguishes its rows from those of others."""
    doc: Doc
    """Who is kept, and how."""
    leavers: Name | None = None
    """Question of `leavers` that gives the probability to leave (`gold.spell`)."""
    target: Name | None = None
    """Target of models.yaml that gives it instead (`gold.score`)."""
    min_probability: float = Field(gt=0, lt=1)
    """Customers with at least this probability are in the plan."""
    value: str
    """SQL over `gold.customer`: what is lost when the customer leaves, in the currency of the deployment; NULL counts as 0."""
    effect: float = Field(gt=0, le=1)
    """Assumed share of those who would leave that a contact keeps: to be replaced by what a campaign with a control group
    shows."""
    channels: tuple[Channel, ...] = Field(min_length=1)
    """Ways to contact, in the order in which they are tried; the last should suit every customer."""
    offers: tuple[Offer, ...] = ()
    """What to offer to customers without a row in `gold.recommendation`, in the order in which it is tried."""
    weekday: str | None = None
    """SQL over `gold.customer`: the best day of the week, on which the customer is usually active."""
    hour: str | None = None
    """SQL over `gold.customer`: the best hour of the day, at which the customer is usually active."""
    month_day_where: str | None = None
    """SQL over `features.party_day`: a day for which it is true is one on which money comes; the most frequent day of the
    month of the last year is the best one."""
    occasions: tuple[Occasion, ...] = ()
    """Dates that are better still; the earliest one ahead is taken."""

    @model_validator(mode="after")
    def _one_risk(self) -> Maintenance:
        if (self.leavers is None) == (self.target is None):
            raise ValueError("say either leavers or target: which probability to leave is meant")
        names = [channel.name for channel in self.channels]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two channels are named {', '.join(twice)}; give each its own name")
        return self


class RetainCustomersSettings(SettingsFile):
    """What to do about customers who may leave."""

    file = "retain_customers"
    presence = "optional"

    plans: tuple[Maintenance, ...] = Field(min_length=1)
    """The plans."""

    @model_validator(mode="after")
    def _names_differ(self) -> RetainCustomersSettings:
        names = [plan.name for plan in self.plans]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two plans are named {', '.join(twice)}; give each its own name")
        return self
