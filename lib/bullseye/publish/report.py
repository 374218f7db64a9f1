"""The report: one HTML file with everything inside, so that it opens anywhere without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from bullseye.core.contract import Table
from bullseye.publish import d3_locale, listing, sections, theme, wording
from bullseye.publish.changes import changes
from bullseye.publish.charts import Chart
from bullseye.publish.charts.behaviour import leavers
from bullseye.publish.charts.customers import base_over_time, recency, rfm_map, sales_over_time
from bullseye.publish.charts.models import coefficients, first_reasons, model_curves, score_bands
from bullseye.publish.charts.network import rule_network
from bullseye.publish.charts.segments import segment_differences, segment_moves, segment_sizes
from bullseye.publish.charts.tags import tag_coverage
from bullseye.publish.figures import ACTIVE_WINDOWS, MIN_RULE_BASKETS, Figures
from bullseye.publish.figures.collect import Rows
from bullseye.publish.listing import Listing
from bullseye.publish.lists import CustomerList
from bullseye.publish.release import Release
from bullseye.publish.sections_behaviour import behaviour_tables
from bullseye.publish.sections_value import value_answers
from bullseye.publish.wording import Wording, words
from bullseye.settings import Settings

_SCHEMES = {
    "rfm": ("RFM", ""),
    "clusters": ("Clusters", "k-means over the features of segments.yaml: customers who behave alike."),
}


@dataclass(frozen=True)
class Scheme:
    """One way to segment, with its segments from the largest on."""

    title: str
    about: str
    charts: tuple[Chart, ...]
    segments: Listing


@dataclass(frozen=True)
class Model:
    """One target with its charts and metrics."""

    target: str
    doc: str
    metrics: Listing | None
    curves: tuple[Chart, ...]
    bars: tuple[Chart, ...]
    reasons: tuple[Chart, ...]
    scored: int
    expected: float


def report(
    release: Release,
    found: Figures,
    settings: Settings,
    tables: Mapping[str, Table],
    lists: tuple[CustomerList, ...] = (),
) -> str:
    """The whole page."""
    says = Wording(settings.deployment.locale, settings.deployment.currency, settings.deployment.words)
    changed = changes(release, found, settings.measures, says)
    schemes, models = _schemes(found, says), _models(found, settings, says)
    drawn = {
        "months": (
            *base_over_time(found.months, release.as_of, says),
            *sales_over_time(found.months, release.as_of, says),
        ),
        "recency": (*rfm_map(found.rfm, says), *recency(found, says)),
        "tags": tuple(tag_coverage(found.tags, says)),
        "rules": tuple(rule_network(found.rules, says)),
        "moves": tuple(_moves(found, says)) if changed else (),
        "behaviour": tuple(leavers(found.answers, says)),
    }
    answers = value_answers(found.answers, settings.insights, says)
    every = [chart for group in drawn.values() for chart in group]
    every += [chart for answer in answers for chart in answer.charts]
    every += [chart for scheme in schemes for chart in scheme.charts]
    every += [chart for model in models for chart in (*model.curves, *model.bars, *model.reasons)]
    page = _environment(says).get_template("report.html.j2")
    return page.render(
        title=settings.deployment.title,
        settings=settings,
        release=release,
        figures=found,
        active_windows=ACTIVE_WINDOWS,
        min_rule_baskets=MIN_RULE_BASKETS,
        changes=changed,
        charts_of=drawn,
        tables=dict(_tables(release, found, settings, tables, says)),
        schemes=schemes,
        models=models,
        behaviour_parts=behaviour_tables(found.answers, says),
        value_answers=answers,
        lists=[(made, sections.list_size(made, says)) for made in lists],
        gates=tuple(row for row in found.quality if row["action"] == "gate"),
        specs=_json({chart.id: chart.spec for chart in every}),
        locales=_json(
            {
                "number": d3_locale.number_locale(says.locale, says.currency),
                "time": d3_locale.time_locale(says.locale),
            }
        ),
        bundle=theme.bundle().replace("</script", "<\\/script"),
    )


def _tables(
    release: Release, found: Figures, settings: Settings, tables: Mapping[str, Table], says: Wording
) -> Iterator[tuple[str, Listing | None]]:
    """The tables of the page by name; None where there is nothing to show."""
    windows = {f"{days}d": f"{days} days" for days in settings.measures.windows} | {"all": "all time"}
    yield "measures", sections.measures(found.measures, windows, says)
    yield "clusters", sections.clusters(found.clusters, says) if found.clusters else None
    yield "tags", sections.tags(found.tags, says) if found.tags else None
    yield "rules", sections.rules(found.rules, says) if found.rules else None
    yield "backtest", sections.backtest(found.backtest, says) if found.backtest else None
    yield "items", sections.items(found.items, says) if found.items else None
    yield "sources", sections.sources(found.quality, says)
    yield "findings", sections.findings(found.quality, says)
    yield "identity", sections.identity(found.identity, says) if found.identity else None
    yield "runs", sections.runs(found, says) if found.runs else None
    yield "released", sections.released(release, tables, says)


def _schemes(found: Figures, says: Wording) -> tuple[Scheme, ...]:
    names = dict.fromkeys((*_SCHEMES, *(row["scheme"] for row in found.segments)))
    return tuple(
        _scheme(name, found.segments, says) for name in names if any(row["scheme"] == name for row in found.segments)
    )


def _scheme(name: str, profile: Rows, says: Wording) -> Scheme:
    title, about = _SCHEMES.get(name, (words(name), ""))
    about = says.terms.rfm if name == "rfm" else about
    segments = {row["segment"]: row for row in profile if row["scheme"] == name}
    drawn = (*segment_sizes(name, profile, says), *segment_differences(name, profile, says))
    return Scheme(title, about, drawn, sections.segments(name, title, tuple(segments.values()), says))


def _moves(found: Figures, says: Wording) -> Iterator[Chart]:
    """Moves between RFM segments; clusters are found anew each time, and their names may mean something else."""
    if found.before:
        yield from segment_moves("rfm", found.before.moves, found.segments, says)


def _models(found: Figures, settings: Settings, says: Wording) -> tuple[Model, ...]:
    docs = {target.name: target.doc for target in settings.models.targets}
    targets = dict.fromkeys(row["target"] for row in (*found.metrics, *found.models, *found.scores))
    return tuple(_model(target, docs.get(target, ""), found, says) for target in targets)


def _model(target: str, doc: str, found: Figures, says: Wording) -> Model:
    bands = [row for row in found.scores if row["target"] == target]
    measured = tuple(sorted((row for row in found.metrics if row["target"] == target), key=_out_of_time_first))
    return Model(
        target,
        doc,
        sections.metrics(target, measured, says) if measured else None,
        tuple(model_curves(target, found, says)),
        (*coefficients(target, found.models, says), *score_bands(target, found.scores, says)),
        tuple(first_reasons(target, found.reasons, says)),
        sum(row["customers"] for row in bands),
        sum(row["expected"] for row in bands),
    )


def _out_of_time_first(row: Mapping[str, Any]) -> tuple[int, str, int]:
    """The sample that counts, then the others by name; in each the model before what it has to beat."""
    models, samples = ("logistic regression", "single variable", "base rate"), ("out of time",)
    place = models.index(row["model"]) if row["model"] in models else len(models)
    return int(row["sample"] not in samples), row["sample"], place


def _environment(says: Wording) -> Environment:
    made = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    for name in ("whole", "decimal", "share", "money", "seconds", "day"):
        made.filters[name] = getattr(says, name)
    made.filters["words"] = wording.words
    made.tests["money"] = wording.is_money
    made.tests["number_field"] = listing.is_number
    return made


def _template(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _json(value: object) -> str:
    """JSON that cannot end the script element that it stands in: no tag is left in it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
