"""Behavioural tags: a catalogue of rules, statistics and preferences, and who has which."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.tags.entries import tag_entries
from bullseye.topics.tags.job import JOB
from bullseye.topics.tags.settings import Tags
from bullseye.topics.tags.tables import TABLES

TOPIC = Topic(
    name="tags",
    jobs=(JOB,),
    settings=(Tags,),
    tables=TABLES,
    section="bullseye.topics.tags.report:SECTION",
    entries=tag_entries,
)
