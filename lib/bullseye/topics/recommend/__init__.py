"""What to offer each customer next, and why."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.recommend.job import JOB
from bullseye.topics.recommend.tables import TABLES

TOPIC = Topic(
    name="recommend",
    jobs=(JOB,),
    settings=(),
    tables=TABLES,
    section="bullseye.topics.recommend.report:SECTION",
)
