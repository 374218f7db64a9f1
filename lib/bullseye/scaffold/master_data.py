"""The SQL of silver/product.sql and silver/person.sql: from a list, or from what the receipt lines say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bullseye.scaffold.declare import Declared, literal
from bullseye.scaffold.entries import Entry
from bullseye.scaffold.meaning import Company, Seen, attributes, categories
from bullseye.scaffold.names import quoted, slug
from bullseye.scaffold.roles import private_values, score, vocabulary
from bullseye.scaffold.survey import Column

_TEXT, _MAP = "CAST(NULL AS STRING)", "CAST(NULL AS MAP<STRING, STRING>)"


@dataclass(frozen=True)
class ListSql:
    """One SELECT: `canonical` maps columns to SQL. `grouped` says that it is made from lines, by its first column.

    `has` names the canonical columns that are not all NULL, `attributes` those of the map.
    """

    source: str
    key: str
    """SQL of the id that a row needs."""
    canonical: Mapping[str, str]
    has: Mapping[str, Column]
    grouped: bool = False
    twice: str = ""
    """SQL of the key where rows with one key stand there more than once."""
    order: str = ""
    attributes: tuple[str, ...] = ()


def product_list(company: Company, entries: Mapping[str, Entry]) -> ListSql | None:
    """`silver.product`; None where lines name no product."""
    owner = company.owner("product")
    if owner is None:
        return None
    seen = company.products or owner
    entry = entries[seen.name]
    grouped = company.products is None
    has: dict[str, Column] = {"product_id": seen.parts["product"].column}
    names = (
        {"product_name": "name"} if grouped else {name: name for name in ("name", "brand", "private_label", "package")}
    )
    has |= {canonical: seen.parts[role].column for role, canonical in names.items() if role in seen.parts}
    found = categories(seen, "line" if grouped else "product")
    levels = {1: ("category_2",), 2: ("category_1", "category_2")}.get(
        len(found), ("category_1", "category_2", "category_3")
    )
    has |= dict(zip(levels, found, strict=False))

    def value(name: str) -> str:
        if name not in has:
            return _TEXT
        text = _as_text(entry.of(has[name]))
        return f"mode({text}, true)" if grouped and name != "product_id" else text

    canonical = {"product_id": value("product_id")}
    canonical |= {name: value(name) for name in ("name", "brand")}
    canonical["private_label"] = _private_label(has, entry)
    canonical |= {name: value(name) for name in ("category_1", "category_2", "category_3", "package")}
    if "name" not in has:
        canonical["name"] = canonical["product_id"]
    return ListSql(
        seen.name, canonical["product_id"], canonical, has, grouped, *_once(seen, entry, "product", grouped=grouped)
    )


def _private_label(has: Mapping[str, Column], entry: Entry) -> str:
    if "private_label" not in has:
        return "CAST(NULL AS BOOLEAN)"
    own = ", ".join(literal(value) for value in private_values(has["private_label"]))
    return f"{_as_text(entry.of(has['private_label']))} IN ({own})"


def person_list(company: Company, entries: Mapping[str, Entry]) -> ListSql | None:
    """`silver.person`; None where nothing is known of customers but their ids, which order lines hold anyway."""
    if company.customers is None:
        return _person_from_lines(company, entries)
    seen = company.customers
    entry = entries[seen.name]
    roles = ("birth_date", "gender", "age_band", "income_band", "marital_status", "household_size", "region")
    has = {role: seen.parts[role].column for role in roles if role in seen.parts}

    def value(role: str) -> str:
        if role not in has:
            return "CAST(NULL AS DATE)" if role == "birth_date" else _TEXT
        declared = entry.of(has[role])
        return declared.sql() if role == "birth_date" else _as_text(declared)

    key = entry.of(seen.parts["customer"].column).sql()
    canonical = {"party_id": f"concat('customer:', {key})"}
    canonical |= {role: value(role) for role in roles}
    if "known_since" in seen.parts:
        declared = entry.of(seen.parts["known_since"].column)
        at = declared.sql()
        canonical["known_since"] = (
            at if declared.value_type == "DATE" else f"CAST(from_utc_timestamp({at}, '{{local_zone}}') AS DATE)"
        )
    if "age" in seen.parts and "age_band" not in has:
        has["age_band"] = seen.parts["age"].column
        age = entry.of(has["age_band"]).sql()
        canonical["age_band"] = f"concat(CAST(floor({age} / 10) * 10 AS INT), 's')"
    more = attributes(seen)
    names = {slug(c.name): c for c in more}
    pairs = ", ".join(f"{literal(name)}, {_as_text(entry.of(c))}" for name, c in names.items())
    canonical["attributes"] = f"map({pairs})" if pairs else _MAP
    twice, order = _once(seen, entry, "customer", grouped=False)
    return ListSql(seen.name, key, canonical, has, twice=twice, order=order, attributes=tuple(names))


def _person_from_lines(company: Company, entries: Mapping[str, Entry]) -> ListSql | None:
    """Where receipts say where a customer lives, that is kept; the most frequent value of each."""
    owner = company.owner("customer")
    assert owner is not None  # what makes a company
    region = next((c for c in owner.survey.columns if _is_region(c, owner)), None)
    if region is None:
        return None
    entry = entries[owner.name]
    key = entry.of(owner.parts["customer"].column).sql()
    canonical = {"party_id": f"concat('customer:', {key})", "birth_date": "CAST(NULL AS DATE)"}
    canonical |= dict.fromkeys(("gender", "age_band", "income_band", "marital_status", "household_size"), _TEXT)
    canonical |= {"region": f"mode({entry.of(region).sql()}, true)", "attributes": _MAP}
    return ListSql(owner.name, key, canonical, {"region": region}, grouped=True)


def _as_text(declared: Declared) -> str:
    return declared.sql() if declared.value_type == "STRING" else f"CAST({declared.sql()} AS STRING)"


def _is_region(column: Column, owner: Seen) -> bool:
    taken = {part.column.name for part in owner.parts.values()}
    known = vocabulary().customer["region"]
    return column.name not in taken and score(column, owner.survey, "region", known) >= 0.9 and column.distinct > 1


def _once(seen: Seen, entry: Entry, role: str, *, grouped: bool) -> tuple[str, str]:
    """SQL of the key, and of an order of rows, where the key is not unique."""
    key = seen.parts[role].column
    if grouped or seen.survey.is_unique((key.name,)):
        return "", ""
    return entry.of(key).sql(), f"struct({', '.join(quoted(c.column.name) for c in entry.columns)})"
