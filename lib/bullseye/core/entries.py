"""The named entries of the settings: where each is written, its SQL, and what it makes. `bullseye explain` shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from bullseye.settings import Settings
from bullseye.settings.documents import SettingsFile, SettingsModel

_TEXTS = ("name", "doc", "title")
"""Keys whose value names or describes, and refers to nothing."""


@dataclass(frozen=True)
class Entry:
    """A named entry of the settings.

    `sql` maps keys of the entry to the SQL or the name that is written there; `columns` are those of `gold.customer` that it
    makes; `reads` are the canonical tables that it is computed from.
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


def entries_of(settings: Settings, file: type[SettingsFile]) -> Iterator[Entry]:
    """The entries of any file: the file itself, and everything in it that has a name; none where it is left out.

    What has no name belongs to the entry around it, with its key: `conversion.where`.
    """
    value = settings.get(file)
    if value is None:
        return
    sql = dict(_expressions(value))
    if sql:
        yield Entry("settings", file.file, settings.place(file), str(getattr(value, "doc", "")), sql)
    yield from _named(settings, file, value, ())


def _named(
    settings: Settings, file: type[SettingsFile], value: SettingsModel, at: tuple[str | int, ...]
) -> Iterator[Entry]:
    for key in type(value).model_fields:
        child = getattr(value, key)
        children = enumerate(child) if isinstance(child, tuple) else [(None, child)]
        for position, each in children:
            if not isinstance(each, SettingsModel):
                continue
            place = (*at, key) if position is None else (*at, key, position)
            if name := getattr(each, "name", None):
                kind = f"{key.removesuffix('s').replace('_', ' ')} of {file.file}.yaml"
                doc = str(getattr(each, "doc", ""))
                yield Entry(kind, str(name), settings.place(file, *place), doc, dict(_expressions(each)))
            yield from _named(settings, file, each, place)


def _expressions(value: SettingsModel) -> Iterator[tuple[str, str]]:
    """The texts of an entry that may name a column or another entry, and those of what it holds without a name."""
    for key, field in type(value).model_fields.items():
        child = getattr(value, key)
        if key in _TEXTS or _is_choice(field.annotation):
            continue
        yield from _texts(key, child)
    if expression := getattr(value, "expression", None):
        yield "sql", str(expression)


def _texts(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value:
        yield key, value
    elif isinstance(value, tuple) and value and all(isinstance(one, str) for one in value):
        yield key, ", ".join(value)
    elif isinstance(value, tuple):
        for position, one in enumerate(value):
            if isinstance(one, SettingsModel) and not hasattr(one, "name"):
                yield from _texts(f"{key}.{position}", one)
    elif isinstance(value, Mapping):
        yield from ((f"{key}.{name}", text) for name, text in value.items() if isinstance(text, str))
    elif isinstance(value, SettingsModel) and not hasattr(value, "name"):
        yield from ((f"{key}.{inner}", text) for inner, text in _expressions(value))


def _is_choice(annotation: Any) -> bool:
    """Whether a key takes one of a few words."""
    return get_origin(annotation) is Literal or any(_is_choice(part) for part in get_args(annotation))
