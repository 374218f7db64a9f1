"""Named tiers of customers."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.tiers.job import JOB
from bullseye.topics.tiers.settings import Tiers
from bullseye.topics.tiers.tables import TABLES

TOPIC = Topic(
    name="tiers",
    jobs=(JOB,),
    settings=(Tiers,),
    tables=TABLES,
    section="bullseye.topics.tiers.report:SECTION",
    published=("ops.tier_cut", "ops.tier_curve", "ops.tier_shift"),
    shows=(Tiers,),
)
