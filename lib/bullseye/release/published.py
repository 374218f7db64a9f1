"""What a release holds, and where the releases are listed."""

from __future__ import annotations

from bullseye.tables import insights

NAME = "publish_release"
HISTORY = "ops.release"
"""The list of all releases."""
WITHDRAWN = "ops.withdrawal"
"""The list of those that are no longer shown."""
ANSWERS = tuple(table.name for table in insights.ALL)
"""Tables of questions, of which a deployment asks those that it likes."""
PUBLISHED = (
    "gold.customer",
    "gold.customer_tag",
    "gold.tag_catalog",
    "gold.tag_coverage",
    "gold.segment_assignment",
    "gold.segment_profile",
    "gold.cluster_choice",
    "gold.association_rule",
    "gold.rule_backtest",
    "gold.recommendation",
    "gold.score",
    *ANSWERS,
    "ops.model",
    "ops.model_metric",
    "ops.model_curve",
    "ops.quality",
)
