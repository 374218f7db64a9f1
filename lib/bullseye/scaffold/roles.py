"""Which column of a file plays which part: names are compared with vocabulary.yaml, values decide what is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import Field

from bullseye.scaffold.names import words
from bullseye.scaffold.survey import Column, Survey
from bullseye.settings.documents import SettingsModel

Family = Literal["line", "product", "customer"]

WANTED = 10.0
"""Score of a column that the user has named."""
LEAST = 0.5
"""A column with a lower score plays no part."""


class Words(SettingsModel):
    """The names of one role, those that speak against it, and how its values must be written."""

    names: tuple[str, ...]
    unless: tuple[str, ...] = Field(default=(), alias="not")
    kinds: tuple[str, ...]


class Vocabulary(SettingsModel):
    """`vocabulary.yaml`."""

    id_words: tuple[str, ...]
    line: Mapping[str, Words]
    product: Mapping[str, Words]
    customer: Mapping[str, Words]
    personal: tuple[str, ...]
    private: tuple[str, ...]
    cancelled: tuple[str, ...]
    cancelled_prefixes: tuple[str, ...]

    def family(self, name: Family) -> Mapping[str, Words]:
        """The roles of one kind of file."""
        found: Mapping[str, Words] = getattr(self, name)
        return found


@dataclass(frozen=True)
class Part:
    """The column that plays a role, how sure that is (0 to 1), and the column that came second."""

    role: str
    column: Column
    score: float
    rival: str = ""


Parts = Mapping[str, Part]


@cache
def vocabulary() -> Vocabulary:
    """The words that columns are known by."""
    text = resources.files(__package__).joinpath("vocabulary.yaml").read_text(encoding="utf-8")
    return Vocabulary.model_validate(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506  makes nothing but texts, also of no


def parts(survey: Survey, family: Family, wanted: Mapping[str, str] | None = None) -> dict[str, Part]:
    """The role of columns, each column in one role and each role by one column: the surest pair first.

    `wanted` maps a role to the column that the user has named.
    """
    roles = vocabulary().family(family)
    scored = [
        (WANTED if (wanted or {}).get(role) == column.name else score(column, survey, role, roles[role]), role, column)
        for role in roles
        for column in survey.columns
    ]
    scored.sort(key=lambda one: (-one[0], survey.columns.index(one[2])))
    found: dict[str, Part] = {}
    taken: set[str] = set()
    for points, role, column in scored:
        if points < LEAST or role in found or column.name in taken:
            continue
        found[role] = Part(role, column, min(points, 1.0))
        taken.add(column.name)
    return {role: _with_rival(part, scored, taken) for role, part in found.items()}


def _with_rival(part: Part, scored: Sequence[tuple[float, str, Column]], taken: set[str]) -> Part:
    """The part with the column that came second, if it plays no other part."""
    free = (c.name for points, role, c in scored if role == part.role and points >= LEAST and c.name not in taken)
    return Part(part.role, part.column, part.score, next(free, ""))


def score(column: Column, survey: Survey, role: str, known: Words) -> float:
    """How well a column fits a role, 0 to about 1: by its name, unless its values forbid it."""
    kind = "text" if column.kind in (None, "boolean") else column.kind
    if kind not in known.kinds or (survey.rows.num_rows and not column.distinct):
        return 0.0
    points = name_score(column.name, known, ids=known.kinds[:2] == ("whole", "text"))
    return points * _LIKELY.get(role, _always)(column, survey) if points else 0.0


def name_score(name: str, known: Words, *, ids: bool) -> float:
    """How well a name fits the words of a role; id words say nothing by themselves."""
    every = words(name)
    id_words = vocabulary().id_words
    bare = [word for word in every if word not in id_words] if ids else every
    against = [word for word in every if any(_begins(word, other) for other in known.unless)]
    joined = "".join(bare) or "".join(every)
    for ending in sorted(id_words, key=len, reverse=True) if ids else ():
        if joined.endswith(ending) and joined.removesuffix(ending) in known.names:
            joined = joined.removesuffix(ending)
    if joined in known.names or "".join(every) in known.names:
        return 1.0 if ids and len(every) > len(bare) else 0.95
    if against:
        return 0.0
    if any(word in known.names for word in bare):
        return 0.8
    if any(_begins(word, other) for word in bare for other in known.names):
        return 0.7
    return 0.55 if any(len(other) >= 5 and other in joined for other in known.names) else 0.0


def _begins(word: str, other: str) -> bool:
    return word == other or (len(other) >= 4 and word.startswith(other))


def _always(_column: Column, _survey: Survey) -> float:
    return 1.0


def _repeated(column: Column, survey: Survey) -> float:
    """An id of something that comes again; one that is different in every row of many is less likely it."""
    return 1.0 if column.distinct < 0.95 * survey.rows.num_rows or survey.rows.num_rows < 20 else 0.8


def _is_place(column: Column) -> bool:
    """Small whole numbers of which the first is the most frequent: every receipt has a first line."""
    return column.kind == "whole" and column.longest <= 3 and column.examples[:1] in (("1",), ("0",))


def _counted(column: Column, _survey: Survey) -> float:
    return 1.1 if _is_place(column) else 1.0 if column.kind == "whole" else 0.6


def _few(column: Column, survey: Survey) -> float:
    """A grouping has far fewer values than there are rows."""
    return 1.0 if column.distinct <= max(20, survey.rows.num_rows // 4) else 0.0


def _identifying(column: Column, survey: Survey) -> float:
    """The key of a list."""
    return 1.0 if column.distinct >= 0.9 * survey.rows.num_rows * (1 - column.missing) else 0.3


def _time(column: Column, _survey: Survey) -> float:
    """A time of day says more than a day; a time that is often missing happened later, if at all."""
    return (1.0 if column.kind == "time" else 0.95) * (1.0 if column.missing < 0.02 else 0.7)


def _money(column: Column, _survey: Survey) -> float:
    """Amounts have decimals, most of the time."""
    return 1.0 if column.kind == "decimal" else 0.8


def _wordy(column: Column, _survey: Survey) -> float:
    """A description is longer than an id."""
    return 1.0 if column.longest > 8 and any(" " in text.strip() for text in column.examples) else 0.7


def _brand(column: Column, survey: Survey) -> float:
    """Brands are many; a column with two or three values says what kind of brand it is."""
    return _few(column, survey) if column.distinct > 3 or survey.rows.num_rows < 20 else 0.0


def _flag(column: Column, _survey: Survey) -> float:
    """Two or three values, of which one says that the brand is the company's own."""
    return 1.0 if 1 < column.distinct <= 3 and private_values(column) else 0.0


def private_values(column: Column) -> list[str]:
    """The values of a column that mean a brand of the company's own."""
    return [value for value in column.examples if value.lower() in vocabulary().private]


_LIKELY: Mapping[str, Callable[[Column, Survey], float]] = {
    "customer": _repeated,
    "line": _counted,
    "product_name": _wordy,
    "category": _few,
    "store": _few,
    "channel": _few,
    "status": _few,
    "brand": _brand,
    "private_label": _flag,
    "region": _few,
    "gender": _few,
    "age_band": _few,
    "time": _time,
    "amount": _money,
    "unit_price": _money,
}
"""What values make of a role's score, beside their writing."""


def is_key(column: Column, survey: Survey) -> bool:
    """True when a column's values are as good as unique."""
    return _identifying(column, survey) == 1.0


def is_personal(name: str) -> bool:
    """True when a column tells who a person is: the whole name says so, or one telling word in it.

    >>> is_personal("E-Mail"), is_personal("kundenname"), is_personal("HomePhone"), is_personal("StoreName")
    (True, True, True, False)
    """
    known, every = vocabulary().personal, words(name)
    return "".join(every) in known or any(len(word) > 4 and word in known for word in every)
