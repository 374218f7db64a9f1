"""Features of a target: SQL over the customer's columns, each with its transform, as numbers."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.expressions import names_in
from bullseye.settings.models import Feature, Target

PREFIX = "x_"
"""Before the name of a feature, where it is a column: it may have the name of a column that it is made from."""


def expression(feature: Feature) -> str:
    """The feature with its transform, as SQL that gives a DOUBLE; NULL where its columns are."""
    number = f"CAST(({feature.sql}) AS DOUBLE)"
    return f"signum({number}) * log1p(abs({number}))" if feature.transform == "log" else number


def meaning(feature: Feature) -> str:
    """What the feature says, in words; its name where the settings say no more."""
    return feature.doc or feature.name


def columns_used(target: Target) -> set[str]:
    """Words of the target's population and features: among them all the columns that it needs."""
    return names_in(target.population).union(*(names_in(feature.sql) for feature in target.features))


def feature_columns(features: Iterable[Feature]) -> list[Column]:
    """Every feature as a column, named by `PREFIX` and its name."""
    return [F.expr(expression(feature)).alias(PREFIX + feature.name) for feature in features]


def training_rows(labelled: DataFrame, target: Target) -> DataFrame:
    """Rows of the target's population with their features, sample and label; `_random` is the sample of a random split.

    A customer is on one side of the random split with all their rows, so that nothing of a test row is in the training.
    Rows lie in a fixed order: sums of floating point numbers depend on it in the last digits.
    """
    of_hundred = F.pmod(F.xxhash64("customer_id", F.lit(target.seed)), F.lit(100))
    rows = labelled.where(F.expr(target.population)).select(
        "as_of",
        "customer_id",
        "_unit",
        "_sample",
        F.when(of_hundred < 30, "test").otherwise("train").alias("_random"),
        "_label",
        *feature_columns(target.features),
    )
    return rows.repartition("customer_id").sortWithinPartitions("customer_id", "as_of", "_unit")
