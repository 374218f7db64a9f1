"""The job `profile_groups`."""

from __future__ import annotations

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.settings.models import Models
from bullseye.topics.portraits.settings import Portraits

JOB = Job(
    name="profile_groups",
    run=lazy("bullseye.topics.portraits.portraits:profile_groups"),
    reads=("gold.customer", "gold.customer_tier", "gold.segment_assignment", "gold.score"),
    writes=("gold.customer_portrait", "gold.portrait"),
    settings=(
        Portraits,
        Models,
    ),
    texts=(Portraits,),
    enabled=enabled_by_files(Portraits),
    check=lazy("bullseye.topics.portraits.portraits:check_portraits"),
    doc="Sort customers into named groups, and compare each group with the others, feature by feature.",
)
