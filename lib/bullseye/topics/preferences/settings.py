"""`preferences.yaml`: what each customer prefers, such as a way to pay, compared with all customers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Name

NONE = "none"
"""Stands for the preference of a customer who has too little of anything, or likes two things about equally."""


class Preference(SettingsModel):
    """A preference over the keys of a dimension of measures.yaml."""

    name: Name
    """Name of the preference."""
    dimension: Name
    """Dimension of measures.yaml."""
    doc: str = Field(min_length=5)
    """What is preferred, in words."""
    by: Literal["orders", "amount"] = "orders"
    """What is counted: distinct things, or the dimension's amount."""
    days: int = Field(default=365, ge=1, le=3660)
    """Days up to as_of that count."""
    min_total: float = Field(default=4, ge=0)
    """Below this number, or amount, over all keys, a customer has no preference."""
    min_share: float = Field(default=0.5, ge=0, le=1)
    """Nor where the most frequent key has a smaller share than this."""


class PreferencesSettings(SettingsFile):
    """What each customer prefers, compared with all customers."""

    file = "preferences"
    presence = "optional"

    preferences: tuple[Preference, ...] = Field(min_length=1)
    """The preferences."""
