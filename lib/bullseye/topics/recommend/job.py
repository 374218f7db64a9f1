"""The job `recommend_items`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy

JOB = Job(
    name="recommend_items",
    run=lazy("bullseye.topics.recommend.build:recommend_items"),
    reads=("silver.order_line", "silver.product", "features.identity_map", "gold.association_rule"),
    writes=("gold.recommendation",),
    settings=("association",),
    doc="Recommend to each customer the items that strong rules expect and that were not bought lately.",
)
