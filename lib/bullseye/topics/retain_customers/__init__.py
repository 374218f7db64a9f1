"""What to do about customers who may leave."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.retain_customers.job import JOB
from bullseye.topics.retain_customers.settings import RetainCustomersSettings
from bullseye.topics.retain_customers.tables import TABLES

TOPIC = Topic(
    name="retain_customers",
    jobs=(JOB,),
    settings=(RetainCustomersSettings,),
    tables=TABLES,
    section="bullseye.topics.retain_customers.report:SECTION",
)
