"""What is different from the release before this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bullseye.publish.figures import Before, Figures
from bullseye.publish.figures.collect import Rows
from bullseye.publish.figures.earlier import EarlierRelease
from bullseye.publish.listing import Cell, Field, Kind, Listing, listing, written
from bullseye.publish.release import Release
from bullseye.publish.wording import NONE, Wording, is_money, signed, words
from bullseye.settings.measures import Measures

_METRICS = (
    ("auc", "AUC", 3),
    ("ks", "KS", 3),
    ("brier", "Brier score", 4),
    ("top_decile_lift", "lift of the top tenth", 2),
)
_HEADLINES = (
    Field("figure", ""),
    Field("now", "", "decimal"),
    Field("before", "", "decimal"),
    Field("difference", "", "decimal"),
    Field("relative", "", "share"),
)


@dataclass(frozen=True)
class Highlight:
    """One sentence of the summary: what, how much now, and by how much more or less."""

    what: str
    now: str
    difference: str
    direction: int


@dataclass(frozen=True)
class Changes:
    """This release beside the one before it."""

    release: EarlierRelease
    same_day: bool
    highlights: tuple[Highlight, ...]
    headlines: Listing
    segments: Mapping[str, Listing]
    tags: Listing
    models: Listing


def changes(release: Release, found: Figures, measures: Measures, wording: Wording) -> Changes | None:
    """Everything that is compared; None for the first release."""
    before = found.before
    if before is None:
        return None
    headlines = list(_headlines(release, found, before, measures))
    schemes = dict.fromkeys(row["scheme"] for row in found.segments)
    tags = _tags(found.tags, before.tags)
    return Changes(
        before.release,
        before.release.as_of == release.as_of,
        tuple(_highlights(headlines, found, before, tags, wording)),
        Listing(
            "changes",
            "Figures compared",
            "",
            _HEADLINES,
            tuple(_headline(*line, wording=wording) for line in headlines),
        ),
        {scheme: _segments(scheme, found.segments, before, wording) for scheme in schemes},
        listing(
            "tag-changes",
            "Tags compared",
            (
                Field("tag", "tag", "words"),
                Field("share now", "now", "share"),
                Field("before", "before", "share"),
                Field("difference", "difference", "points", change=True),
            ),
            tags,
            wording,
            note="Share of the customers for whom each holds; the largest difference first.",
        ),
        _models(found.metrics, before.metrics, wording),
    )


_Line = tuple[str, Any, Any, Kind]


def _headlines(release: Release, found: Figures, before: Before, measures: Measures) -> Iterator[_Line]:
    now, then = found.customers, before.customers
    yield "Customers", now.get("customers"), then.get("customers"), "whole"
    for days in (30, 90, 365):
        yield f"Active in {days} days", now.get(f"active_{days}d"), then.get(f"active_{days}d"), "whole"
    yield "Median recency, days", now.get("median_recency_days"), then.get("median_recency_days"), "whole"
    for measure in measures.measures:
        if not measure.in_customer or not (is_money(measure.type) or measure.name == measures.active):
            continue
        for window, what in ((f"{measures.windows[0]}d", f"{measures.windows[0]} days"), ("all", "all time")):
            key, kind = f"sum_{measure.name}_{window}", "money" if is_money(measure.type) else "whole"
            if key in now:
                yield f"{words(measure.name)}, {what}", now[key], then.get(key), kind  # type: ignore[misc]  # a literal
    for table, what in (
        ("gold.association_rule", "Rules"),
        ("gold.recommendation", "Recommendations"),
        ("gold.customer_tag", "Tags held"),
        ("gold.score", "Scores"),
    ):
        yield what, release.rows(table), before.release.rows.get(table), "whole"
    yield "Rows rejected by the newest ingest", _rejected(found.quality), _rejected(before.quality), "whole"


def _rejected(quality: Rows) -> int:
    return sum(int(row["failed"]) for row in quality if row["action"] == "gate")


def _headline(what: str, now: Any, before: Any, kind: Kind, *, wording: Wording) -> tuple[Cell, ...]:
    difference = None if now is None or before is None else now - before
    relative = float(difference) / abs(float(before)) if difference is not None and before else None

    def cell(value: Any, how: Kind, *, change: bool = False) -> Cell:
        text = written(value, how, wording)
        plain = "" if value is None else str(value)
        return Cell(signed(text, value) if change else text, plain if plain != text else None)

    return (
        Cell(what),
        cell(now, kind),
        cell(before, kind),
        cell(difference, kind, change=True),
        cell(None if relative is None else round(relative, 6), "share", change=True),
    )


def _highlights(
    headlines: list[_Line], found: Figures, before: Before, tags: Rows, wording: Wording
) -> Iterator[Highlight]:
    """The two or three figures that everybody asks for, then the segment, tag and models that changed most."""
    asked = [line for line in headlines if line[0] in ("Customers", "Active in 30 days")]
    asked += [line for line in headlines if line[3] == "money"][:1]
    for what, now, then, kind in asked:
        yield _highlight(what, now, then, kind, wording)
    sizes, earlier = _sizes(found.segments), _sizes(before.segments)
    moved = sorted(sizes.keys() & earlier.keys(), key=lambda key: (-abs(sizes[key] - earlier[key]), key))
    for key in moved[:1]:
        yield _highlight(f"Segment {words(key[1])}", sizes[key], earlier[key], "whole", wording)
    for row in [row for row in tags if row["difference"]][:1]:
        points = written(row["difference"], "points", wording)
        yield Highlight(
            f"Tag {words(row['tag'])}",
            wording.share(row["now"]),
            signed(points, row["difference"]),
            _side(row["difference"]),
        )
    for row in _metric_rows(found.metrics, before.metrics):
        if row["metric"] == "AUC" and row["now"] is not None and row["before"] is not None:
            text = wording.decimal(row["difference"], 3)
            yield Highlight(
                f"AUC of {words(row['target'])}",
                wording.decimal(row["now"], 3),
                signed(text, row["difference"]),
                _side(round(row["difference"], 3)),
            )
    for what, now, then, kind in headlines:
        if what.startswith("Rows rejected"):
            yield _highlight("Rejected rows", now, then, kind, wording)


def _highlight(what: str, now: Any, before: Any, kind: Kind, wording: Wording) -> Highlight:
    if now is None or before is None:
        return Highlight(what, written(now, kind, wording), NONE, 0)
    text = signed(written(now - before, kind, wording), now - before)
    return Highlight(what, written(now, kind, wording), text, _side(now - before))


def _side(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def _sizes(profile: Rows) -> dict[tuple[str, str], int]:
    return {(row["scheme"], row["segment"]): row["customers"] for row in profile}


def _segments(scheme: str, profile: Rows, before: Before, wording: Wording) -> Listing:
    now, then = _sizes(profile), _sizes(before.segments)
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
    return listing(
        f"segment-changes-{scheme}",
        f"Segments compared, by {_SCHEME_NAMES.get(scheme, words(scheme))}",
        fields,
        rows,
        wording,
        note=note,
    )


_SCHEME_NAMES = {"rfm": "RFM", "clusters": "cluster"}


def _tags(now: Rows, before: Rows) -> Rows:
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


def _metric_rows(now: Rows, before: Rows) -> Rows:
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


def _models(now: Rows, before: Rows, wording: Wording) -> Listing:
    fields = (
        Field("target", "target", "words"),
        Field("out of time", "metric"),
        Field("now", "now", "decimal", places=4),
        Field("before", "before", "decimal", places=4),
        Field("difference", "difference", "decimal", places=4, change=True),
    )
    return listing("model-changes", "Models compared", fields, _metric_rows(now, before), wording)
