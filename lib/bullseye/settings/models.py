"""`models.yaml`: what is predicted, from what, and on which past days it is learned and tested."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.snapshots import CampaignSnapshots, MonthlySnapshots
from bullseye.settings.vocabulary import Feature


class Target(SettingsModel):
    """An outcome that is predicted of every customer, and what from."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    """Name of the target."""
    doc: str = Field(min_length=10)
    """The outcome, in words."""
    where: str = "orders_all > 0"
    """SQL over the customer table: who can be trained on and scored."""
    snapshots: Annotated[MonthlySnapshots | CampaignSnapshots, Field(discriminator="kind")]
    """The past days that it learns from and is tested on, and what happened after each."""
    features: tuple[Feature, ...] = Field(min_length=1)
    """What the outcome is predicted from."""
    baseline: str
    """Name of the one feature whose model the full model must beat."""
    min_positives: int = Field(default=50, ge=1)
    """Training rows that each of the two outcomes needs; with fewer, the run stops."""
    regularisation: float = Field(default=0.01, ge=0)
    """Weight of half the sum of the squared standardised coefficients relative to the mean log loss."""
    seed: int = 20170101
    """Decides which customers test the random split."""

    @model_validator(mode="after")
    def _names(self) -> Target:
        names = [feature.name for feature in self.features]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two features are named {', '.join(twice)}")
        if self.baseline not in names:
            raise ValueError(f"baseline names {self.baseline!r}, which is not a feature")
        return self


class Models(SettingsFile):
    """All targets; without any, nothing is predicted."""

    file = "models"

    targets: tuple[Target, ...] = ()
    """The outcomes to predict; each gets a model of its own."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Models:
        names = [target.name for target in self.targets]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two targets are named {', '.join(twice)}; give each its own name")
        return self
