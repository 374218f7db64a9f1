"""Behavioural tags: a catalogue of rules, statistics and preferences, and who has which."""

from bullseye.tags.catalog import catalog, definition
from bullseye.tags.coverage import coverage
from bullseye.tags.limits import Limits, find_limits
from bullseye.tags.preferences import preference_tags
from bullseye.tags.states import state_tags

__all__ = ["Limits", "catalog", "coverage", "definition", "find_limits", "preference_tags", "state_tags"]
