"""The job `retain_customers`."""

from __future__ import annotations

from collections.abc import Collection

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.settings import Settings
from bullseye.topics.retain_customers.settings import RetainCustomersSettings


def _reads(settings: Settings) -> Collection[str]:
    found = {"gold.customer"}
    for plan in settings[RetainCustomersSettings].plans:
        found |= {"gold.recommendation", "gold.spell" if plan.leavers else "gold.score"}
        found |= {"features.party_day", "features.identity_map"} if plan.month_day_where else set()
    return found


JOB = Job(
    name="retain_customers",
    run=lazy("bullseye.topics.retain_customers.plan_tables:retain_customers"),
    reads=(
        "gold.customer",
        "gold.spell",
        "gold.score",
        "gold.recommendation",
        "features.party_day",
        "features.identity_map",
    ),
    writes=("gold.maintenance_plan",),
    settings=(RetainCustomersSettings,),
    texts=(RetainCustomersSettings,),
    reads_by_settings=_reads,
    enabled=enabled_by_files(RetainCustomersSettings),
    check=lazy("bullseye.topics.retain_customers.plan_tables:check_maintenance"),
    doc="Plan for those likely to leave: offer, channel, time, and whether the customer is worth the cost.",
)
