"""Who is who: parties of source systems to customers, with ids and numbers that stay."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.settings.identity import Identity
from bullseye.topics.identity.job import JOB
from bullseye.topics.identity.tables import TABLES

TOPIC = Topic(
    name="identity",
    jobs=(JOB,),
    settings=(Identity,),
    tables=TABLES,
    section="bullseye.topics.identity.report:SECTION",
)
