"""The job `ingest_sources`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.core.job import Sources as OfSources
from bullseye.settings import Silver
from bullseye.settings.deployment import Deployment
from bullseye.settings.identity import Identity
from bullseye.settings.sources import Sources

JOB = Job(
    name="ingest_sources",
    run=lazy("bullseye.topics.sources.ingest:ingest_sources"),
    # Written side by side in this order: the largest first.
    writes=(
        "silver.event",
        "silver.order_line",
        "silver.balance",
        "silver.touch",
        "ops.quarantine",
        "ops.quality",
        "silver.person",
        "silver.identifier",
        "silver.product",
        "silver.holding",
        "silver.place",
        "silver.market_event",
        "silver.campaign",
        "silver.contact",
        "silver.response",
        "silver.coupon",
        "ops.source_file",
    ),
    # What the last ingest read: when its files were delivered, and how many rows they had; and what was rejected.
    previous=("ops.source_file", "ops.quarantine"),
    settings=(
        Deployment,
        Sources,
        Silver,
        Identity,
    ),
    kind=OfSources(lazy("bullseye.topics.sources.read:open_sources")),
    check=lazy("bullseye.topics.sources.mapping:check_mapping"),
    doc="Read the source files, check every row, quarantine the broken ones with their reasons, and map the rest to the silver tables.",
)
