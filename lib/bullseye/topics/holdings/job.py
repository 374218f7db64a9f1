"""The job `count_holdings`."""

from __future__ import annotations

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.topics.holdings.settings import Lines

JOB = Job(
    name="count_holdings",
    run=lazy("bullseye.topics.holdings.lines:count_holdings"),
    reads=("gold.customer", "gold.customer_tier", "silver.holding", "silver.product", "features.identity_map"),
    writes=("gold.line_holding", "gold.line_pair"),
    settings=(Lines,),
    enabled=enabled_by_files(Lines),
    check=lazy("bullseye.topics.holdings.lines:check_lines"),
    doc="Count who holds which product lines, by tier, and which are held together.",
)
