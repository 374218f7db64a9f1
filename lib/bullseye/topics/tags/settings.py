"""`tags.yaml`: the catalogue of behavioural tags. A deployment without the file has no tags."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, model_validator
from pydantic import Tag as Kind

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Sql

TagName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Group = Literal[
    "value", "lifecycle", "preference", "price", "time", "place", "channel", "campaign", "profile", "quality"
]


class RuleTag(SettingsModel):
    """Holds where a condition over the columns of `gold.customer` is true; where it is NULL, nothing is known."""

    name: TagName
    """Name of the tag."""
    kind: Literal["rule"] = "rule"
    """May be left out."""
    group: Group
    """What the tag is about, for catalogues and reports."""
    doc: str = Field(min_length=10)
    """Who has the tag, in words."""
    where: Sql
    """SQL condition over the columns of `gold.customer`."""


class StatisticTag(SettingsModel):
    """Holds where a value lies beyond a limit that the customers of `where` set at each as_of.

    Beyond means strictly beyond, so that customers with equal values are never parted: those who lie on the limit do
    not have the tag.
    """

    name: TagName
    """Name of the tag."""
    kind: Literal["statistic"]
    """Says that the tag is of this kind."""
    group: Group
    """What the tag is about, for catalogues and reports."""
    doc: str = Field(min_length=10)
    """Who has the tag, in words."""
    value: Sql
    """A number: SQL over the columns of `gold.customer`."""
    above_percentile: float | None = Field(default=None, gt=0, lt=1)
    """0.9: more than nine tenths of the customers have."""
    below_percentile: float | None = Field(default=None, gt=0, lt=1)
    """0.1: less than nine tenths of the customers have."""
    above_deviations: float | None = Field(default=None, gt=0)
    """More than this many standard deviations above the mean."""
    below_deviations: float | None = Field(default=None, gt=0)
    """More than this many standard deviations below the mean."""
    where: Sql = "true"
    """Condition over the columns of `gold.customer`: who is compared, and who can have the tag."""

    @model_validator(mode="after")
    def _one_bound(self) -> StatisticTag:
        bounds = (self.above_percentile, self.below_percentile, self.above_deviations, self.below_deviations)
        if sum(bound is not None for bound in bounds) != 1:
            raise ValueError(
                "give exactly one of above_percentile, below_percentile, above_deviations, below_deviations"
            )
        return self


class PreferenceTag(SettingsModel):
    """Each customer's first keys of a dimension of measures.yaml: one row a key, whose value is the key."""

    name: TagName
    """Name of the tag."""
    kind: Literal["preference"]
    """Says that the tag is of this kind."""
    group: Group
    """What the tag is about, for catalogues and reports."""
    doc: str = Field(min_length=10)
    """Who has the tag, in words."""
    dimension: str
    """Name of a dimension of measures.yaml."""
    by: Literal["amount", "orders"] = "amount"
    """What makes a key the first; equal ones are in alphabetical order."""
    top: int = Field(default=3, ge=1, le=20)
    """Keys for each customer at most."""
    days: int = Field(default=365, ge=1)
    """Days up to as_of that are looked at, `(as_of - days, as_of]`."""
    min_orders: int = Field(default=2, ge=1)
    """Orders that a key needs, so that one purchase is not yet a preference."""
    min_share: float = Field(default=0.0, ge=0, lt=1)
    """Share of the amount (or orders) over all keys that a key needs."""


def _kind(tag: Any) -> Any:
    """The kind of a tag: `rule` where the settings do not say."""
    return tag.get("kind", "rule") if isinstance(tag, dict) else getattr(tag, "kind", None)


Tag = Annotated[
    Annotated[RuleTag, Kind("rule")]
    | Annotated[StatisticTag, Kind("statistic")]
    | Annotated[PreferenceTag, Kind("preference")],
    Discriminator(
        _kind,
        custom_error_type="tag_kind",
        custom_error_message="the kind of a tag is rule (or left out), statistic or preference",
    ),
]


class Tags(SettingsFile):
    """All tags, and how percentiles are found."""

    file = "tags"

    percentiles: Literal["exact", "approximate"] = "exact"
    """exact interpolates between neighbours and holds the distinct values of one column in memory at a time;
    approximate, for tens of millions of customers, is off by at most a ten-thousandth in rank."""
    tags: tuple[Tag, ...] = ()
    """The catalogue."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Tags:
        names = [tag.name for tag in self.tags]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two tags are named {', '.join(twice)}; give each its own name")
        return self
