"""The report: one HTML file with everything inside, so that it opens anywhere without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from bullseye.core.contract import Table
from bullseye.publish import charts, theme, wording
from bullseye.publish.charts import Chart
from bullseye.publish.figures import ACTIVE_WINDOWS, MIN_RULE_BASKETS, Figures, Rows
from bullseye.publish.release import Release
from bullseye.settings import Settings

_SCHEMES = {
    "rfm": ("RFM", "By how recently, how often and for how much customers bought."),
    "clusters": ("Clusters", "k-means over the features of segments.yaml: customers who behave alike."),
}


@dataclass(frozen=True)
class Scheme:
    """One way to segment, with its segments from the largest on."""

    title: str
    about: str
    segments: Rows
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Model:
    """One target with its charts and metrics."""

    target: str
    doc: str
    metrics: Rows
    curves: tuple[Chart, ...]
    bars: tuple[Chart, ...]
    scored: int
    expected: float


def report(release: Release, found: Figures, settings: Settings, tables: Mapping[str, Table]) -> str:
    """The whole page."""
    schemes, models = _schemes(found), _models(found, settings)
    overview = {"recency": charts.recency(found), "tags": charts.tag_coverage(found.tags)}
    drawn = [*overview["recency"], *overview["tags"]]
    drawn += [chart for scheme in schemes for chart in scheme.charts] + [
        chart for model in models for chart in (*model.curves, *model.bars)
    ]
    gates = tuple(row for row in found.quality if row["action"] == "gate")
    windows = (*(f"{days}d" for days in settings.measures.windows), "all")
    return (
        _environment(settings.deployment.currency)
        .get_template("report.html.j2")
        .render(
            title=settings.deployment.title,
            deployment=settings.name,
            currency=settings.deployment.currency,
            zone=settings.deployment.local_zone,
            release=release,
            figures=found,
            active_windows=ACTIVE_WINDOWS,
            min_rule_baskets=MIN_RULE_BASKETS,
            windows=windows,
            window_headings=[*(f">{days} days" for days in settings.measures.windows), ">all time"],
            chart_of=overview,
            schemes=schemes,
            models=models,
            sources=gates,
            findings=tuple(row for row in found.quality if row["failed"] and row["action"] != "gate"),
            docs={row.table: tables[row.table].doc.partition(". Readers")[0] for row in release.tables},
            specs=_json({chart.id: chart.spec for chart in drawn}),
            bundle=theme.bundle().replace("</script", "<\\/script"),
        )
    )


def _schemes(found: Figures) -> tuple[Scheme, ...]:
    names = dict.fromkeys((*_SCHEMES, *(row["scheme"] for row in found.segments)))
    return tuple(
        _scheme(name, found.segments) for name in names if any(row["scheme"] == name for row in found.segments)
    )


def _scheme(name: str, profile: Rows) -> Scheme:
    title, about = _SCHEMES.get(name, (wording.words(name), ""))
    segments = {row["segment"]: row for row in profile if row["scheme"] == name}
    drawn = (*charts.segment_sizes(name, profile), *charts.segment_differences(name, profile))
    return Scheme(title, about, tuple(segments.values()), drawn)


def _models(found: Figures, settings: Settings) -> tuple[Model, ...]:
    docs = {target.name: target.doc for target in settings.models.targets}
    targets = dict.fromkeys(row["target"] for row in (*found.metrics, *found.models, *found.scores))
    return tuple(_model(target, docs.get(target, ""), found) for target in targets)


def _model(target: str, doc: str, found: Figures) -> Model:
    bands = [row for row in found.scores if row["target"] == target]
    return Model(
        target,
        doc,
        tuple(sorted((row for row in found.metrics if row["target"] == target), key=_out_of_time_first)),
        tuple(charts.model_curves(target, found)),
        (*charts.coefficients(target, found.models), *charts.score_bands(target, found.scores)),
        sum(row["customers"] for row in bands),
        sum(row["expected"] for row in bands),
    )


def _out_of_time_first(row: Mapping[str, Any]) -> tuple[int, str, int]:
    """The sample that counts, then the others by name; in each the model before what it has to beat."""
    models, samples = ("logistic regression", "single variable", "base rate"), ("out of time",)
    place = models.index(row["model"]) if row["model"] in models else len(models)
    return int(row["sample"] not in samples), row["sample"], place


def _environment(currency: str) -> Environment:
    made = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= dict(_filters(currency))
    return made


def _template(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _filters(currency: str) -> Iterator[tuple[str, Any]]:
    for function in (
        wording.whole,
        wording.decimal,
        wording.share,
        wording.seconds,
        wording.day,
        wording.words,
        wording.is_money,
    ):
        yield function.__name__, function
    yield "money", lambda value: wording.money(value, currency)


def _json(value: object) -> str:
    """JSON that cannot end the script element that it stands in: no tag is left in it."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
