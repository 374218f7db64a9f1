"""Who leaves when, where and why."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.churn.job import JOB
from bullseye.topics.churn.settings import ChurnSettings
from bullseye.topics.churn.tables import TABLES

TOPIC = Topic(
    name="churn",
    jobs=(JOB,),
    settings=(ChurnSettings,),
    tables=TABLES,
    section="bullseye.topics.churn.report:SECTION",
)
