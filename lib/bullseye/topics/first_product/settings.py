"""`first_product.yaml`: prospects, and the line that they will probably take up first."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile
from bullseye.settings.vocabulary import Feature, Sql


class Prospects(SettingsFile):
    """The likeliest first line, learnt from those who took one up for the first time, prospects before or not."""

    file = "first_product"
    presence = "optional"

    doc: str = Field(min_length=10)
    """Who the prospects are, in words."""
    level: Literal["product_id", "category_1", "category_2", "category_3"]
    """Column of `silver.product` that names the line."""
    exclude: tuple[str, ...] = ()
    """Lines that do not count as a first one: who held nothing else may be a prospect."""
    where: Sql = "true"
    """Condition over `gold.customer`: which of those who never held a line are prospects."""
    features: tuple[Feature, ...] = Field(min_length=1)
    """Traits that are known before anything is held: SQL over the columns of `features.training_snapshot`."""
    first: date | None = None
    """Openings before this day teach nothing; all where it is not given."""
    test_days: int = Field(default=90, ge=1)
    """First lines taken up in so many days up to as_of test what was learnt from earlier ones."""
    top: int = Field(default=3, ge=1, le=10)
    """Lines that are named for a prospect."""
    min_openings: int = Field(default=30, ge=5)
    """A line that fewer took up first is not among what is learnt."""
    regularisation: float = Field(default=0.01, ge=0)
    """Weight of half the sum of the squared standardised coefficients, relative to the mean log loss."""

    @model_validator(mode="after")
    def _names(self) -> Prospects:
        names = [feature.name for feature in self.features]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two features are named {', '.join(twice)}")
        return self
