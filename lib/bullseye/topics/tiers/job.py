"""The job `build_tiers`."""

from __future__ import annotations

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.topics.tiers.settings import Tiers

JOB = Job(
    name="build_tiers",
    run=lazy("bullseye.topics.tiers.tiers:build_tiers"),
    reads=("gold.customer",),
    writes=("gold.customer_tier", "ops.tier_cut", "ops.tier_curve", "ops.tier_shift"),
    settings=(Tiers,),
    enabled=enabled_by_files(Tiers),
    check=lazy("bullseye.topics.tiers.tiers:check_tiers"),
    doc="Sort customers into named tiers, and say which limit the data suggest and who would shift.",
)
