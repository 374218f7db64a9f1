"""Who holds which lines of products."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.holdings.job import JOB
from bullseye.topics.holdings.settings import Lines
from bullseye.topics.holdings.tables import TABLES

TOPIC = Topic(
    name="holdings",
    jobs=(JOB,),
    settings=(Lines,),
    tables=TABLES,
    section="bullseye.topics.holdings.report:SECTION",
    shows=(Lines,),
)
