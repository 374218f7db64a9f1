"""`association.yaml`: which baskets are mined for rules, how strong a rule must be, what is recommended."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bullseye.settings.documents import SettingsFile, SettingsModel


class Recommendations(SettingsModel):
    """What a customer is offered by the rules."""

    top: int = Field(default=5, ge=1, le=50)
    """Items for each customer at most, and for each basket of the back-test."""
    bought_days: int = Field(default=90, ge=1)
    """What a customer bought in these days before as_of matches the antecedents of rules."""
    lately_days: int = Field(default=30, ge=0)
    """What a customer bought in these days before as_of is not recommended."""
    min_lift: float = Field(default=1.0, ge=0)
    """Rules with a smaller lift recommend nothing: below 1 the antecedent speaks against the consequent."""


class Association(SettingsFile):
    """Baskets, rules and the back-test of the rules."""

    file = "association"

    level: Literal["category_1", "category_2", "category_3", "brand", "name"] = "category_2"
    """Column of `silver.product` that is an item of a basket."""
    exclude: tuple[str, ...] = ()
    """Items that are never part of a basket."""
    basket: Literal["order", "customer"] = "order"
    """What a basket is: one order, or all that a customer ever bought, as of the day of the last of it."""
    empty_baskets: bool = False
    """Whether a basket without any item counts too: true where baskets are customers, of whom some hold nothing that is
    mined. It changes support and lift."""
    days: int | None = Field(default=None, ge=1)
    """Baskets of the last so many days up to as_of are mined; all of them where it is not given."""
    min_support: float = Field(default=0.01, ge=1e-9, le=1)
    """Share of the mined baskets that an itemset must be in. Time and number of rules grow fast as it falls."""
    min_confidence: float = Field(default=0.3, ge=1e-9, le=1)
    """Share of the baskets with the antecedent that must have the consequent too."""
    max_basket: int = Field(default=200, ge=2)
    """Items of a longer basket beyond this number are dropped, those in the fewest baskets first."""
    backtest_days: int = Field(default=31, ge=1)
    """The baskets of the last so many days up to as_of test rules that were mined on the baskets before them."""
    recommend: Recommendations = Recommendations()
    """What is recommended by the rules."""
