"""The jobs `train_models` and `score_customers`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.settings.models import Models

TRAIN = Job(
    name="train_models",
    run=lazy("bullseye.topics.scoring.train:train_models"),
    reads=(
        "features.training_snapshot",
        "features.party_day",
        "features.identity_map",
        "silver.campaign",
        "silver.contact",
        "silver.response",
    ),
    writes=("ops.model", "ops.model_metric", "ops.model_curve"),
    settings=(Models,),
    texts=(Models,),
    check=lazy("bullseye.topics.scoring.check:check_models"),
    doc="Learn each target of models.yaml by logistic regression, and judge it on later snapshots.",
)

SCORE = Job(
    name="score_customers",
    run=lazy("bullseye.topics.scoring.score:score_customers"),
    reads=("gold.customer", "ops.model"),
    writes=("gold.score",),
    settings=(Models,),
    doc="Give every customer a probability, rank and reasons for each target.",
)
