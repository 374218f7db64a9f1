"""The job `find_preferences`."""

from __future__ import annotations

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.topics.preferences.settings import PreferencesSettings

JOB = Job(
    name="find_preferences",
    run=lazy("bullseye.topics.preferences.preferences:find_preferences"),
    reads=("features.party_day_item", "features.identity_map"),
    writes=("gold.preference",),
    settings=(PreferencesSettings,),
    enabled=enabled_by_files(PreferencesSettings),
    check=lazy("bullseye.topics.preferences.preferences:check_preferences"),
    doc="Say what each customer prefers, and how much more than everybody.",
)
