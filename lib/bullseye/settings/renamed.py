"""Settings that had another name in an earlier version: the one table, and the error with the new name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bullseye.settings.documents import Document, Location, read_document

RENAMED: Mapping[str, str] = {
    "deployment.keep_rejected_days": "keep.rejected_days",
    "sources.sources.rules.check": "where",
    "tags.tags.when": "where",
    "tags.tags.among": "where",
    "segments.rfm.segments.when": "where",
    "measures.levels": "last_values",
    "models.targets.population": "where",
    "models.targets.snapshots.event": "event_where",
    "tiers.tiers.when": "where",
    "tiers.level": "amount",
    "tiers.inactive": "inactive_where",
    "portraits.groups.when": "where",
    "portraits.groups.among": "compared_where",
    "wallet.estimates.here": "balance_here",
    "wallet.estimates.opportunity": "opportunity_where",
    "churn.questions.event": "event_where",
    "churn.questions.population": "where",
    "traffic.places.population": "where",
    "retain_customers.plans.channels.when": "where",
    "retain_customers.plans.cut": "min_probability",
    "retain_customers.plans.month_day": "month_day_where",
}
"""Old key, with its section and the keys around it, to the new key in the same mapping; `a.b` is `b` in a mapping `a`."""


MOVED: Mapping[str, Mapping[str, str]] = {
    "insights": {
        "tiers": "tiers.yaml, its keys at the top",
        "lines": "holdings.yaml, its keys at the top",
        "portraits": "portraits.yaml, its keys at the top",
        "estimates": "wallet.yaml, as `estimates`",
        "preferences": "preferences.yaml, as `preferences`",
        "prospects": "first_product.yaml, its keys at the top",
        "leavers": "churn.yaml, as `questions`",
        "repurchase": "repurchase.yaml, as `questions`",
        "maintenance": "retain_customers.yaml, as `plans`",
        "traffic": "traffic.yaml, as `traffic`",
        "places": "traffic.yaml, as `places`",
    }
}
"""Files of an earlier version, and where each of their keys goes now."""


def moved(path: Path) -> list[str]:
    """For each key of a file of an earlier version a problem that says where it goes now; empty for any other file."""
    places = MOVED.get(path.stem)
    if places is None:
        return []
    document = read_document(path)
    problems = [
        f"{document.place((key,))}: move it to {places[key]}"
        if key in places
        else f"{document.place((key,))}: remove it"
        for key in document.value
    ]
    return [*problems, f"{path}: is no longer read; each topic has a file of its own. Remove it"]


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
