"""The models: how well they predict, what moves them, and how they score the customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, Heading, Prose, charts, nothing
from bullseye.report.changes import row_count, sign
from bullseye.report.listing import Field, Listing, Rows, listing
from bullseye.report.section import Changes, CustomerLists, Highlight, Query, Section, SectionData, Source
from bullseye.report.wording import Wording, signed, words
from bullseye.settings.models import Models
from bullseye.topics.scoring.charts import coefficients, first_reasons, model_curves, score_bands

_METRICS = (
    Field("model", "model", "words"),
    Field("sample", "sample"),
    Field("rows", "rows", "whole"),
    Field("outcomes", "positives", "whole"),
    Field("AUC", "auc", "decimal", places=3),
    Field("KS", "ks", "decimal", places=3),
    Field("Brier", "brier", "decimal", places=4),
    Field("log loss", "log_loss", "decimal", places=4),
    Field("lift of the top tenth", "top_decile_lift", "decimal"),
)
_COMPARED_METRICS = (
    ("auc", "AUC", 3),
    ("ks", "KS", 3),
    ("brier", "Brier score", 4),
    ("top_decile_lift", "lift of the top tenth", 2),
)
_COMPARED = (
    Field("target", "target", "words"),
    Field("out of time", "metric"),
    Field("now", "now", "decimal", places=4),
    Field("before", "before", "decimal", places=4),
    Field("difference", "difference", "decimal", places=4, change=True),
)


def score_counts(source: Source) -> DataFrame:
    """Customers by target, band of ten percent, first reason, its direction, and whether they are of the top tenth."""
    percent = F.round(F.col("probability") * 100).cast("int")
    band = (F.least(percent, F.lit(99)) / 10).cast("int") * 10
    counted = source.tables["gold.score"].groupBy(
        "target",
        band.alias("band"),
        (F.col("decile") == 1).alias("top"),
        F.col("reason_1").alias("reason"),
        F.col("reason_1_direction").alias("direction"),
    )
    return counted.agg(
        F.count(F.lit(1)).alias("customers"),
        F.sum(F.col("probability").cast("decimal(18,6)")).alias("expected"),
    )


def by_band(counts: Rows) -> Rows:
    """By target and band of ten percent: customers, those of the top tenth, and the sum of the probabilities."""
    customers: Counter[tuple[str, int]] = Counter()
    top: Counter[tuple[str, int]] = Counter()
    expected: dict[tuple[str, int], Decimal] = {}
    for row in counts:
        key = (row["target"], row["band"])
        customers[key] += row["customers"]
        top[key] += row["customers"] if row["top"] else 0
        expected[key] = expected.get(key, Decimal(0)) + row["expected"]
    return tuple(
        {
            "target": key[0],
            "band": key[1],
            "customers": customers[key],
            "top": top[key],
            "expected": expected[key],
        }
        for key in sorted(customers)
    )


def by_reason(counts: Rows) -> Rows:
    """By target, first reason and its direction: the customers, and those of the top tenth; the most frequent first."""
    everyone: Counter[tuple[str, str, str]] = Counter()
    top: Counter[tuple[str, str, str]] = Counter()
    for row in counts:
        if row["reason"] is not None:
            key = (row["target"], row["reason"], row["direction"])
            everyone[key] += row["customers"]
            top[key] += row["customers"] if row["top"] else 0
    return tuple(
        {"target": key[0], "reason": key[1], "direction": key[2], "customers": count, "top": top[key]}
        for key, count in sorted(everyone.items(), key=lambda item: (item[0][0], -item[1], item[0]))
    )


def _blocks(data: SectionData) -> Iterator[Block]:
    models: Models = data.settings[Models]
    docs = {target.name: target.doc for target in models.targets}
    bands, reasons = by_band(data.rows["scores"]), by_reason(data.rows["scores"])
    targets = dict.fromkeys(row["target"] for row in (*data.rows["metrics"], *data.rows["models"], *bands))
    for target in targets:
        yield from _model(target, docs.get(target, ""), bands, reasons, data)
    if not targets:
        yield nothing("No models: models.yaml defines no target.")


def _model(target: str, doc: str, bands: Rows, reasons: Rows, data: SectionData) -> Iterator[Block]:
    says, metrics = data.wording, data.rows["metrics"]
    scored = [row for row in bands if row["target"] == target]
    yield Heading(words(target))
    yield Prose((f"{doc} {_scored(scored, says)}".strip(),), "muted")
    yield from charts(model_curves(target, data.rows["curves"], metrics, says))
    drawn = [*coefficients(target, data.rows["models"], says), *score_bands(target, bands, says)]
    yield from charts(drawn, wide=True)
    yield from charts(first_reasons(target, reasons, says))
    measured = sorted((row for row in metrics if row["target"] == target), key=_out_of_time_first)
    if measured:
        note = (
            "Out of time: trained on earlier snapshots, tested on later ones. Brier score and log loss: less is better."
        )
        yield listing(f"metrics-{target}", f"{words(target)}: measured", _METRICS, measured, says, note=note)


def _scored(bands: list[Mapping[str, Any]], says: Wording) -> str:
    customers = sum(row["customers"] for row in bands)
    expected = sum(row["expected"] for row in bands)
    if not customers:
        return ""
    return f"{says.whole(customers)} customers are scored; the sum of their probabilities is {says.whole(expected)}."


def _out_of_time_first(row: Mapping[str, Any]) -> tuple[int, str, int]:
    """The sample that counts, then the others by name; in each the model before what it has to beat."""
    models, samples = ("logistic regression", "single variable", "base rate"), ("out of time",)
    place = models.index(row["model"]) if row["model"] in models else len(models)
    return int(row["sample"] not in samples), row["sample"], place


def _changes(data: SectionData, before: SectionData) -> Changes:
    rows = compared_metrics(data.rows["metrics"], before.rows["metrics"])
    return Changes(
        highlights=tuple(_compared_areas(rows, data.wording)),
        figures=(row_count("Scores", "gold.score", data, before),),
        tables=tuple(_compared(rows, data.wording)),
    )


def compared_metrics(now: Rows, before: Rows) -> Rows:
    """The metrics of every target's model out of time, now and then: one row a target and metric."""

    def out_of_time(rows: Rows) -> dict[str, Mapping[str, Any]]:
        return {
            row["target"]: row
            for row in rows
            if row["model"] == "logistic regression" and row["sample"] == "out of time"
        }

    metrics, then = out_of_time(now), out_of_time(before)
    return tuple(
        {
            "target": target,
            "metric": name,
            "places": places,
            "now": (value := metrics.get(target, {}).get(key)),
            "before": (old := then.get(target, {}).get(key)),
            "difference": value - old if value is not None and old is not None else None,
        }
        for target in {**metrics, **then}
        for key, name, places in _COMPARED_METRICS
    )


