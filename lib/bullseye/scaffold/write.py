"""The texts of the settings, from what was found and chosen."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from bullseye.scaffold.choices import Lapse, Mining, Windows
from bullseye.scaffold.entries import UNUSED, Entry
from bullseye.scaffold.history import History
from bullseye.scaffold.master_data import ListSql
from bullseye.scaffold.names import shown
from bullseye.scaffold.order_line import OrderLine

_WIDTH = 118
_COLUMN = 53
"""Where AS stands in a SELECT, unless the expression is longer."""


@dataclass(frozen=True)
class Facts:
    """Everything that the templates tell."""

    files: str
    title: str
    currency: str
    currency_given: bool
    local_zone: str
    local_zone_given: bool
    source_zone: str
    source_zone_given: bool
    zoned: bool
    time_column: str
    history: History
    entries: Sequence[Entry]
    line: OrderLine
    products: ListSql | None
    persons: ListSql | None
    windows: Windows
    lapse: Lapse
    mining: Mining | None
    clustered: bool


def settings_texts(facts: Facts) -> dict[str, str]:
    """The text of every file, by its path below the folder of the settings."""
    made = _environment()
    values = {
        **{name: getattr(facts, name) for name in Facts.__dataclass_fields__},
        "has": _has(facts),
        "attributes": _attributes(facts.persons),
        "gap": round(facts.history.gap_days) or 1,
        "late": max(14, round(facts.history.gap_days * 1.5)),
        "lapsed": max(30, round(facts.history.gap_days * 4 / 10) * 10, round(facts.history.gap_days * 1.5) + 1),
        "notes": _notes,
        "rules": _rules,
        "unused": UNUSED,
    }
    texts = {
        name.removesuffix(".j2"): made.get_template(name).render(values)
        for name in sorted(file.name for file in resources.files(f"{__package__}.templates").iterdir())
        if name.endswith(".yaml.j2") and (facts.mining or name != "association.yaml.j2")
    }
    texts["silver/order_line.sql"] = made.get_template("order_line.sql.j2").render(values)
    for name, found, about in (
        ("product", facts.products, _PRODUCT),
        ("person", facts.persons, _PERSON),
    ):
        if found:
            notes = [_GROUPED.format(source=found.source)] if found.grouped else []
            text = made.get_template("list.sql.j2").render(list=found, about=about, notes=notes)
            texts[f"silver/{name}.sql"] = text
    return texts


_PRODUCT = "One row per product. category_1 is the widest level, category_3 the narrowest; NULL is what no file says."
_PERSON = (
    "What is known of customers beside what they buy. A party is a person as one source knows them: its id is made as in"
    " order_line.sql. Customers who are only in the receipts are customers all the same. Names, addresses, telephone"
    " numbers and the like are not taken."
)
_GROUPED = "There is no list of its own: made from {source}, and of several values the most frequent one counts."


def _environment() -> Environment:
    made = Environment(  # noqa: S701  makes YAML and SQL; what comes from the files is quoted where it stands
        loader=FunctionLoader(_template),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    made.filters |= {"yaml": _yaml, "comment": _comment, "padded": _padded, "count": "{:,}".format}
    return made


def _template(name: str) -> str:
    return resources.files(f"{__package__}.templates").joinpath(name).read_text(encoding="utf-8")


def _yaml(value: str) -> str:
    """A text as YAML writes it within quotes."""
    return json.dumps(str(value), ensure_ascii=False)


def _comment(text: str, sign: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=sign, subsequent_indent=sign)


def _padded(sql: str, name: str) -> str:
    """`sql AS name`, with the names of a SELECT below each other."""
    return sql if sql == name else f"{sql:<{_COLUMN}} AS {name}"


def _has(facts: Facts) -> dict[str, Any]:
    """What the receipts know, by the part of the settings that needs it."""
    named, products = facts.line.named, facts.products.has if facts.products else {}
    return {
        "units": "quantity" in named,
        "discount": any(name in named for name in ("discount", "coupon_discount", "coupon_match")),
        "coupon": "coupon_discount" in named,
        "product": "product_id" in named,
        "private_label": "private_label" in products,
        "category": "category_2" if "category_2" in products else "",
        "department": "category_1" in products,
        "brand": "brand" in products,
        "store": "store_id" in named,
        "channel": "channel" in named,
    }


_MEANING: Mapping[str, str] = {
    "gender": "gender",
    "age_band": "age range",
    "income_band": "income range",
    "marital_status": "marital status",
    "household_size": "persons in the household",
    "region": "region",
    "birth_date": "date of birth",
}


_TAKEN = frozenset(
    [
        "orders",
        "spend",
        "returned",
        "units",
        "discount",
        "coupon_lines",
        "products",
        "categories",
        "stores",
        "channels",
        "first_day",
        "last_day",
        "recency_days",
        "tenure_days",
        "gap_mean_days",
        "gap_sd_days",
        "gap_variation",
        "overdue",
        "weekend_share",
        "morning_share",
        "evening_share",
        "as_of",
        "customer_id",
        "customer_no",
    ]
)
"""Columns of gold.customer, and measures, that an attribute cannot be called like."""


def _attributes(persons: ListSql | None) -> list[dict[str, str]]:
    """The columns of gold.customer that a person gives it."""
    if persons is None:
        return []
    found = [
        {"name": name, "sql": name, "doc": _MEANING[name], "type": "DATE" if name == "birth_date" else ""}
        for name in persons.has
    ]
    known = {one["name"] for one in found} | _TAKEN
    found += [
        {
            "name": f"person_{name}" if name in known else name,
            "sql": f"attributes['{name}']",
            "doc": f"{name}, as the customer list states it",
            "type": "",
        }
        for name in persons.attributes
    ]
    return found


def _notes(entry: Entry) -> list[str]:
    """What a person has to know of a source: how columns are written, what is missing, what was left out."""
    notes = []
    for declared in entry.columns:
        column = declared.column
        said = []
        if declared.value_type != declared.type and column.writing:
            said.append(f"written as {column.writing.name}")
        if column.rival:
            said.append(f"could be {column.rival.name} as well: no value decides")
        if column.misfits and declared.check:
            said.append(f"{column.misfits:,} values are not written so, and are rejected")
        if declared.required is False and column.missing > 0:
            said.append(f"missing in {shown(column.missing)} of the rows")
        if said:
            notes.append(f"{column.name}: {'; '.join(said)}")
    if entry.left_out:
        notes.append(f"not declared, because it tells who somebody is: {', '.join(entry.left_out)}")
    if entry.survey.broken:
        notes.append(f"{entry.survey.broken:,} lines have more or fewer fields than the header, and are rejected")
    if entry.options.get("encoding"):
        notes.append("not UTF-8: read as Western European (windows-1252); are the umlauts and accents right?")
    return notes


def _rules(entry: Entry) -> list[dict[str, str]]:
    """The rules of a source; those of columns that would be called alike are numbered."""
    found: dict[str, dict[str, str]] = {}
    for declared in entry.columns if entry.title != UNUSED else ():
        if declared.check:
            names = (declared.rule, *(f"{declared.rule}_{number}" for number in range(2, len(entry.columns) + 2)))
            name = next(name for name in names if name not in found)
            found[name] = {"name": name, "where": declared.check, "action": "reject"}
    return [*found.values(), *({"name": n, "where": c, "action": "warn"} for n, c in entry.warnings.items())]
