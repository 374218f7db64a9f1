"""Which file is what: receipt lines, their headers, the product list, the customer list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log10

import pyarrow as pa
import pyarrow.compute as pc

from bullseye.errors import SettingsError, did_you_mean
from bullseye.scaffold.roles import LEAST, Family, Parts, is_key, is_personal, parts, score, vocabulary
from bullseye.scaffold.survey import Column, Survey

WEIGHTS = {
    "customer": 2.0,
    "time": 2.0,
    "order": 1.5,
    "product": 1.5,
    "amount": 1.5,
    "quantity": 0.5,
    "unit_price": 0.5,
}
"""What a role adds to the belief that a file holds receipt lines."""

KNOWN_SHARE = 0.5
"""Share of the ids in receipt lines that a list must know to be their list."""

_RUNNING = 6
"""Digits of a number that may just count rows."""

_COMPARED = 100_000
"""Distinct ids of which the share is taken."""


@dataclass(frozen=True)
class Seen:
    """A file in its role: the columns' parts, and why it was taken for what it is."""

    survey: Survey
    parts: Parts
    why: str

    @property
    def name(self) -> str:
        return self.survey.file.name

    def column(self, role: str) -> Column | None:
        return self.parts[role].column if role in self.parts else None


@dataclass(frozen=True)
class Company:
    """What the files are. `unused` maps those of no known role to the reason."""

    lines: Seen
    headers: Seen | None = None
    products: Seen | None = None
    customers: Seen | None = None
    unused: Mapping[str, str] = field(default_factory=dict)
    surveys: tuple[Survey, ...] = ()

    def owner(self, role: str) -> Seen | None:
        """The file that says this of a line: the lines themselves, or their headers."""
        if role in self.lines.parts:
            return self.lines
        return self.headers if self.headers and role in self.headers.parts else None

    def column(self, role: str) -> Column | None:
        owner = self.owner(role)
        return owner.column(role) if owner else None


def understand(surveys: Sequence[Survey], wanted: Mapping[str, str]) -> Company:
    """Decide what each file is.

    `wanted` maps roles to `column` or `file.column`, as the user has said it. Raises SettingsError, with what was found
    in each file, when none has receipts.
    """
    given = _by_file(surveys, wanted)
    seen = {s.file.name: parts(s, "line", given[s.file.name]) for s in surveys}
    lines, headers = _receipts(surveys, seen, given)
    rest = [s for s in surveys if s.file.name not in {lines.name, headers.name if headers else ""}]
    company = Company(lines, headers)
    products = _list_of("product", company, rest, given)
    rest = [s for s in rest if not products or s.file.name != products.name]
    customers = _list_of("customer", company, rest, given)
    unused = {
        s.file.name: _why_unused(seen[s.file.name], s, company)
        for s in rest
        if not customers or s.file.name != customers.name
    }
    return replace(company, products=products, customers=customers, unused=unused, surveys=tuple(surveys))


def _by_file(surveys: Sequence[Survey], wanted: Mapping[str, str]) -> dict[str, dict[str, str]]:
    roles = {role for family in ("line", "product", "customer") for role in vocabulary().family(family)}
    found: dict[str, dict[str, str]] = {s.file.name: {} for s in surveys}
    for role, place in wanted.items():
        if role not in roles:
            raise SettingsError(
                f"{role}: is no role of a column{did_you_mean(role, roles)}; roles: {', '.join(sorted(roles))}"
            )
        owners = [s for s in surveys for c in s.columns if place in (c.name, f"{s.file.name}.{c.name}")]
        if not owners:
            every = [f"{s.file.name}.{c.name}" for s in surveys for c in s.columns]
            raise SettingsError(
                f"{role}={place}: no file has this column{did_you_mean(place, every)}; write file.column"
            )
        for survey in owners:
            found[survey.file.name][role] = place.removeprefix(f"{survey.file.name}.")
    return found


def _receipts(
    surveys: Sequence[Survey], seen: Mapping[str, Parts], given: Mapping[str, Mapping[str, str]]
) -> tuple[Seen, Seen | None]:
    """The best file of lines by itself, or the best pair of lines and headers, which is better where there is one."""
    named = {s.file.name: s for s in surveys}
    singles = sorted((name for name in named if _complete(seen[name])), key=lambda n: -_points(named[n], seen[n]))
    pairs = [
        (_points(named[line], seen[line]) + _points(named[head], seen[head]), line, head)
        for line in named
        for head in named
        if line != head and _is_pair(named[line], seen[line], named[head], seen[head])
    ]
    best = max(pairs, default=None)
    if best and (not singles or singles[0] == best[2] or best[0] > _points(named[singles[0]], seen[singles[0]])):
        _, line, head = best
        order = seen[line]["order"].column.name
        why = f"lines of orders, whose customer and time are in {head}: {order} is in both"
        own = {
            role: part
            for role, part in seen[head].items()
            if role not in seen[line] or role in ("order", "customer", "time")
        }
        lines_parts = {role: part for role, part in seen[line].items() if role not in own or role == "order"}
        return Seen(named[line], lines_parts, why), Seen(named[head], own, f"one row per order of {line}")
    if not singles:
        raise SettingsError(_nothing_found(surveys, seen))
    name = singles[0]
    why = "has " + ", ".join(f"{role} ({part.column.name})" for role, part in seen[name].items() if role in WEIGHTS)
    if len(singles) > 1:
        why += f"; the runner-up is {singles[1]}"
    return Seen(named[name], seen[name], why), None


