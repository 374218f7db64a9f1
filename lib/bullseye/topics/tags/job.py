"""The job `build_tags`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.topics.tags.settings import Tags

JOB = Job(
    name="build_tags",
    run=lazy("bullseye.topics.tags.build:build_tags"),
    reads=("gold.customer", "features.party_day_item", "features.identity_map"),
    writes=("gold.customer_tag", "gold.tag_catalog", "gold.tag_coverage"),
    settings=(Tags,),
    texts=(Tags,),
    check=lazy("bullseye.topics.tags.check:check_tags"),
    doc="Tag every customer by the rules, statistics and preferences of tags.yaml.",
)
