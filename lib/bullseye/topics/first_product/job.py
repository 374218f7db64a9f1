"""The job `predict_first_product`."""

from __future__ import annotations

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.topics.first_product.settings import Prospects

JOB = Job(
    name="predict_first_product",
    run=lazy("bullseye.topics.first_product.prospects:predict_first_product"),
    reads=("gold.customer", "features.training_snapshot", "silver.holding", "silver.product", "features.identity_map"),
    writes=("gold.prospect", "gold.prospect_quality", "gold.prospect_term"),
    settings=(Prospects,),
    texts=(Prospects,),
    enabled=enabled_by_files(Prospects),
    check=lazy("bullseye.topics.first_product.prospects:check_prospects"),
    doc="Predict the likeliest first lines of prospects.",
)
