"""The jobs `train_models` and `score_customers`."""

from __future__ import annotations

from bullseye.core.job import Job
from bullseye.scoring.check import check_models
from bullseye.scoring.score import score_customers
from bullseye.scoring.train import train_models

TRAIN = Job(
    name="train_models",
    run=train_models,
    reads=(
        "features.training_snapshot",
        "features.party_day",
        "features.identity_map",
        "silver.campaign",
        "silver.contact",
        "silver.response",
    ),
    writes=("ops.model", "ops.model_metric", "ops.model_curve"),
    settings=("models",),
    check=check_models,
    doc="Learn each target of models.yaml by logistic regression, and judge it on later snapshots.",
)

SCORE = Job(
    name="score_customers",
    run=score_customers,
    reads=("gold.customer", "ops.model"),
    writes=("gold.score",),
    settings=("models",),
    doc="Give every customer a probability, rank and reasons for each target.",
)
