"""Features of the settings as numbers that a model learns from: SQL with a transform, one column each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from bullseye.settings.vocabulary import Feature

PREFIX = "x_"
"""Before the name of a feature, where it is a column: it may have the name of a column that it is made from."""


@dataclass(frozen=True)
class Predictor:
    """A number of each row that a model may use: its name, its SQL, and its meaning in words."""

    name: str
    expression: str
    meaning: str

    @property
    def column(self) -> str:
        """Name of the column that holds it."""
        return PREFIX + self.name


def expression(feature: Feature) -> str:
    """The feature with its transform, as SQL that gives a DOUBLE; NULL where its columns are."""
    number = f"CAST(({feature.sql}) AS DOUBLE)"
    return f"signum({number}) * log1p(abs({number}))" if feature.transform == "log" else number


def meaning(feature: Feature) -> str:
    """The feature in words; its name where the settings give none."""
    return feature.doc or feature.name


def predictors(features: Iterable[Feature]) -> tuple[Predictor, ...]:
    """The features, in their order."""
    return tuple(Predictor(one.name, expression(one), meaning(one)) for one in features)


def feature_columns(features: Iterable[Feature]) -> list[Column]:
    """Every feature as a column, named by `PREFIX` and its name."""
    return [F.expr(expression(feature)).alias(PREFIX + feature.name) for feature in features]
