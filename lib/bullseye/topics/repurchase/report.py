"""Buying again: the factors behind the answers of customers, and what each weighs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, Listing, Rows, listing, remark
from bullseye.report.section import Query, Section, SectionData
from bullseye.report.wording import Wording, words

_FACTORS = (
    Field("factor", "factor", "words"),
    Field("eigenvalue", "eigenvalue", "decimal"),
    Field("at random", "at_random", "decimal"),
    Field("variance explained", "explained", "share"),
    Field("items", "items", "prose"),
)
_WEIGHTS = (
    Field("factor", "factor", "words"),
    Field("direction", "direction"),
    Field("weight", "weight", "decimal", places=3, bar=True),
    Field("coefficient", "coefficient", "decimal", places=3),
    Field("standard error", "standard_error", "decimal", places=3),
    Field("odds ratio", "odds_ratio", "decimal"),
)


def _blocks(data: SectionData) -> Iterator[Block]:
    about = "Factors behind the answers, and what each weighs for buying again."
    factors = _factors(data.rows["factors"], data.rows["loadings"], data.wording)
    yield from part("Buying again", about, [*factors, *_weights(data.rows["weights"], data.wording)])


def _factors(factors: Rows, loadings: Rows, wording: Wording) -> Iterator[Listing]:
    for question in dict.fromkeys(row["question"] for row in factors):
        rows = [row for row in factors if row["question"] == question]
        first = rows[0]
        note = (
            f"{wording.whole(first['rows'])} customers; sampling adequacy (KMO) {wording.decimal(first['kmo'])};"
            f" Bartlett's chi-square {wording.whole(first['bartlett'])}. As many factors as eigenvalues exceed those at random."
        )
        kept = [row for row in rows if row["factor"] is not None]
        title = f"{words(question)}: factors"
        yield listing(f"factors-{question}", title, _FACTORS, kept, wording, note=note + remark(rows))
        if kept:
            yield _loadings(question, [row for row in loadings if row["question"] == question], kept, wording)


def _loadings(
    question: str, loadings: list[Mapping[str, Any]], factors: list[Mapping[str, Any]], wording: Wording
) -> Listing:
    """One row an item, by the factor that it loads on most; one column a factor."""
    names = [row["factor"] for row in factors]
    by_item: dict[str, dict[str, Any]] = {}
    for row in loadings:
        item = by_item.setdefault(
            row["item"], {"item": row["item"], "meaning": row["meaning"], "explained": row["communality"]}
        )
        item[f"of_{row['factor']}"] = row["loading"]
    fields = (
        Field("item", "item", "words"),
        *(Field(words(name), f"of_{name}", "decimal") for name in names),
        Field("explained", "explained", "share"),
        Field("meaning", "meaning", "prose"),
    )
    ordered = sorted(
        by_item.values(),
        key=lambda row: (max(range(len(names)), key=lambda at: abs(row[f"of_{names[at]}"])), row["item"]),
    )
    return listing(f"loadings-{question}", f"{words(question)}: loadings", fields, ordered, wording)


def _weights(weights: Rows, wording: Wording) -> Iterator[Listing]:
    for question in dict.fromkeys(row["question"] for row in weights):
        rows = [row for row in weights if row["question"] == question and row["position"]]
        note = (
            f"{wording.whole(rows[0]['events'])} of {wording.whole(rows[0]['rows'])} customers bought again."
            if rows
            else ""
        )
        title = f"{words(question)}: weights for buying again"
        yield listing(f"weights-{question}", title, _WEIGHTS, rows, wording, note=note + remark(rows))


SECTION = Section(
    "repurchase",
    "behaviour",
    _blocks,
    queries={
        # one row a question and factor
        "factors": Query(("ops.factor",), 1_000, order=("question", "position")),
        # items times factors
        "loadings": Query(("ops.factor_loading",), 10_000, order=("question", "item", "factor")),
        "weights": Query(("gold.factor_weight",), 1_000, order=("question", "position")),
    },
)
