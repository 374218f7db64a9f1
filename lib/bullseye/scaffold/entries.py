"""The entries of sources.yaml: options, schema, key and rules of every file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bullseye.scaffold.declare import Declared, declare
from bullseye.scaffold.meaning import Company, Seen
from bullseye.scaffold.names import quoted
from bullseye.scaffold.roles import is_personal
from bullseye.scaffold.survey import Column, Survey

REQUIRED = {
    "lines": ("customer", "order", "time", "amount", "unit_price", "quantity"),
    "headers": ("customer", "order", "time"),
}
"""Roles without which a row of receipts means nothing."""

UNUSED = "not used"
"""Title of a file of no known role."""


@dataclass(frozen=True)
class Entry:
    """One source as it is written to sources.yaml."""

    name: str
    title: str
    """What it is, in a few words."""
    why: str
    survey: Survey
    path: str
    columns: tuple[Declared, ...]
    key: tuple[str, ...] = ()
    key_note: str = ""
    left_out: tuple[str, ...] = ()
    """Personal columns, which are not declared."""
    warnings: Mapping[str, str] = field(default_factory=dict)
    """Rules that only warn, by name."""
    null_word: str = ""

    @property
    def format(self) -> str:
        return "csv" if self.survey.file.dialect else "parquet"

    @property
    def options(self) -> dict[str, str]:
        """Options that Spark needs to read the text."""
        dialect = self.survey.file.dialect
        if dialect is None:
            return {}
        options = {
            "sep": dialect.separator if dialect.separator != "," else "",
            "encoding": dialect.encoding if dialect.encoding != "UTF-8" else "",
            "header": "" if dialect.has_header else "false",
            "escape": dialect.escape if dialect.escape != '"' else "",
            "nullValue": self.null_word,
        }
        return {option: value for option, value in options.items() if value}

    def of(self, column: Column) -> Declared:
        return next(found for found in self.columns if found.column.name == column.name)


def entries(company: Company, folder: Path, target: Path) -> dict[str, Entry]:
    """The entry of every file, by the file's name: those with a role first."""
    roles: list[tuple[str, str, Seen | None]] = [
        ("lines", "receipt lines" if company.column("product") or company.headers else "receipts", company.lines),
        ("headers", "order headers", company.headers),
        ("products", "product list", company.products),
        ("customers", "customer list", company.customers),
    ]
    found = [
        _entry(seen.survey, title, seen.why, part, seen, company, folder, target) for part, title, seen in roles if seen
    ]
    surveys = {survey.file.name: survey for survey in company.surveys}
    found += [
        _entry(surveys[name], UNUSED, why, "unused", None, company, folder, target)
        for name, why in company.unused.items()
    ]
    return {entry.name: entry for entry in found}


def _entry(
    survey: Survey, title: str, why: str, part: str, seen: Seen | None, company: Company, folder: Path, target: Path
) -> Entry:
    roles = {p.column.name: role for role, p in seen.parts.items()} if seen else {}
    null_word = _null_word(survey)
    personal = (
        tuple(c.name for c in survey.columns if c.name not in roles and is_personal(c.name))
        if part != "products"
        else ()
    )
    key, note = _key(survey, part, seen)
    required = {
        *REQUIRED.get(part, ()),
        *({"product"} if part == "products" else ()),
        *({"customer"} if part == "customers" else ()),
    }
    columns = tuple(
        declare(
            c,
            roles.get(c.name, ""),
            required=part != "unused" and (roles.get(c.name) in required or c.name in key),
            null_word=null_word,
        )
        for c in survey.columns
        if c.name not in personal
    )
    return Entry(
        name=survey.file.name,
        title=title,
        why=why,
        survey=survey,
        path=_path(folder, survey, target),
        columns=columns,
        key=key,
        key_note=note,
        left_out=personal,
        warnings=_warnings(columns, roles, company) if part in ("lines", "headers") else {},
        null_word=null_word,
    )


def _null_word(survey: Survey) -> str:
    """The text that means "missing" in most columns; Spark takes one beside the empty text."""
    said = [word for column in survey.columns for word in column.null_words]
    return max(sorted(set(said)), key=said.count) if said and survey.file.dialect else ""


def _key(survey: Survey, part: str, seen: Seen | None) -> tuple[tuple[str, ...], str]:
    if seen is None:
        return (), "no key and nothing required: nothing of a file that is not used can stop a run"
    basis = "" if survey.whole else "; unique in the rows that were looked at"
    if part in ("products", "customers"):
        own = (seen.parts["product" if part == "products" else "customer"].column.name,)
        return (own, f"one row each{basis}") if survey.is_unique(own) else ((), _TWICE)
    if part == "headers":
        own = (seen.parts["order"].column.name,)
        return (own, f"one row per order{basis}") if survey.is_unique(own) else ((), _TWICE)
    names = [
        seen.parts[role].column.name
        for role in ("order", "line", "product", "time", "customer", "store")
        if role in seen.parts
    ]
    key = survey.key(names)
    return (key, f"the smallest set of ids that is unique{basis}") if key else ((), _TWICE)


_TWICE = "no key: rows with the same ids stand there more than once, and all of them are kept"


def _warnings(columns: Sequence[Declared], roles: Mapping[str, str], company: Company) -> dict[str, str]:
    """What a run counts in ops.quality without rejecting a row."""
    found = {}
    for declared in columns:
        role, name = roles.get(declared.column.name), quoted(declared.column.name)
        if role in ("customer", "order", "time", "amount") and declared.column.missing:
            found[f"has_{role}"] = f"{name} IS NOT NULL"
        if role == "amount" and not declared.column.negative and company.column("amount") == declared.column:
            found["amount_not_negative"] = f"coalesce({declared.sql()}, 0) >= 0"
    return found


def _path(folder: Path, survey: Survey, target: Path) -> str:
    """Relative to the settings where both lie in one place, so that the whole can be moved; else absolute."""
    file = survey.file
    # Spark reads these signs as a pattern, unless they are one.
    name = re.sub(r"([\[\]{}*?\\])", r"\\\1", file.pattern) if len(file.parts) == 1 else file.pattern
    full = folder.resolve() / name
    shared = Path(os.path.commonpath([full, target.resolve()]))
    return os.path.relpath(full, target.resolve()) if len(shared.parts) > 1 else str(full)
