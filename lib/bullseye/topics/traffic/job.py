"""The job `measure_traffic`."""

from __future__ import annotations

from collections.abc import Collection

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.settings import Settings
from bullseye.topics.traffic.settings import CONVERSION_FACTS, TrafficSettings


def _reads(settings: Settings) -> Collection[str]:
    asked = settings[TrafficSettings]
    found = {"gold.customer"}
    if asked.traffic:
        found |= {"silver.touch", "features.identity_map"}
        if asked.traffic.conversion:
            found.add(f"silver.{asked.traffic.conversion.fact}")
    return found


JOB = Job(
    name="measure_traffic",
    run=lazy("bullseye.topics.traffic.traffic_tables:measure_traffic"),
    reads=("gold.customer", "features.identity_map", "silver.touch", *(f"silver.{fact}" for fact in CONVERSION_FACTS)),
    writes=("gold.traffic", "gold.place_traffic"),
    settings=(TrafficSettings,),
    texts=(TrafficSettings,),
    reads_by_settings=_reads,
    enabled=enabled_by_files(TrafficSettings),
    check=lazy("bullseye.topics.traffic.traffic_tables:check_traffic"),
    doc="Measure visitors by channel and screen with what comes of them, and customers by region, branch and distance.",
)
