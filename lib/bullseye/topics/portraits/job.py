"""The job `draw_portraits`."""

from __future__ import annotations

from bullseye.core.asked import asks_for
from bullseye.core.job import Job, lazy
from bullseye.settings.models import Models
from bullseye.topics.portraits.settings import Portraits

JOB = Job(
    name="draw_portraits",
    run=lazy("bullseye.topics.portraits.portraits:draw_portraits"),
    reads=("gold.customer", "gold.customer_tier", "gold.segment_assignment", "gold.score"),
    writes=("gold.customer_portrait", "gold.portrait"),
    settings=(
        Portraits,
        Models,
    ),
    texts=(Portraits,),
    asked=asks_for(Portraits),
    check=lazy("bullseye.topics.portraits.portraits:check_portraits"),
    doc="Say who is in named groups of customers, and compare them with the rest, feature by feature.",
)
