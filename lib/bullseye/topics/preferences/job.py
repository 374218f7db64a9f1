"""The job `find_preferences`."""

from __future__ import annotations

from bullseye.core.asked import asks_for
from bullseye.core.job import Job, lazy

JOB = Job(
    name="find_preferences",
    run=lazy("bullseye.topics.preferences.preferences:find_preferences"),
    reads=("features.party_day_item", "features.identity_map"),
    writes=("gold.preference",),
    settings=("insights",),
    asked=asks_for("preferences"),
    check=lazy("bullseye.topics.preferences.preferences:check_preferences"),
    doc="Say what each customer prefers, and how much more than everybody.",
)
