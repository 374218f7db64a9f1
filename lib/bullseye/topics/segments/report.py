"""The segments: sizes, profiles, the map of RFM, and who moved between them since the release before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, Heading, Prose, charts, nothing
from bullseye.report.changes import highlight
from bullseye.report.listing import Field, Listing, Rows, listing
from bullseye.report.section import Changes, Figure, Highlight, Query, Section, SectionData, Source
from bullseye.report.wording import Wording, words
from bullseye.topics.segments.charts import moved_customers, rfm_map, segment_differences, segment_sizes
from bullseye.topics.segments.settings import Segments

RFM, CLUSTERS = "rfm", "clusters"
"""The schemes of the suite; the segments of `clusters` are new in every release."""
_TITLES = {RFM: "RFM", CLUSTERS: "Clusters"}
_ABOUT_CLUSTERS = "k-means over the features of segments.yaml: customers who behave alike."
_SEGMENTS = (
    Field("segment", "segment", "words"),
    Field("customers", "customers", "whole"),
    Field("share", "share", "share"),
    Field("meaning", "meaning", "prose"),
)
_CLUSTERS = (
    Field("clusters", "k", "whole"),
    Field("stability", "stability", "decimal", places=3),
    Field("silhouette", "silhouette", "decimal", places=3),
    Field("smallest share", "smallest_share", "share"),
    Field("chosen", "verdict"),
    Field("why", "reason", "prose"),
)
_COMPARED = (
    Field("segment", "segment", "words"),
    Field("customers now", "now", "whole"),
    Field("before", "before", "whole"),
    Field("difference", "difference", "whole", change=True),
    Field("came", "came", "whole"),
    Field("went", "went", "whole"),
)
WORDS = ((0.8, "far "), (0.5, ""), (0.2, "slightly "))
"""Standardised differences and their names, after Cohen (1988): large, medium, small."""
NAMED = 3
"""Differences in the meaning of a segment."""
_COLUMNS = {"segment": "string", "r": "int", "f": "int", "segment_before": "string", "value": "double"}


def segment_cells(source: Source) -> DataFrame:
    """Customers and the sum of their monetary values, by scheme, bands r and f, segment now and segment before.

    One query for the map and the moves: the rows of a customer are put together by one grouping, without joins.
    Without a release before, `segment_before` is NULL everywhere.
    """
    segments: Segments = source.settings[Segments]
    parts = [_with_columns(source.tables["gold.segment_assignment"], "scheme", "segment", "r", "f")]
    if source.before is not None:
        before = source.before["gold.segment_assignment"].withColumnRenamed("segment", "segment_before")
        parts.append(_with_columns(before, "scheme", "segment_before"))
    if segments.rfm:
        value = F.expr(segments.rfm.monetary).cast("double").alias("value")
        customers = source.tables["gold.customer"].select("customer_id", value)
        parts.append(_with_columns(customers.withColumn("scheme", F.lit(RFM)), "scheme", "value"))
    every = parts[0]
    for part in parts[1:]:
        every = every.unionByName(part)
    # at most one part has a value
    each = every.groupBy("scheme", "customer_id").agg(*(F.max(name).alias(name) for name in _COLUMNS))
    cells = each.where("segment IS NOT NULL OR segment_before IS NOT NULL").groupBy(
        "scheme", "r", "f", "segment", "segment_before"
    )
    return cells.agg(F.count(F.lit(1)).alias("customers"), F.sum("value").alias("value"))


def _with_columns(rows: DataFrame, *names: str) -> DataFrame:
    absent = (F.lit(None).cast(type_).alias(name) for name, type_ in _COLUMNS.items() if name not in names)
    return rows.select("customer_id", *names, *absent)


def rfm_bands(cells: Rows) -> Rows:
    """Customers and their mean monetary value by band of recency and frequency."""
    customers: Counter[tuple[int, int]] = Counter()
    value: dict[tuple[int, int], float] = {}
    for row in cells:
        if row["scheme"] == RFM and row["r"] is not None and row["f"] is not None:
            key = (row["r"], row["f"])
            customers[key] += row["customers"]
            value[key] = value.get(key, 0.0) + (row["value"] or 0.0)
    return tuple(
        {"r": key[0], "f": key[1], "customers": customers[key], "value": round(value[key] / customers[key], 2)}
        for key in sorted(customers)
    )


def segment_moves(cells: Rows) -> Rows:
    """Customers by scheme, their segment then and now, the most first; None where they had or have none."""
    customers: Counter[tuple[str, str | None, str | None]] = Counter()
    for row in cells:
        customers[row["scheme"], row["segment_before"], row["segment"]] += row["customers"]
    ordered = sorted(customers.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple(
        {"scheme": key[0], "segment_before": key[1], "segment": key[2], "customers": count} for key, count in ordered
    )


def _blocks(data: SectionData) -> Iterator[Block]:
    profile = data.rows["profile"]
    for scheme in (one for one in dict.fromkeys((*_TITLES, *_schemes(profile))) if one in _schemes(profile)):
        yield from _scheme(scheme, data)
    if not profile:
        yield nothing("No segments: segments.yaml defines none.")
    if data.rows["clusters"]:
        yield _choice(data.rows["clusters"], data.wording)


def _schemes(profile: Rows) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["scheme"] for row in profile))


def _scheme(scheme: str, data: SectionData) -> Iterator[Block]:
    """One way to segment, with its segments from the largest on."""
    says, profile = data.wording, data.rows["profile"]
    title = _TITLES.get(scheme, words(scheme))
    about = {RFM: says.terms.rfm, CLUSTERS: _ABOUT_CLUSTERS}.get(scheme, "")
    yield Heading(title)
    yield Prose((about,), "muted")
    drawn = [*segment_sizes(scheme, profile, says), *segment_differences(scheme, profile, says)]
    if scheme == RFM:
        drawn += rfm_map(rfm_bands(data.rows["cells"]), says)
    yield from charts(drawn, wide=True)
    segments: dict[str, list[Mapping[str, Any]]] = {}
    for row in profile:
        if row["scheme"] == scheme:
            segments.setdefault(row["segment"], []).append(row)
    shown = [{**features[0], "meaning": meaning(features, says)} for features in segments.values()]
    yield listing(f"segments-{scheme}", f"{title}: the segments", _SEGMENTS, shown, says)


def meaning(features: Sequence[Mapping[str, Any]], says: Wording) -> str:
    """A segment in words, from its rows of `gold.segment_profile` by rank: its description, and up to three features that
    differ by a standardised difference of at least 0.2.

    >>> spend = {"feature_meaning": "spend in 90 days", "mean": 612.0, "overall_mean": 285.1, "description": None}
    >>> meaning([{**spend, "standardised_difference": 1.2}], Wording())
    'Spend in 90 days far above average (612 against 285).'
    """
    named = [text for row in features if (text := _difference(row, says))][:NAMED]
    sentence = "; ".join(named) or "close to the average in everything"
    description = features[0]["description"]
    first = f"{description.rstrip('.')}. " if description else ""
    return f"{first}{sentence[0].upper()}{sentence[1:]}."


def _difference(row: Mapping[str, Any], says: Wording) -> str | None:
    difference, mean, overall = row["standardised_difference"], row["mean"], row["overall_mean"]
    if None in (difference, mean, overall):
        return None
    size = next((word for least, word in WORDS if abs(difference) >= least), None)
    if size is None:
        return None
    name = row["feature_meaning"] or row["feature"]
    return f"{name} {size}{'above' if difference > 0 else 'below'} average ({_number(mean, says)} against {_number(overall, says)})"


def _number(value: float, says: Wording) -> str:
    """About three digits: 1,234 12.3 0.12."""
    return says.decimal(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)


def _choice(choices: Rows, wording: Wording) -> Listing:
    """Every number of clusters tried, and why it was taken or not."""
    rows = [
        {**row, "verdict": "chosen" if row["chosen"] else "–", "mark_verdict": "ok" if row["chosen"] else ""}
        for row in choices
    ]
    note = (
        "Stability: how well two halves of the customers agree, 1 is perfect. Silhouette by squared Euclidean distance."
    )
    return listing("clusters", "How the number of clusters was chosen", _CLUSTERS, rows, wording, note=note)


def _changes(data: SectionData, before: SectionData) -> Changes:
    now, then = data.rows["profile"], before.rows["profile"]
    moves = segment_moves(data.rows["cells"])
    return Changes(
        highlights=tuple(_largest_move(now, then, data.wording)),
        # clusters are new in every release, and their names may mean something else
        charts=tuple(moved_customers(RFM, moves, now, data.wording)),
        tables=tuple(_compared(scheme, now, then, moves, data.wording) for scheme in _schemes(now)),
    )


def _sizes(profile: Rows) -> dict[tuple[str, str], int]:
    """Customers by scheme and segment."""
    return {(row["scheme"], row["segment"]): row["customers"] for row in profile}


def _largest_move(now: Rows, then: Rows, wording: Wording) -> Iterator[Highlight]:
    sizes, before = _sizes(now), _sizes(then)
    lasting = [key for key in sizes.keys() & before.keys() if key[0] != CLUSTERS]
    for key in sorted(lasting, key=lambda key: (-abs(sizes[key] - before[key]), key))[:1]:
        yield highlight(Figure(f"Segment {words(key[1])}", sizes[key], before[key]), wording)


def _compared(scheme: str, now: Rows, then: Rows, moves: Rows, wording: Wording) -> Listing:
    """Customers of every segment now and then, and how many came and went."""
    sizes, before = _sizes(now), _sizes(then)
    moved = [row for row in moves if row["scheme"] == scheme and row["segment"] != row["segment_before"]]
    rows = [
        {
            "segment": name,
            "now": sizes.get((scheme, name)),
            "before": before.get((scheme, name)),
            "difference": sizes.get((scheme, name), 0) - before.get((scheme, name), 0),
            "came": sum(row["customers"] for row in moved if row["segment"] == name),
            "went": sum(row["customers"] for row in moved if row["segment_before"] == name),
        }
        for of, name in {**sizes, **before}
        if of == scheme
    ]
    note = "Came and went: customers who were in another segment, or in none, in the release before, or are now."
    if scheme == CLUSTERS:
        note += " Clusters are found again in each run: the same name need not mean the same behaviour."
    title = f"Segments compared, by {({RFM: 'RFM', CLUSTERS: 'cluster'}).get(scheme, words(scheme))}"
    return listing(f"segment-changes-{scheme}", title, _COMPARED, rows, wording, note=note)


SECTION = Section(
    "segments",
    "segments",
    _blocks,
    queries={
        # segments times described features, the largest segment first
        "profile": Query(
            ("gold.segment_profile",),
            10_000,
            order=("scheme", "-customers", "segment", "rank"),
            compared=True,
        ),
        # segments squared times bands squared at most
        "cells": Query(
            ("gold.segment_assignment", "gold.customer"),
            20_000,
            segment_cells,
            order=("-customers", "scheme"),
            tables_before=("gold.segment_assignment",),
        ),
        # one row a number of clusters tried
        "clusters": Query(("ops.cluster_choice",), 1_000, order=("k",)),
    },
    settings=(Segments,),
    changes=_changes,
)
