"""The job `draw_portraits`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.insights.asked import asks_for

JOB = Job(
    name="draw_portraits",
    run=lazy("bullseye.insights.portraits:draw_portraits"),
    reads=("gold.customer", "gold.customer_tier", "gold.segment_assignment", "gold.score"),
    writes=("gold.customer_portrait", "gold.portrait"),
    settings=("insights", "models"),
    asked=asks_for("portraits"),
    check=lazy("bullseye.insights.portraits:check_portraits"),
    doc="Say who is in named groups of customers, and compare them with the rest, feature by feature.",
)
