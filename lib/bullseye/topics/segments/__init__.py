"""Segments: RFM bands with names, and k-means clusters with profiles."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.segments.entries import segment_entries
from bullseye.topics.segments.job import JOB
from bullseye.topics.segments.settings import Segments
from bullseye.topics.segments.tables import TABLES

TOPIC = Topic(
    name="segments",
    jobs=(JOB,),
    settings=(Segments,),
    tables=TABLES,
    section="bullseye.topics.segments.report:SECTION",
    published=("ops.cluster_choice",),
    entries=segment_entries,
    shows=(Segments,),
)
