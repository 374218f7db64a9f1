"""`portraits.yaml`: how a named group of customers differs from the others."""

from __future__ import annotations

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Described, Name, Sql


class Group(SettingsModel):
    """A group of customers whose portrait is drawn."""

    name: Name
    """Name of the portrait."""
    where: Sql
    """SQL condition over `gold.customer`, and over what other tables say of a customer: `tier`, `<scheme>_segment` of
    `gold.segment_assignment` (`rfm_segment`, `clusters_segment`), and for a target of models.yaml
    `<target>_probability` and `<target>_percentile`. Customers for whom it is NULL are not in it."""
    doc: str = Field(min_length=10)
    """Who is in it, in words."""
    compared_where: Sql = "true"
    """SQL condition over the same columns: the customers of `where` are compared with the others of these."""


class Portraits(SettingsFile):
    """Groups, and the numbers by which they are described."""

    file = "portraits"
    presence = "optional"

    groups: tuple[Group, ...] = Field(min_length=1)
    """The groups; one customer may be in several."""
    features: tuple[Described, ...] = Field(min_length=1)
    """Numbers over the columns of `gold.customer`."""

    @model_validator(mode="after")
    def _names(self) -> Portraits:
        for what, names in (
            ("groups", [group.name for group in self.groups]),
            ("features", [feature.name for feature in self.features]),
        ):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"two {what} are named {', '.join(twice)}")
        return self
