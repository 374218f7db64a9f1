"""Judges a model on held-out rows, compared with a single variable and the base rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.stats.histogram import Histogram, histograms, probability_histogram
from bullseye.topics.scoring.training import TrainedModel

LOGISTIC = "logistic regression"
SINGLE = "single variable"
BASE_RATE = "base rate"
TRAIN = "train"
OUT_OF_TIME = "out of time"
RANDOM = "random split"

_RESOLUTION = 0.01
"""Bins of log-odds: coarse enough to be few, fine enough to leave the area under the curve right to four digits."""


@dataclass(frozen=True)
class Models:
    """What a target is judged by: `random` learned from the random split, the others from the earlier snapshots."""

    logistic: TrainedModel
    single: TrainedModel
    random: TrainedModel


def judge(rows: DataFrame, models: Models) -> Mapping[tuple[str, str], Histogram]:
    """The histogram of every model and sample, in one pass over the rows.

    Samples: train; out of time, as a whole and for each of its snapshots (`out of time 2017-11-30`); random split.
    """
    predictions = rows.select(
        F.col("_label"), F.explode(F.array_compact(F.array(*_predictions(models)))).alias("found")
    )
    counted = probability_histogram(
        predictions.select("_label", "found.*"),
        probability=F.col("probability"),
        outcome=F.col("_label"),
        by=("model", "sample"),
        resolution=_RESOLUTION,
    )
    judged = histograms(counted.collect(), by=("model", "sample"))  # bins of log-odds: their number is bounded
    return {(model, sample): histogram for (model, sample), histogram in judged.items()}


def _predictions(models: Models) -> Iterator[Column]:
    """A struct of model, sample and probability for each part that a row plays; NULL for the parts that it does not."""
    base_rate = F.lit(models.logistic.positives / models.logistic.rows)
    of_model = {
        LOGISTIC: models.logistic.linear.probability(),
        SINGLE: models.single.linear.probability(),
        BASE_RATE: base_rate,
    }
    tested = F.col("_sample") == "test"
    snapshot = F.concat(F.lit(f"{OUT_OF_TIME} "), F.col("as_of").cast("string"))
    for model, value in of_model.items():
        yield _prediction(F.col("_sample") == "train", model, F.lit(TRAIN), value)
        yield _prediction(tested, model, F.lit(OUT_OF_TIME), value)
    yield _prediction(tested, LOGISTIC, snapshot, of_model[LOGISTIC])
    yield _prediction(F.col("_random") == "test", LOGISTIC, F.lit(RANDOM), models.random.linear.probability())


def _prediction(where: Column, model: str, sample: Column, value: Column) -> Column:
    return F.when(where, F.struct(F.lit(model).alias("model"), sample.alias("sample"), value.alias("probability")))
