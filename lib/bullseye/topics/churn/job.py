"""The job `model_churn`."""

from __future__ import annotations

from collections.abc import Collection

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.tables.silver import PARTIES
from bullseye.topics.churn.settings import ChurnSettings

_ALWAYS = (
    "features.party_day",
    "features.identity_map",
    "gold.customer",
    "silver.product",
    "silver.market_event",
)


def _reads(settings: Settings) -> Collection[str]:
    facts = {f"silver.{fact}" for question in settings[ChurnSettings].questions for fact in question.facts}
    return {*_ALWAYS, *facts}


JOB = Job(
    name="model_churn",
    run=lazy("bullseye.topics.churn.churn_tables:model_churn"),
    reads=(*_ALWAYS, *(table.name for table in PARTIES)),
    writes=("gold.spell", "gold.churn", "gold.survival", "gold.hazard", "gold.driver"),
    settings=(
        ChurnSettings,
        Measures,
    ),
    texts=(ChurnSettings,),
    reads_by_settings=_reads,
    enabled=enabled_by_files(ChurnSettings),
    check=lazy("bullseye.topics.churn.check:check_leavers"),
    doc="Follow customers month by month until they leave: churn, survival, hazards, and what drives them away.",
)
