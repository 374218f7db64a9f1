"""The job `estimate_amounts`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.insights.asked import asks_for

JOB = Job(
    name="estimate_amounts",
    run=lazy("bullseye.insights.estimates:estimate_amounts"),
    reads=("gold.customer",),
    writes=("gold.estimate", "gold.estimate_quality", "gold.estimate_term"),
    settings=("insights",),
    asked=asks_for("estimates"),
    check=lazy("bullseye.insights.estimates:check_estimates"),
    doc="Estimate amounts that show for some customers only, such as wealth at other banks, with their error.",
)
