"""The job `build_segments`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.topics.segments.settings import Segments

JOB = Job(
    name="build_segments",
    run=lazy("bullseye.topics.segments.build:build_segments"),
    reads=("gold.customer",),
    writes=("gold.segment_assignment", "gold.segment_profile", "ops.cluster_choice"),
    settings=(Segments,),
    texts=(Segments,),
    check=lazy("bullseye.topics.segments.check:check_segments"),
    doc="Segment customers: RFM bands with names, and k-means clusters with the number of clusters chosen by the data.",
)
