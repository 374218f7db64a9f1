"""The suite: every job there is. Their order follows from the tables that they read and write."""

from __future__ import annotations

from bullseye.core.job import Job
from bullseye.customers.job import CUSTOMERS, PARTY_DAYS, TRAINING_SNAPSHOTS
from bullseye.identity.job import JOB as RESOLVE_IDENTITY
from bullseye.sources.job import JOB as INGEST_SOURCES

JOBS: tuple[Job, ...] = (
    INGEST_SOURCES,
    RESOLVE_IDENTITY,
    PARTY_DAYS,
    CUSTOMERS,
    TRAINING_SNAPSHOTS,
)
