"""`insights.yaml`: questions about customers that are answered as tables."""

from __future__ import annotations

from pydantic import model_validator

from bullseye.settings.leavers import Leavers
from bullseye.settings.loader import SettingsModel
from bullseye.settings.traffic import Places, Traffic


class Insights(SettingsModel):
    """The questions that a deployment asks; what is left out is not asked."""

    leavers: tuple[Leavers, ...] = ()
    """Customers for whom something happens every month until it stops: when, where and why they leave."""
    traffic: Traffic | None = None
    """Where visitors come from, on which screens, and what comes of it."""
    places: Places | None = None
    """Customers by where they live and who keeps them."""

    @model_validator(mode="after")
    def _leavers_have_names_of_their_own(self) -> Insights:
        names = [leavers.name for leavers in self.leavers]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two of leavers are named {', '.join(twice)}; give each its own name")
        return self
