"""The job `resolve_identity`."""

from __future__ import annotations

from bullseye.core.job import Job
from bullseye.identity.resolve import PARTY_TABLES, resolve_identity

JOB = Job(
    name="resolve_identity",
    run=resolve_identity,
    reads=PARTY_TABLES,
    writes=("features.identity_map", "features.customer_number", "ops.identity_ledger"),
    previous=("features.customer_number",),
    timeless=True,
    by_content=True,
    doc="Decide which parties are one customer, number the customers, and keep a ledger of every change.",
)
