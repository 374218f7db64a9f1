"""Segments, tags and models beside those of the release before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bullseye.publish.figures import Before
from bullseye.publish.figures.collect import Rows
from bullseye.publish.listing import Field, Listing, listing
from bullseye.publish.wording import Wording, words

_METRICS = (
    ("auc", "AUC", 3),
    ("ks", "KS", 3),
    ("brier", "Brier score", 4),
    ("top_decile_lift", "lift of the top tenth", 2),
)
CLUSTERS = "clusters"
"""The scheme whose segments are found anew for every release."""
_TAGS = (
    Field("tag", "tag", "words"),
    Field("share now", "now", "share"),
    Field("before", "before", "share"),
    Field("difference", "difference", "points", change=True),
)


def sizes(profile: Rows) -> dict[tuple[str, str], int]:
    """Customers by scheme and segment."""
    return {(row["scheme"], row["segment"]): row["customers"] for row in profile}


def compared_segments(scheme: str, profile: Rows, before: Before, wording: Wording) -> Listing:
    """Customers of every segment now and then, and how many came and went."""
    now, then = sizes(profile), sizes(before.segments)
    names = [segment for (of, segment) in {**now, **then} if of == scheme]
    moves = [row for row in before.moves if row["scheme"] == scheme and row["segment"] != row["segment_before"]]
    rows = [
        {
            "segment": name,
            "now": now.get((scheme, name)),
            "before": then.get((scheme, name)),
            "difference": now.get((scheme, name), 0) - then.get((scheme, name), 0),
            "came": sum(row["customers"] for row in moves if row["segment"] == name),
            "went": sum(row["customers"] for row in moves if row["segment_before"] == name),
        }
        for name in names
    ]
    fields = (
        Field("segment", "segment", "words"),
        Field("customers now", "now", "whole"),
        Field("before", "before", "whole"),
        Field("difference", "difference", "whole", change=True),
        Field("came", "came", "whole"),
        Field("went", "went", "whole"),
    )
    note = "Came and went: customers who were in another segment, or in none, in the release before, or are now."
    if scheme == CLUSTERS:
        note += " Clusters are found anew each time: the same name need not mean the same behaviour."
    return listing(
        f"segment-changes-{scheme}",
        f"Segments compared, by {_SCHEME_NAMES.get(scheme, words(scheme))}",
        fields,
        rows,
        wording,
        note=note,
    )


_SCHEME_NAMES = {"rfm": "RFM", "clusters": "cluster"}


def tag_rows(now: Rows, before: Rows) -> Rows:
    """The share of every tag now and then, the largest difference first; None where there was or is no such tag."""
    then = {row["tag"]: row["share"] for row in before}
    shares = {row["tag"]: row["share"] for row in now}
    rows = [
        {
            "tag": tag,
            "now": shares.get(tag),
            "before": then.get(tag),
            "difference": shares[tag] - then[tag] if tag in shares and tag in then else None,
        }
        for tag in {**shares, **then}
    ]
    return tuple(sorted(rows, key=lambda row: (row["difference"] is None, -abs(row["difference"] or 0), row["tag"])))


def metric_rows(now: Rows, before: Rows) -> Rows:
    """What the test out of time found of every target's model, now and then."""

    def measured(rows: Rows) -> dict[str, Mapping[str, Any]]:
        return {
            row["target"]: row
            for row in rows
            if row["model"] == "logistic regression" and row["sample"] == "out of time"
        }

    found, then = measured(now), measured(before)
    return tuple(
        {
            "target": target,
            "metric": name,
            "places": places,
            "now": (value := found.get(target, {}).get(key)),
            "before": (old := then.get(target, {}).get(key)),
            "difference": value - old if value is not None and old is not None else None,
        }
        for target in {**found, **then}
        for key, name, places in _METRICS
    )


def compared_models(now: Rows, before: Rows, wording: Wording) -> Listing:
    """One line a target and metric."""
    fields = (
        Field("target", "target", "words"),
        Field("out of time", "metric"),
        Field("now", "now", "decimal", places=4),
        Field("before", "before", "decimal", places=4),
        Field("difference", "difference", "decimal", places=4, change=True),
    )
    return listing("model-changes", "Models compared", fields, metric_rows(now, before), wording)


def compared_tags(rows: Rows, wording: Wording) -> Listing:
    """One line a tag, from `tag_rows`."""
    note = "Share of the customers for whom each holds; the largest difference first."
    return listing("tag-changes", "Tags compared", _TAGS, rows, wording, note=note)
