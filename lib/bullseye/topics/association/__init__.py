"""From receipts to rules: what is bought together, and what such rules are worth."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.settings.association import Association
from bullseye.topics.association.job import JOB
from bullseye.topics.association.tables import TABLES

TOPIC = Topic(
    name="association",
    jobs=(JOB,),
    settings=(Association,),
    tables=TABLES,
    section="bullseye.topics.association.report:SECTION",
    published=("ops.rule_backtest",),
)
