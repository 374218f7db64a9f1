"""The job `mine_associations`."""

from __future__ import annotations

from collections.abc import Collection

from bullseye.core.job import Job, lazy
from bullseye.settings import Settings
from bullseye.settings.association import Association

_LINES = ("silver.order_line", "silver.product")
_MAP = "features.identity_map"


def _reads(settings: Settings) -> Collection[str]:
    return (*_LINES, _MAP) if settings[Association].basket == "customer" else _LINES


JOB = Job(
    name="mine_associations",
    run=lazy("bullseye.topics.association.build:mine_associations"),
    reads=(*_LINES, _MAP),
    writes=("gold.association_rule", "ops.rule_backtest"),
    settings=(Association,),
    reads_by_settings=_reads,
    doc="Mine association rules from baskets by FP-Growth, and test them on baskets they have not seen.",
)