def _complete(found: Parts) -> bool:
    return "customer" in found and "time" in found and _has_money(found)


def _has_money(found: Parts) -> bool:
    return "amount" in found or {"unit_price", "quantity"} <= set(found)


def _points(survey: Survey, found: Parts) -> float:
    """How much a file looks like receipt lines; of equals the one with more rows."""
    known = sum(weight * found[role].score for role, weight in WEIGHTS.items() if role in found)
    return known + log10(1 + survey.rows.num_rows) / 5


def _is_pair(lines: Survey, own: Parts, headers: Survey, head: Parts) -> bool:
    """Lines without a customer or a time, and a file with both whose order ids are unique and those of the lines."""
    if not ({"order", "product"} <= set(own) and {"order", "customer", "time"} <= set(head)):
        return False
    if {"customer", "time"} <= set(own) or not (_has_money(own) or "amount" in head):
        return False
    return (
        is_key(head["order"].column, headers)
        and known_share(lines, own["order"].column.name, headers, head["order"].column.name) >= KNOWN_SHARE
    )


def known_share(survey: Survey, name: str, other: Survey, key: str) -> float:
    """Share of the distinct values of a column that a column of another file has too."""
    values = pc.unique(survey.rows.column(name).drop_null())[:_COMPARED]
    if not len(values):
        return 0.0
    met = pc.is_in(values, value_set=pc.unique(other.rows.column(key).drop_null()))
    return float(pc.mean(pc.cast(met, pa.int8())).as_py())


def _list_of(
    family: Family, company: Company, surveys: Iterable[Survey], given: Mapping[str, Mapping[str, str]]
) -> Seen | None:
    """The list of products or customers: a file with a key that knows the ids of the lines. Names help, values decide."""
    owner = company.owner(family)
    if owner is None:
        return None
    used = owner.parts[family].column.name
    found: list[tuple[float, Seen]] = []
    for survey in surveys:
        keys = [c for c in survey.columns if _is_id(c, survey, family, used)]
        shares = [(known_share(owner.survey, used, survey, c.name), c) for c in keys[:10]]
        share, key = max(shares, key=lambda one: one[0], default=(0.0, None))
        if key is None:
            continue
        known = parts(survey, family, {**given[survey.file.name], family: key.name})
        # Of 2,469 households 801 may have given their data: a list of customers need not know all of them.
        enough = KNOWN_SHARE if family == "product" else KNOWN_SHARE / 5
        if share >= enough and len(survey.columns) > 1:
            why = f"{key.name} is unique and knows {share:.0%} of the values of {used} in {owner.name}"
            found.append((share + 0.1 * len(known), Seen(survey, known, why)))
    found.sort(key=lambda one: -one[0])
    if not found:
        return None
    best = found[0][1]
    return replace(best, why=f"{best.why}; the runner-up is {found[1][1].name}") if len(found) > 1 else best


def _is_id(column: Column, survey: Survey, family: Family, used: str) -> bool:
    """A column that is unique in its file; short running numbers are met in every file, and need a name that fits."""
    if not is_key(column, survey) or column.missing or column.kind in ("decimal", "date", "time"):
        return False
    telling = column.kind != "whole" or column.longest > _RUNNING
    return telling or column.name == used or score(column, survey, family, vocabulary().family(family)[family]) >= LEAST


def categories(seen: Seen, family: Family) -> list[Column]:
    """The columns that group products, the widest first, at most three."""
    survey, known = seen.survey, vocabulary().family(family)["category"]
    taken = {part.column.name for role, part in seen.parts.items() if role != "category"}
    fitting = [
        column
        for column in survey.columns
        if column.name not in taken and column.distinct > 1 and score(column, survey, "category", known) >= LEAST
    ]
    return sorted(fitting, key=lambda column: column.distinct)[:3]


def attributes(seen: Seen) -> list[Column]:
    """Further columns of a customer list that group people: few values, and nothing that tells who somebody is."""
    taken = {part.column.name for part in seen.parts.values()}
    most = max(2, min(50, seen.survey.rows.num_rows // 10))
    return [
        column
        for column in seen.survey.columns
        if column.name not in taken
        and not is_personal(column.name)
        and 1 < column.distinct <= most
        and column.kind in (None, "whole", "boolean")
    ]


def _why_unused(found: Parts, survey: Survey, company: Company) -> str:
    if _complete(found):
        return f"looks like receipts too, but {company.lines.name} fits better"
    roles = ", ".join(f"{role} ({part.column.name})" for role, part in found.items())
    return f"neither receipts nor a list that knows the ids in {company.lines.name}" + (
        f"; it has {roles}" if roles else ""
    )


def _nothing_found(surveys: Sequence[Survey], seen: Mapping[str, Parts]) -> str:
    lines = []
    for survey in surveys:
        found = seen[survey.file.name]
        roles = ", ".join(f"{role} = {part.column.name}" for role, part in found.items()) or "nothing known"
        lacking = [role for role in ("customer", "time") if role not in found]
        lacking += [] if _has_money(found) else ["amount (or unit_price and quantity)"]
        lines.append(f"  {survey.file.shown}: {roles}; lacks {', '.join(lacking) or 'nothing'}")
        lines.append(f"    columns: {', '.join(c.name for c in survey.columns)}")
    listed = "\n".join(lines) or "  there is no data file in the folder"
    return (
        "no file has receipts: a customer, a time and an amount\n" + listed + "\n"
        "name the columns yourself: --column customer=FILE.COLUMN --column time=FILE.COLUMN --column amount=FILE.COLUMN"
    )
