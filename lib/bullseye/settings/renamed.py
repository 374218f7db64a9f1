"""Settings that had another name in an earlier version: the one table, and the error with the new name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bullseye.settings.loader import Document, Location

RENAMED: Mapping[str, str] = {
    "deployment.keep_rejected_days": "keep.rejected_days",
    "sources.sources.rules.check": "where",
    "tags.tags.when": "where",
    "tags.tags.among": "where",
    "segments.rfm.segments.when": "where",
    "models.targets.population": "where",
    "models.targets.snapshots.event": "event_where",
    "insights.tiers.tiers.when": "where",
    "insights.tiers.level": "amount",
    "insights.tiers.inactive": "inactive_where",
    "insights.portraits.groups.when": "where",
    "insights.portraits.groups.among": "compared_where",
    "insights.estimates.opportunity": "opportunity_where",
    "insights.leavers.event": "event_where",
    "insights.leavers.population": "where",
    "insights.places.population": "where",
    "insights.maintenance.channels.when": "where",
    "insights.maintenance.cut": "min_probability",
    "insights.maintenance.month_day": "month_day_where",
}
"""Old key, with its section and the keys around it, to the new key in the same mapping; `a.b` is `b` in a mapping `a`."""


def with_new_names(section: str, document: Document) -> tuple[Document, list[str]]:
    """The document with its old keys under their new names, and a problem for each old key.

    A new key wins over an old one next to it, so that the document has the mistakes that it will have once the keys are
    renamed, and no others.
    """
    problems: list[str] = []
    value = _renamed(section, (), document.value, document, problems)
    return Document(document.path, value, document.lines), problems


def _renamed(keys: str, at: Location, value: Any, document: Document, problems: list[str]) -> Any:
    """The value with new names; `keys` are those that lead to it, without positions in lists."""
    if isinstance(value, list):
        return [_renamed(keys, (*at, place), child, document, problems) for place, child in enumerate(value)]
    if not isinstance(value, dict):
        return value
    children = {key: _renamed(f"{keys}.{key}", (*at, key), child, document, problems) for key, child in value.items()}
    for key in [key for key in children if f"{keys}.{key}" in RENAMED]:
        new = RENAMED[f"{keys}.{key}"]
        problems.append(f"{document.place((*at, key))}: `{key}` is now `{new}`; rename it")
        _set_default(children, new.split("."), children.pop(key))
    return children


def _set_default(mapping: dict[str, Any], keys: list[str], value: Any) -> None:
    *parents, last = keys
    for parent in parents:
        inner = mapping.get(parent)
        mapping[parent] = mapping = dict(inner) if isinstance(inner, dict) else {}
    mapping.setdefault(last, value)
