"""Tags, as entries of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.core.entries import Entry
from bullseye.settings import Settings
from bullseye.topics.tags.settings import PreferenceTag, RuleTag, StatisticTag, Tags


def tag_entries(settings: Settings) -> Iterator[Entry]:
    """Every tag."""
    for index, tag in enumerate(settings[Tags].tags):
        place = settings.place(Tags, "tags", index)
        yield Entry(f"{tag.kind} tag", tag.name, place, tag.doc, _tag_sql(tag))


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
