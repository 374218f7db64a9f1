"""The job `count_lines`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.insights.asked import asks_for

JOB = Job(
    name="count_lines",
    run=lazy("bullseye.insights.lines:count_lines"),
    reads=("gold.customer", "gold.customer_tier", "silver.holding", "silver.product", "features.identity_map"),
    writes=("gold.line_holding", "gold.line_pair"),
    settings=("insights",),
    asked=asks_for("lines"),
    check=lazy("bullseye.insights.lines:check_lines"),
    doc="Count who holds which product lines, by tier, and which are held together.",
)
