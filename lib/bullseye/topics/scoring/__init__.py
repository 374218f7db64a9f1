"""What customers will probably do: targets from models.yaml, learned, judged and applied."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.settings.models import Models
from bullseye.topics.scoring.entries import target_entries
from bullseye.topics.scoring.job import SCORE, TRAIN
from bullseye.topics.scoring.tables import TABLES

TOPIC = Topic(
    name="scoring",
    jobs=(
        TRAIN,
        SCORE,
    ),
    settings=(Models,),
    tables=TABLES,
    section="bullseye.topics.scoring.report:SECTION",
    entries=target_entries,
    shows=(Models,),
    published=("ops.model", "ops.model_metric", "ops.model_curve"),
)
