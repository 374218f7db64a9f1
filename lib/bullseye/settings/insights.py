"""`insights.yaml`: questions about customers that are answered as tables."""

from __future__ import annotations

from pydantic import model_validator

from bullseye.settings.estimates import Estimate
from bullseye.settings.leavers import Leavers
from bullseye.settings.lines import Lines
from bullseye.settings.loader import SettingsModel
from bullseye.settings.maintenance import Maintenance
from bullseye.settings.portraits import Portraits
from bullseye.settings.preferences import Preference
from bullseye.settings.prospects import Prospects
from bullseye.settings.repurchase import Repurchase
from bullseye.settings.tiers import Tiers
from bullseye.settings.traffic import Places, Traffic


class Insights(SettingsModel):
    """The questions that a deployment asks; what is left out is not asked."""

    tiers: Tiers | None = None
    """Named tiers of customers, and the limit that data suggest."""
    lines: Lines | None = None
    """Who holds which lines of products, and which together."""
    portraits: Portraits | None = None
    """What sets named groups of customers apart."""
    estimates: tuple[Estimate, ...] = ()
    """Amounts that are seen for some customers only, estimated for all."""
    preferences: tuple[Preference, ...] = ()
    """What each customer prefers, beside what everybody does."""
    prospects: Prospects | None = None
    """Prospects, and their likeliest first line."""
    leavers: tuple[Leavers, ...] = ()
    """Customers for whom something happens every month until it stops: when, where and why they leave."""
    traffic: Traffic | None = None
    """Where visitors come from, on which screens, and what comes of it."""
    places: Places | None = None
    """Customers by where they live and who keeps them."""
    repurchase: tuple[Repurchase, ...] = ()
    """What makes customers buy again: factors behind many items, and the weight of each."""
    maintenance: tuple[Maintenance, ...] = ()
    """What to do about customers who may leave, and for whom it is worth it."""

    @model_validator(mode="after")
    def _questions_have_names_of_their_own(self) -> Insights:
        kinds = {"leavers": [one.name for one in self.leavers], "repurchase": [one.name for one in self.repurchase]}
        kinds["maintenance"] = [one.name for one in self.maintenance]
        for kind, names in kinds.items():
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"two of {kind} are named {', '.join(twice)}; give each its own name")
        return self
