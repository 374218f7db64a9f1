"""What sets groups of customers apart."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.portraits.job import JOB
from bullseye.topics.portraits.tables import TABLES

TOPIC = Topic(
    name="portraits",
    jobs=(JOB,),
    tables=TABLES,
    section="bullseye.topics.portraits.report:SECTION",
)
