"""Where visitors come from, and where customers live."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.traffic.job import JOB
from bullseye.topics.traffic.settings import TrafficSettings
from bullseye.topics.traffic.tables import TABLES

TOPIC = Topic(
    name="traffic",
    jobs=(JOB,),
    settings=(TrafficSettings,),
    tables=TABLES,
    section="bullseye.topics.traffic.report:SECTION",
)
