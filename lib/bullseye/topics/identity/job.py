"""The job `resolve_identity`."""

from __future__ import annotations

from bullseye.core.job import AllTime, Job, lazy
from bullseye.settings.identity import Identity
from bullseye.tables.silver import PARTIES

JOB = Job(
    name="resolve_identity",
    run=lazy("bullseye.topics.identity.resolve:resolve_identity"),
    reads=tuple(table.name for table in PARTIES),
    writes=(
        "ops.identity_ledger",
        "features.identity_map",
        "features.customer_number",
        "features.identity_link",
        "features.identity_alias",
        "features.identity_record",
        "ops.identity_model",
        "ops.identity_refusal",
        "ops.identity_quality",
    ),
    previous=(
        "features.customer_number",
        "ops.identity_ledger",
        "features.identity_record",
        "ops.identity_model",
    ),
    settings=(Identity,),
    kind=AllTime(),
    check=lazy("bullseye.topics.identity.check:check_identity"),
    doc="Decide which parties are one customer, number the customers, and keep a ledger of every change.",
)
