"""`repurchase.yaml`: what makes customers buy again, by the factors behind many items."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Name

Doc = Annotated[str, Field(min_length=3)]


class Item(SettingsModel):
    """One number of a customer, such as the answer to a question."""

    name: Name
    """Name of the item."""
    sql: str
    """Aggregate over the rows of `fact` of one customer, such as `avg(CASE WHEN item = 'question_7' THEN value END)`; NULL
    where the customer has none."""
    doc: Doc
    """What it says."""


class NamedFactor(SettingsModel):
    """The name of a factor: it belongs to the factor that these items load on most."""

    name: Name
    """Name of the factor."""
    items: tuple[Name, ...] = Field(min_length=1)
    """Items whose loadings decide it; of several factors the one with the largest sum of squared loadings on them has the name.
    The sign of the factor is such that the first of them loads positively."""


class Outcome(SettingsModel):
    """Whether the customer bought again: an event after the answers."""

    fact: str = "holding"
    """Table of silver, without its layer: any that has party_id."""
    where: str = "true"
    """SQL condition over its columns, and those of the product where it has a product_id: which rows count."""
    same: str | None = None
    """SQL over these columns: an event counts only where the customer has an earlier one with the same value, up to the day
    of the answers, such as the line of the product."""
    day: str = "opened_day"
    """SQL over its columns that gives the day of the event."""
    within_days: int = Field(default=180, gt=0)
    """Days after the answers in which it counts; who answered later than so many days before as_of is left out."""
    doc: Doc
    """What buying again is."""


class Repurchase(SettingsModel):
    """A survey or other items, the factors behind them, and the weight of each factor for buying again."""

    name: Name
    """Name of the question; it distinguishes its rows from those of others."""
    doc: Doc
    """What is asked, and of which customers."""
    fact: str = "event"
    """Table of silver with the items, without its layer: any that has party_id and day."""
    where: str = "true"
    """SQL condition over its columns: which rows are about the items."""
    items: tuple[Item, ...] = Field(min_length=3)
    """The items."""
    factors: tuple[NamedFactor, ...] = ()
    """Names of factors. One that none of them fits is named by the item that loads highest on it."""
    count: int | None = Field(default=None, ge=1)
    """How many factors to keep; without it as many as parallel analysis finds."""
    draws: int = Field(default=200, ge=20)
    """Random matrices of the parallel analysis."""
    percentile: float = Field(default=95.0, gt=0, lt=100)
    """Percentile of their eigenvalues that a factor must exceed."""
    seed: int = 20170101
    """Of these random matrices."""
    outcome: Outcome
    """What the factors are weighed for."""
    min_rows: int = Field(default=100, ge=10)
    """Customers with all items that the factors need; with fewer, there are none."""
    min_events: int = Field(default=20, ge=1)
    """Customers who bought again, and who did not, that the weights need."""

    @model_validator(mode="after")
    def _names(self) -> Repurchase:
        items, factors = [item.name for item in self.items], [factor.name for factor in self.factors]
        for kind, names_of_kind in (("item", items), ("factor", factors)):
            if twice := sorted({name for name in names_of_kind if names_of_kind.count(name) > 1}):
                raise ValueError(f"two {kind}s are named {', '.join(twice)}; give each its own name")
        named_items = [name for factor in self.factors for name in factor.items]
        if unknown := sorted(set(named_items) - set(items)):
            raise ValueError(
                f"factors name items that are not defined: {', '.join(unknown)}; known: {', '.join(items)}"
            )
        if self.count is not None and self.count >= len(items):
            raise ValueError(f"count ({self.count}) must be less than the items ({len(items)})")
        return self


class RepurchaseSettings(SettingsFile):
    """What makes customers buy again, for each question."""

    file = "repurchase"
    presence = "optional"

    questions: tuple[Repurchase, ...] = Field(min_length=1)
    """The questions."""

    @model_validator(mode="after")
    def _names_differ(self) -> RepurchaseSettings:
        names = [question.name for question in self.questions]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two questions are named {', '.join(twice)}; give each its own name")
        return self
