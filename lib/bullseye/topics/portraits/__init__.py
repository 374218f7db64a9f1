"""How groups of customers differ from the others."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.portraits.job import JOB
from bullseye.topics.portraits.settings import Portraits
from bullseye.topics.portraits.tables import TABLES

TOPIC = Topic(
    name="portraits",
    jobs=(JOB,),
    settings=(Portraits,),
    tables=TABLES,
    section="bullseye.topics.portraits.report:SECTION",
    shows=(Portraits,),
)
