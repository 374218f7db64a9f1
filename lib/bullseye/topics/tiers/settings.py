"""`tiers.yaml`: named parts of the customers, and the limit that the data suggest."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import EVERYONE, Name, Sql

OTHER = "other"
"""Tier of customers that no condition fits."""
CUT = "cut"
"""Name by which the conditions of tiers use the limit."""

Method = Literal["steepest", "youden", "least_error"]


class Tier(SettingsModel):
    """A named part of the customers; the first whose condition holds gives the name."""

    name: Name
    """Name of the tier."""
    where: Sql
    """SQL condition over `gold.customer`, which may use the limit by the name `cut`."""
    doc: str = Field(min_length=10)
    """Who is in it, in words."""


class Tiers(SettingsFile):
    """Named tiers, and the limit between inactive accounts and customers: the given one and the suggested one.

    The limit is looked for on one amount, such as assets: where does the share of inactive customers fall? See
    `bullseye.stats.cut` for the three methods and their sources.
    """

    file = "tiers"
    presence = "optional"

    tiers: tuple[Tier, ...] = Field(min_length=1)
    """The tiers, the first that fits wins; a customer that none fits is in the tier `other`."""
    where: Sql = "true"
    """Condition over `gold.customer`: who has a tier."""
    cut: float = Field(ge=0)
    """The limit that is given, in the unit of `amount`."""
    amount: Sql
    """SQL over `gold.customer`: the amount that the limit is on, such as `assets`; a negative one counts as 0."""
    inactive_where: Sql
    """SQL condition over `gold.customer`: inactive customers, whatever the amount."""
    method: Method = "steepest"
    """Which of the suggested limits the shift between tiers is counted for: `steepest`, `youden` or `least_error`."""
    bins_per_decade: int = Field(default=20, ge=5, le=200)
    """Steps of the histogram of the amount between 10 and 100, 100 and 1,000 and so on: the limit is as fine as this."""
    min_customers: int = Field(default=200, ge=20)
    """No limit is suggested from fewer customers, or fewer than a tenth of it active or inactive."""
    replicates: int = Field(default=200, ge=50, le=5000)
    """Bootstrap samples behind the interval of a suggested limit."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """Confidence of the interval."""
    seed: int = 20260630
    """Decides the bootstrap samples."""

    @model_validator(mode="after")
    def _names(self) -> Tiers:
        names = [tier.name for tier in self.tiers]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two tiers are named {', '.join(twice)}; join their conditions by 'or'")
        if taken := {OTHER, EVERYONE} & set(names):
            raise ValueError(f"{' and '.join(sorted(taken))} is kept for tables; choose another name")
        return self
