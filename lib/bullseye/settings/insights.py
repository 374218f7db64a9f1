"""`insights.yaml`: questions about customers that are answered as tables."""

from __future__ import annotations

from bullseye.settings.estimates import Estimate
from bullseye.settings.lines import Lines
from bullseye.settings.loader import SettingsModel
from bullseye.settings.portraits import Portraits
from bullseye.settings.preferences import Preference
from bullseye.settings.prospects import Prospects
from bullseye.settings.tiers import Tiers


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
    """Customers who hold nothing yet, and their likeliest first line."""
