"""What is different from the release before this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bullseye.publish.comparisons import (
    CLUSTERS,
    compared_models,
    compared_segments,
    compared_tags,
    metric_rows,
    sizes,
    tag_rows,
)
from bullseye.publish.figures import ACTIVE_WINDOWS, Before, Figures
from bullseye.publish.figures.collect import Rows
from bullseye.publish.figures.earlier import EarlierRelease
from bullseye.publish.listing import Cell, Field, Kind, Listing, written
from bullseye.publish.release import Release
from bullseye.publish.wording import NONE, Wording, is_money, signed, words
from bullseye.settings.measures import Measures

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
    tags = tag_rows(found.tags, before.tags)
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
        {scheme: compared_segments(scheme, found.segments, before, wording) for scheme in schemes},
        compared_tags(tags, wording),
        compared_models(found.metrics, before.metrics, wording),
    )


_Line = tuple[str, Any, Any, Kind]
_REJECTED = "Rows rejected by the newest ingest"


def _headlines(release: Release, found: Figures, before: Before, measures: Measures) -> Iterator[_Line]:
    now, then = found.customers, before.customers
    yield "Customers", now.get("customers"), then.get("customers"), "whole"
    for days in ACTIVE_WINDOWS:
        yield f"Active in {days} days", now.get(f"active_{days}d"), then.get(f"active_{days}d"), "whole"
    yield "Median recency, days", now.get("median_recency_days"), then.get("median_recency_days"), "whole"
    for measure in measures.measures:
        if not measure.in_customer or not (is_money(measure.type) or measure.name == measures.active):
            continue
        shortest = [(f"{days}d", f"{days} days") for days in measures.windows[:1]]
        for window, what in (*shortest, ("all", "all time")):
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
    yield _REJECTED, _rejected(found.quality), _rejected(before.quality), "whole"


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
    asked = [line for line in headlines if line[0] in ("Customers", f"Active in {ACTIVE_WINDOWS[0]} days")]
    asked += [line for line in headlines if line[3] == "money"][:1]
    for line in asked:
        yield _highlight(*line, wording)
    now, then = sizes(found.segments), sizes(before.segments)
    lasting = [key for key in now.keys() & then.keys() if key[0] != CLUSTERS]
    for key in sorted(lasting, key=lambda key: (-abs(now[key] - then[key]), key))[:1]:
        yield _highlight(f"Segment {words(key[1])}", now[key], then[key], "whole", wording)
    for row in [row for row in tags if row["difference"]][:1]:
        points = written(row["difference"], "points", wording)
        yield Highlight(
            f"Tag {words(row['tag'])}",
            wording.share(row["now"]),
            signed(points, row["difference"]),
            _side(row["difference"]),
        )
    for row in metric_rows(found.metrics, before.metrics):
        if row["metric"] == "AUC" and row["now"] is not None and row["before"] is not None:
            text = wording.decimal(row["difference"], 3)
            yield Highlight(
                f"AUC of {words(row['target'])}",
                wording.decimal(row["now"], 3),
                signed(text, row["difference"]),
                _side(round(row["difference"], 3)),
            )
    for line in headlines:
        if line[0] == _REJECTED:
            yield _highlight("Rejected rows", *line[1:], wording)


def _highlight(what: str, now: Any, before: Any, kind: Kind, wording: Wording) -> Highlight:
    if now is None or before is None:
        return Highlight(what, written(now, kind, wording), NONE, 0)
    text = signed(written(now - before, kind, wording), now - before)
    return Highlight(what, written(now, kind, wording), text, _side(now - before))


def _side(value: Any) -> int:
    return int(value > 0) - int(value < 0)
