"""`insights.yaml`: questions about customers that are answered as tables."""

from __future__ import annotations

from bullseye.settings.loader import SettingsModel


class Insights(SettingsModel):
    """The questions that a deployment asks; what is left out is not asked."""
