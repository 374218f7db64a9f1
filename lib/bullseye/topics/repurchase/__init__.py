"""What makes customers buy again."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.repurchase.job import JOB
from bullseye.topics.repurchase.settings import RepurchaseSettings
from bullseye.topics.repurchase.tables import TABLES

TOPIC = Topic(
    name="repurchase",
    jobs=(JOB,),
    settings=(RepurchaseSettings,),
    tables=TABLES,
    section="bullseye.topics.repurchase.report:SECTION",
    published=("ops.factor", "ops.factor_loading"),
)