def _compared_areas(rows: Rows, wording: Wording) -> Iterator[Highlight]:
    """The area under the curve of every model that has one now and then."""
    for row in rows:
        if row["metric"] == "AUC" and row["now"] is not None and row["before"] is not None:
            difference = signed(wording.decimal(row["difference"], 3), row["difference"])
            now = wording.decimal(row["now"], 3)
            yield Highlight(f"AUC of {words(row['target'])}", now, difference, sign(round(row["difference"], 3)))


def _compared(rows: Rows, wording: Wording) -> Iterator[Listing]:
    if rows:
        yield listing("model-changes", "Models compared", _COMPARED, rows, wording)


def _top_tenth(data: SectionData) -> Mapping[str, int]:
    totals: Counter[str] = Counter()
    for row in data.rows["scores"]:
        totals[row["target"]] += row["customers"] if row["top"] else 0
    return totals


_LISTS = CustomerLists(
    "gold.score",
    columns=(
        "as_of",
        "rank",
        "customer_id",
        "probability",
        "percentile",
        *(f"reason_{number}{part}" for number in (1, 2, 3) for part in ("", "_direction")),
    ),
    file="{}",
    title=words,
    about="The tenth of the customers with the highest probability, the highest first, with the reasons that weigh most.",
    totals=_top_tenth,
    by="target",
    where="decile = 1",
    order=("-probability", "customer_id"),
)

SECTION = Section(
    "scoring",
    "models",
    _blocks,
    queries={
        # one row a feature of a model
        "models": Query(("ops.model",), 10_000, order=("target", "position")),
        # one row a model and sample
        "metrics": Query(("ops.model_metric",), 10_000, order=("target", "model", "sample"), compared=True),
        # some hundred points a curve
        "curves": Query(("ops.model_curve",), 50_000, order=("target", "curve", "point")),
        # features times two directions times eleven a target
        "scores": Query(("gold.score",), 50_000, score_counts, order=("target", "band")),
    },
    settings=(Models,),
    lists=(_LISTS,),
    changes=_changes,
)
