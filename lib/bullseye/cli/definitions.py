"""Everything in the settings that has a name, where it stands, its SQL, and the customer columns that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bullseye.settings import Settings
from bullseye.settings.measures import Dimension
from bullseye.settings.tags import PreferenceTag, RuleTag, StatisticTag
from bullseye.topics.customers.tables import window_names


@dataclass(frozen=True)
class Definition:
    """A named entry of the settings.

    `sql` maps keys of the entry to the SQL or name that stands there; `columns` are those of `gold.customer` that it makes;
    `reads` are the canonical tables that it is computed from.
    """

    kind: str
    name: str
    place: str
    doc: str
    sql: Mapping[str, str]
    columns: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()

    def mentions(self, name: str) -> bool:
        """Whether one of its expressions has the name as a word."""
        return any(re.search(rf"\b{re.escape(name)}\b", text) for text in self.sql.values())


def definitions(settings: Settings) -> list[Definition]:
    """All named entries, in the order of the files."""
    return [*_sources(settings), *_measures(settings), *_tags(settings), *_segments(settings), *_models(settings)]


def _sources(settings: Settings) -> Iterator[Definition]:
    for index, source in enumerate(settings.sources.sources):
        rules = {f"rule {rule.name}": rule.where for rule in source.rules}
        place = settings.place("sources", "sources", index)
        yield Definition("source", source.name, place, f"{source.format} files: {source.path}", rules)


def _measures(settings: Settings) -> Iterator[Definition]:
    found = settings.measures
    suffixes = [suffix for suffix, _ in window_names(found)]
    for index, measure in enumerate(found.measures):
        columns = tuple(f"{measure.name}_{suffix}" for suffix in suffixes) if measure.in_customer else ()
        place = settings.place("measures", "measures", index)
        fact = (f"silver.{measure.fact}",)
        yield Definition("measure", measure.name, place, measure.doc, {"sql": measure.sql}, columns, fact)
    for index, dimension in enumerate(found.dimensions):
        parts = {"key": dimension.key, "where": dimension.where}
        yield Definition(
            "dimension",
            dimension.name,
            settings.place("measures", "dimensions", index),
            dimension.doc,
            {key: text for key, text in parts.items() if text},
            _of_dimension(dimension, suffixes),
            (f"silver.{dimension.fact}", "silver.product"),
        )
    yield from _standing(settings)
    for index, attribute in enumerate(found.attributes):
        place = settings.place("measures", "attributes", index)
        made, reads = (attribute.name,), ("silver.person",)
        yield Definition("attribute", attribute.name, place, attribute.doc, {"sql": attribute.sql}, made, reads)
    for index, column in enumerate(found.columns):
        place = settings.place("measures", "columns", index)
        yield Definition("column", column.name, place, column.doc, {"sql": column.sql}, (column.name,))


def _standing(settings: Settings) -> Iterator[Definition]:
    """What does not add up over days: levels and states."""
    found = settings.measures
    for index, level in enumerate(found.levels):
        told = tuple(level.column(statistic, days) for statistic in level.statistics for days in found.windows)
        place, reads = settings.place("measures", "levels", index), (f"silver.{level.fact}",)
        yield Definition("level", level.name, place, level.doc, {"sql": level.sql}, (level.name, *told), reads)
    for index, state in enumerate(found.states):
        sql = {"sql": state.sql, "since": state.since, "until": state.until}
        place, looked_at = settings.place("measures", "states", index), (f"silver.{state.fact}", "silver.product")
        yield Definition("state", state.name, place, state.doc, sql, (state.name,), looked_at)


def _of_dimension(dimension: Dimension, suffixes: list[str]) -> tuple[str, ...]:
    counted = [f"{dimension.distinct}_{suffix}" for suffix in suffixes] if dimension.distinct else []
    favourite = [dimension.favourite] if dimension.favourite else []
    return (*counted, *favourite, *dimension.shares)


def _tags(settings: Settings) -> Iterator[Definition]:
    for index, tag in enumerate(settings.tags.tags):
        place = settings.place("tags", "tags", index)
        yield Definition(f"{tag.kind} tag", tag.name, place, tag.doc, _tag_sql(tag))


def _tag_sql(tag: RuleTag | StatisticTag | PreferenceTag) -> dict[str, str]:
    match tag:
        case RuleTag():
            return {"where": tag.where}
        case StatisticTag():
            limits = ("above_percentile", "below_percentile", "above_deviations", "below_deviations")
            bounds = {name: str(getattr(tag, name)) for name in limits if getattr(tag, name) is not None}
            return {"value": tag.value, **bounds, "where": tag.where}
        case PreferenceTag():
            return {"dimension": tag.dimension, "by": tag.by, "top": str(tag.top), "days": str(tag.days)}


def _segments(settings: Settings) -> Iterator[Definition]:
    found = settings.segments
    if found.rfm:
        bands = {"recency": found.rfm.recency, "frequency": found.rfm.frequency, "monetary": found.rfm.monetary}
        place = settings.place("segments", "rfm")
        yield Definition("segmentation", "rfm", place, f"{found.rfm.bands} bands", {**bands, "where": found.rfm.where})
        for index, segment in enumerate(found.rfm.segments):
            place = settings.place("segments", "rfm", "segments", index)
            yield Definition("rfm segment", segment.name, place, segment.doc, {"where": segment.where})
    if found.clustering:
        features = {feature.name: feature.expression for feature in found.clustering.features}
        place = settings.place("segments", "clustering")
        doc = f"k-means over {len(features)} features"
        yield Definition("segmentation", "clusters", place, doc, {**features, "where": found.clustering.where})


def _models(settings: Settings) -> Iterator[Definition]:
    for index, target in enumerate(settings.models.targets):
        sql = {"where": target.where} | {feature.name: feature.sql for feature in target.features}
        yield Definition("target", target.name, settings.place("models", "targets", index), target.doc, sql)
