"""What each customer prefers."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.preferences.job import JOB
from bullseye.topics.preferences.settings import PreferencesSettings
from bullseye.topics.preferences.tables import TABLES

TOPIC = Topic(
    name="preferences",
    jobs=(JOB,),
    settings=(PreferencesSettings,),
    tables=TABLES,
    section="bullseye.topics.preferences.report:SECTION",
)
