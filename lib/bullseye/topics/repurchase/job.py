"""The job `analyse_repurchase`."""

from __future__ import annotations

from collections.abc import Collection

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.settings import Settings
from bullseye.tables.silver import PARTIES
from bullseye.topics.repurchase.settings import RepurchaseSettings


def _reads(settings: Settings) -> Collection[str]:
    questions = settings[RepurchaseSettings].questions
    facts = {f"silver.{fact}" for question in questions for fact in (question.fact, question.outcome.fact)}
    return {"features.identity_map", "silver.product", *facts}


JOB = Job(
    name="analyse_repurchase",
    run=lazy("bullseye.topics.repurchase.repurchase_tables:analyse_repurchase"),
    reads=("features.identity_map", "silver.product", *(table.name for table in PARTIES)),
    writes=("ops.factor", "ops.factor_loading", "gold.factor_weight"),
    settings=(RepurchaseSettings,),
    texts=(RepurchaseSettings,),
    reads_by_settings=_reads,
    enabled=enabled_by_files(RepurchaseSettings),
    check=lazy("bullseye.topics.repurchase.repurchase_tables:check_repurchase"),
    doc="Find the factors behind survey answers and other items, and weigh each for buying again.",
)
