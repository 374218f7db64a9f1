"""The job `train_models`: one model a target, judged on rows that it has not seen, as rows of `ops.model*`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.parallel import in_parallel
from bullseye.errors import BullseyeError
from bullseye.learning.linear_model import LinearModel, model_rows
from bullseye.settings.models import Models as ModelSettings
from bullseye.settings.models import Target
from bullseye.settings.snapshots import MonthlySnapshots
from bullseye.stats.binary import calibration, gains, quality, roc
from bullseye.stats.histogram import Histogram
from bullseye.topics.scoring.evaluation import LOGISTIC, OUT_OF_TIME, TRAIN, Models, judge
from bullseye.topics.scoring.labels import campaign_rows, monthly_rows, monthly_samples
from bullseye.topics.scoring.rows import columns_used, training_rows
from bullseye.topics.scoring.training import TrainedModel, fit

_log = logging.getLogger(__name__)
_AT_ONCE = 3
"""Targets that are trained side by side."""


@dataclass(frozen=True)
class Trained:
    """A target's model, and how it was judged by model and sample."""

    model: TrainedModel
    judged: Mapping[tuple[str, str], Histogram]


def train_models(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """`ops.model`, `ops.model_metric` and `ops.model_curve` of every target; empty where there is no target."""
    targets = context.settings[ModelSettings].targets
    first_day = _first_day(inputs, context) if targets else context.as_of
    rows: dict[str, list[Mapping[str, object]]] = {"ops.model": [], "ops.model_metric": [], "ops.model_curve": []}
    # A fit of few rows is a chain of short Spark jobs that leave most cores idle.
    tasks = [partial(_train_target, inputs, context, target, first_day) for target in targets]
    for target, trained in zip(targets, in_parallel(tasks, at_once=_AT_ONCE, spark=context.spark), strict=True):
        version = trained.model.version(target.name, context.as_of)
        of_target = {"as_of": context.as_of, "target": target.name}
        of_model = {**of_target, "model_version": version}
        rows["ops.model"] += [{**of_model, **row} for row in model_rows(trained.model.linear)]
        rows["ops.model_metric"] += [{**of_model, **row} for row in metric_rows(trained.judged)]
        rows["ops.model_curve"] += [{**of_target, **row} for row in curve_rows(trained.judged[LOGISTIC, OUT_OF_TIME])]
    return {table: context.frame(table, of_table) for table, of_table in rows.items()}


def _train_target(inputs: Inputs, context: Context, target: Target, first_day: date) -> Trained:
    index = context.settings[ModelSettings].targets.index(target)
    name = f"target {target.name} ({context.settings.place(ModelSettings, 'targets', index)})"
    return train(_labelled(inputs, target, first_day=first_day, as_of=context.as_of, name=name), target, name=name)


def train(labelled: DataFrame, target: Target, *, name: str) -> Trained:
    """Fit and judge one target on rows with their labels and samples.

    The model that is kept is the one that was judged: it has not seen the test rows, nor was it fitted again on them.
    Raises BullseyeError when the training or the test rows do not suffice; `name` says whose they are.
    """
    rows = training_rows(labelled, target).persist()
    try:
        earlier = rows.where(F.col("_sample") == "train")
        baseline = [feature for feature in target.features if feature.name == target.baseline]
        models = Models(
            logistic=fit(earlier, target.features, target, name=name),
            single=fit(earlier, baseline, target, name=name),
            random=fit(rows.where(F.col("_random") == "train"), target.features, target, name=name),
        )
        judged = judge(rows, models)
    finally:
        rows.unpersist()
    if (LOGISTIC, OUT_OF_TIME) not in judged:
        raise BullseyeError(
            f"{name}: there are no test rows, so that the model cannot be judged out of time;"
            " for campaigns, set test_from earlier than the start of one that is over by then, or pass a later --as-of"
        )
    _warn_if_separated(judged[LOGISTIC, TRAIN], models.logistic.linear, name=name)
    return Trained(models.logistic, judged)


def _warn_if_separated(training: Histogram, model: LinearModel, *, name: str) -> None:
    """Warn when the features together separate the outcomes perfectly; MLlib does not, and coefficients mean little."""
    if quality(training).auc == 1.0:
        _, strongest = max(zip(model.coefficients, model.terms, strict=True), key=lambda one: abs(one[0]))
        _log.warning(
            "%s: the features together separate the outcomes of all training rows perfectly, most of all %s; such a feature"
            " often holds the outcome itself. Remove it, or raise regularisation",
            name,
            strongest.name,
        )


def _first_day(inputs: Inputs, context: Context) -> date:
    found = inputs["features.party_day"].agg(F.min("day").alias("day")).first()
    if found is None or found["day"] is None:
        raise BullseyeError(
            f"features.party_day has no rows up to {context.as_of}, so that no model can learn; check --as-of"
        )
    day: date = found["day"]
    return day


def _labelled(inputs: Inputs, target: Target, *, first_day: date, as_of: date, name: str) -> DataFrame:
    spec, identity_map = target.snapshots, inputs["features.identity_map"]
    wide = inputs["features.training_snapshot"]
    # A plan over the few columns that are needed is made in a fraction of the time.
    needed = {"customer_id", "as_of"} | columns_used(target)
    snapshots = wide.select(*(name for name in wide.columns if name in needed))
    if isinstance(spec, MonthlySnapshots):
        samples = monthly_samples(spec, spec.dates(first_day, as_of), as_of)
        if "train" not in samples.values():
            raise BullseyeError(
                f"{name}: no snapshot is left to train on: of the month ends from {max(first_day, spec.first or first_day)} to {as_of}"
                f" {len(samples)} have a known outcome, and the last {spec.test_snapshots} test; training outcomes must be known"
                " before the first of those. Lower test_snapshots or horizon_days, set first earlier, or wait for more data"
            )
        return monthly_rows(snapshots, inputs["features.party_day"], identity_map, spec=spec, samples=samples)
    return campaign_rows(
        snapshots,
        inputs["silver.campaign"],
        inputs["silver.contact"],
        inputs["silver.response"],
        identity_map,
        spec=spec,
        first_day=first_day,
        as_of=as_of,
    )


def metric_rows(judged: Mapping[tuple[str, str], Histogram]) -> list[dict[str, object]]:
    """Rows of `ops.model_metric` without as_of, target and version."""
    return [
        {"model": model, "sample": sample, **asdict(quality(histogram))}
        for (model, sample), histogram in judged.items()
    ]


def curve_rows(histogram: Histogram) -> list[dict[str, object]]:
    """Rows of `ops.model_curve` without as_of and target; none of a curve that a missing class leaves undefined."""
    measured = quality(histogram)
    curves = {"calibration": calibration(histogram)}
    if measured.auc is not None:
        curves |= {"gains": gains(histogram), "roc": roc(histogram)}
    return [
        {"curve": curve, "point": index, "x": point.x, "y": point.y, "rows": point.rows}
        for curve, points in curves.items()
        for index, point in enumerate(points)
    ]
