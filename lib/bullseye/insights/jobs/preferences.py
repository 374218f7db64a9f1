"""The job `find_preferences`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.insights.asked import asks_for

JOB = Job(
    name="find_preferences",
    run=lazy("bullseye.insights.preferences:find_preferences"),
    reads=("features.party_day_item", "features.identity_map"),
    writes=("gold.preference",),
    settings=("insights",),
    asked=asks_for("preferences"),
    check=lazy("bullseye.insights.preferences:check_preferences"),
    doc="Say what each customer prefers, and how much more than everybody.",
)
