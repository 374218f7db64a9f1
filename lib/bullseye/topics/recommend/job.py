"""The job `recommend_items`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.settings.association import Association

JOB = Job(
    name="recommend_items",
    run=lazy("bullseye.topics.recommend.build:recommend_items"),
    reads=("silver.order_line", "silver.product", "features.identity_map", "gold.association_rule"),
    writes=("gold.recommendation",),
    settings=(Association,),
    doc="Recommend to each customer the items that strong rules expect and that were not bought lately.",
)
