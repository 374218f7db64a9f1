"""Rows that a target's model learns from, and the columns that it needs."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.expressions import names_in
from bullseye.learning.features import feature_columns
from bullseye.settings.models import Target


def columns_used(target: Target) -> set[str]:
    """Words of the target's population and features: among them all the columns that it needs."""
    return names_in(target.where).union(*(names_in(feature.sql) for feature in target.features))


def training_rows(labelled: DataFrame, target: Target) -> DataFrame:
    """Rows of the target's population with their features, sample and label; `_random` is the sample of a random split.

    A customer is on one side of the random split with all their rows, so that nothing of a test row is in the training.
    Rows lie in a fixed order: sums of floating point numbers depend on it in the last digits.
    """
    of_hundred = F.pmod(F.xxhash64("customer_id", F.lit(target.seed)), F.lit(100))
    rows = labelled.where(F.expr(target.where)).select(
        "as_of",
        "customer_id",
        "_unit",
        "_sample",
        F.when(of_hundred < 30, "test").otherwise("train").alias("_random"),
        "_label",
        *feature_columns(target.features),
    )
    return rows.repartition("customer_id").sortWithinPartitions("customer_id", "as_of", "_unit")
