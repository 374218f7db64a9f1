"""From a company's files to the canonical silver tables."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.settings.sources import Sources
from bullseye.topics.sources.entries import source_entries
from bullseye.topics.sources.job import JOB
from bullseye.topics.sources.tables import TABLES

TOPIC = Topic(
    name="sources",
    jobs=(JOB,),
    settings=(Sources,),
    tables=TABLES,
    section="bullseye.topics.sources.report:SECTION",
    entries=source_entries,
    published=("ops.quality",),
)
