"""Fits a target's logistic regression, whose every number can be read: means, deviations, and coefficients per deviation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame

from bullseye.errors import BullseyeError
from bullseye.learning.features import predictors
from bullseye.learning.fit import ridge_logistic
from bullseye.learning.guards import guarded
from bullseye.learning.linear_model import LinearModel, model_rows
from bullseye.learning.terms import described, in_few_tasks
from bullseye.settings.models import Target
from bullseye.settings.vocabulary import Feature


@dataclass(frozen=True)
class TrainedModel:
    """A logistic model, and how many rows, and positives among them, it was trained on."""

    linear: LinearModel
    rows: int
    positives: int

    def version(self, target: str, as_of: date) -> str:
        """A name that changes exactly when the model does: its day, and a hash of its numbers and training rows."""
        numbers = json.dumps([target, self.rows, self.positives, model_rows(self.linear)])
        return f"{as_of:%Y%m%d}-{hashlib.sha256(numbers.encode()).hexdigest()[:10]}"


def fit(rows: DataFrame, features: Sequence[Feature], target: Target, *, name: str) -> TrainedModel:
    """Fit on `rows`, which have `_label` (0 or 1) and a column for each feature.

    The penalty makes collinear and separating features estimable, but not readable: they are left out.
    Raises BullseyeError when there are too few rows of a class, a feature is not finite, or none is left; `name` names the
    model.
    """
    sample = described(rows, predictors(features), outcome="_label", name=name)
    _check_classes(sample.events, sample.rows - sample.events, at_least=target.min_positives, name=name)
    few = in_few_tasks(rows, sample.rows)
    terms = guarded(few, sample.terms, classes="_label", name=name)
    if all(term.scale.deviation == 0 for term in terms):
        raise BullseyeError(
            f"{name}: every feature is constant in the training rows, or separates the outcomes perfectly;"
            f" choose features that differ between customers, and that do not hold the outcome"
            f" (given: {', '.join(term.name for term in terms)})"
        )
    linear = ridge_logistic(few, terms, label="_label", regularisation=target.regularisation, name=name)
    return TrainedModel(linear, sample.rows, sample.events)


def _check_classes(positives: int, negatives: int, *, at_least: int, name: str) -> None:
    if min(positives, negatives) >= at_least:
        return
    which = "with" if positives <= negatives else "without"
    raise BullseyeError(
        f"{name}: {min(positives, negatives)} of {positives + negatives} training rows are {which} the outcome,"
        f" fewer than min_positives ({at_least}); learn from more snapshots or a longer time,"
        " check event, outcome or stage of the target, or lower its min_positives"
    )
