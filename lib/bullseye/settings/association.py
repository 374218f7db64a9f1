"""`association.yaml`: which baskets are mined for rules, how strong a rule must be, what is recommended."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bullseye.settings.loader import SettingsModel


class Recommendations(SettingsModel):
    top: int = Field(default=5, ge=1, le=50)
    bought_days: int = Field(default=90, ge=1)
    """What a customer bought in these days before as_of matches the antecedents of rules."""
    lately_days: int = Field(default=30, ge=0)
    """What a customer bought in these days before as_of is not recommended."""
    min_lift: float = Field(default=1.0, ge=0)


class Association(SettingsModel):
    level: Literal["category_1", "category_2", "category_3", "brand", "name"] = "category_2"
    """Column of `silver.product` that is an item of a basket."""
    exclude: tuple[str, ...] = ()
    """Items that are never part of a basket."""
    days: int | None = Field(default=None, ge=1)
    """Baskets of the last so many days up to as_of; all of them where it is not given."""
    min_support: float = Field(default=0.01, gt=0, le=1)
    min_confidence: float = Field(default=0.3, gt=0, le=1)
    max_items: int = Field(default=4, ge=2, le=10)
    """Largest itemset."""
    max_basket: int = Field(default=200, ge=2)
    """Items of a longer basket beyond this number are dropped, rarest first."""
    backtest_days: int = Field(default=31, ge=1)
    """The last so many days before as_of test rules that were mined up to the day before them."""
    recommend: Recommendations = Recommendations()
