"""The job `measure_traffic`."""

from __future__ import annotations

from collections.abc import Collection

from bullseye.core.enabled import enabled_by
from bullseye.core.job import Job, lazy
from bullseye.settings import Settings
from bullseye.topics.traffic.settings import CONVERSION_FACTS, TrafficSettings


def _reads(settings: Settings) -> Collection[str]:
    asked = settings[TrafficSettings]
    tables = {"gold.customer"}
    if asked.traffic:
        tables |= {"silver.touch", "features.identity_map"}
        if asked.traffic.conversion:
            tables.add(f"silver.{asked.traffic.conversion.fact}")
    return tables


JOB = Job(
    name="measure_traffic",
    run=lazy("bullseye.topics.traffic.traffic_tables:measure_traffic"),
    reads=("gold.customer", "features.identity_map", "silver.touch", *(f"silver.{fact}" for fact in CONVERSION_FACTS)),
    writes=("gold.traffic", "gold.place_traffic"),
    settings=(TrafficSettings,),
    texts=(TrafficSettings,),
    reads_for=_reads,
    enabled=enabled_by(TrafficSettings),
    check=lazy("bullseye.topics.traffic.traffic_tables:check_traffic"),
    doc="Measure visitors by channel and screen with what comes of them, and customers by region, branch and distance.",
)
