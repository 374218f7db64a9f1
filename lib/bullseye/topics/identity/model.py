"""A model of probabilistic links as rows, and back."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import metadata
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from bullseye.core.frames import table_frame
from bullseye.settings.linkage import Probabilistic
from bullseye.topics.identity.similarity import Model
from bullseye.topics.identity.tables import IDENTITY_MODEL


def definition(spec: Probabilistic) -> str:
    """A hash of what weights belong to: columns, comparisons, the training's version, and Splink's."""
    definition = spec.model_dump_json(include={"columns": True, "comparisons": True, "training": {"version"}})
    return _short(f"{definition} {metadata.version('splink')}")


def model_id(spec: Probabilistic, trained_on: date | None) -> str:
    """The name of the model that is trained for these settings on data up to that day."""
    return _short(f"{definition(spec)} {trained_on}")


def predictor(spec: Probabilistic, model: str) -> str:
    """A hash of what decides which records match: the model, the blocks and the threshold."""
    return _short(f"{model} {spec.model_dump_json(include={'blocking', 'max_block', 'threshold'})}")


def newest_model(models: DataFrame, spec: Probabilistic) -> Sequence[Row]:
    """The rows of the model that was trained on the newest data for these comparisons; none where there is no such model."""
    rows = models.where(
        F.col("definition") == definition(spec)
    ).collect()  # one row a level of a comparison and training
    if not rows:
        return []
    newest = max(rows, key=lambda row: (row["trained_on"] or date.min, row["model_id"]))["model_id"]
    return [row for row in rows if row["model_id"] == newest]


def is_old(rows: Sequence[Row], spec: Probabilistic, newest_day: date | None) -> bool:
    """Whether the data reach `retrain_days` beyond those that the model was trained on."""
    days, trained_on = spec.training.retrain_days, rows[0]["trained_on"]
    if days is None or trained_on is None or newest_day is None:
        return False
    return bool((newest_day - trained_on).days >= days)


def model_rows(
    spark: SparkSession, model: Model, spec: Probabilistic, *, trained_on: date | None, run_id: str
) -> DataFrame:
    """Splink's model as rows of `ops.identity_model`."""
    levels = [(comparison, value, level) for comparison in model["comparisons"] for value, level in _values(comparison)]
    rows = [
        {
            "model_id": model_id(spec, trained_on),
            "comparison": comparison["output_column_name"],
            "level": value,
            "definition": definition(spec),
            "label": level.get("label_for_charts", level["sql_condition"]),
            "condition": level["sql_condition"],
            "is_null": bool(level.get("is_null_level")),
            "m": level.get("m_probability"),
            "u": level.get("u_probability"),
            "match_weight": _weight(level.get("m_probability"), level.get("u_probability")),
            "term_frequency": "tf_adjustment_column" in level,
            "prior": model["probability_two_random_records_match"],
            "trained_on": trained_on,
            "run_id": run_id,
        }
        for comparison, value, level in levels
    ]
    return table_frame(spark, IDENTITY_MODEL, rows)


def model_of(rows: Sequence[Row], spec: Probabilistic) -> Model:
    """The model of these rows, its comparisons in the order of the settings."""
    by_comparison: dict[str, list[Row]] = {}
    for row in sorted(rows, key=_place):
        by_comparison.setdefault(row["comparison"], []).append(row)
    comparisons: list[Mapping[str, Any]] = [
        {
            "comparison_levels": [
                {"m_probability": row["m"], "u_probability": row["u"]} for row in by_comparison[compared.column]
            ]
        }
        for compared in spec.comparisons
    ]
    return {"comparisons": comparisons, "probability_two_random_records_match": rows[0]["prior"]}


def _values(comparison: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The levels of a comparison, each with its value in the comparison vector: -1 for missing values, 0 for the last."""
    levels = comparison["comparison_levels"]
    value = sum(not level.get("is_null_level") for level in levels)
    for level in levels:
        if level.get("is_null_level"):
            yield -1, level
        else:
            value -= 1
            yield value, level


def _place(row: Row) -> tuple[bool, int]:
    """Missing values first, then from equal to different: the order in which Splink tries the levels."""
    return not row["is_null"], -row["level"]


def _weight(m: float | None, u: float | None) -> float | None:
    return math.log2(m / u) if m and u else None


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
