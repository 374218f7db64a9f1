"""Customers who leave: how many, when in their life, where, and what drives them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, part
from bullseye.report.listing import Field, Listing, Rows, listing, remark
from bullseye.report.section import Query, Section, SectionData, Source
from bullseye.report.wording import Wording, words
from bullseye.topics.churn.charts import leavers

_MOST = 20
"""Groups of a table shown at most; gold.churn has them all."""
_CHURN = (
    Field("there today", "present", "whole"),
    Field("months", "horizon_months", "whole"),
    Field("could leave", "customers", "whole"),
    Field("left", "leavers", "whole"),
    Field("share", "share", "share", bar=True),
    Field("from", "low", "share"),
    Field("to", "high", "share"),
    Field("expected", "expected", "share"),
)
_DRIVERS = (
    Field("driver", "driver", "words"),
    Field("direction", "direction"),
    Field("weight", "weight", "decimal", places=3, bar=True),
    Field("coefficient", "coefficient", "decimal", places=3),
    Field("standard error", "standard_error", "decimal", places=3),
    Field("odds ratio", "odds_ratio", "decimal"),
    Field("from", "odds_ratio_low", "decimal"),
    Field("to", "odds_ratio_high", "decimal"),
    Field("meaning", "meaning", "prose"),
)


def _everybody(source: Source) -> DataFrame:
    """The curve of all customers; those of groups stay in the table."""
    return source.tables["gold.survival"].where(F.col("breakdown") == "all")


def _blocks(data: SectionData) -> Iterator[Block]:
    about = "Months in a row with the event, until the first one without it."
    tables = [*_churn(data.rows["churn"], data.wording), *_drivers(data.rows["drivers"], data.wording)]
    yield from part("Leavers", about, tables, leavers(data.rows["survival"], data.rows["hazard"], data.wording))


def _churn(churn: Rows, wording: Wording) -> Iterator[Listing]:
    for question in dict.fromkeys(row["question"] for row in churn):
        rows = [row for row in churn if row["question"] == question]
        of_all = [row for row in rows if row["breakdown"] == "all"]
        note = "Of those who could leave when these months began, up to as_of. Expected: by the drivers below."
        yield listing(f"churn-{question}", f"{words(question)}: who left", _CHURN, of_all, wording, note=note)
        for breakdown in dict.fromkeys(row["breakdown"] for row in rows if row["breakdown"] != "all"):
            yield _where(question, breakdown, [row for row in rows if row["breakdown"] == breakdown], wording)


def _where(question: str, breakdown: str, rows: list[Mapping[str, Any]], wording: Wording) -> Listing:
    """Who left by one breakdown: every horizon of a group together, the groups by falling share of the longest one."""
    shares = {row["value"]: row["share"] for row in sorted(rows, key=lambda row: row["horizon_months"])}
    ranked = sorted(rows, key=lambda row: (-shares[row["value"]], row["value"], row["horizon_months"]))
    most = tuple(dict.fromkeys(row["value"] for row in ranked))[:_MOST]
    shown = [row for row in ranked if row["value"] in most]
    note = f"{len(most)} of {len(shares)} groups that are large enough, by falling share over the longest time."
    fields = (Field(words(breakdown).lower(), "value"), *_CHURN)
    title = f"{words(question)}: who left by {words(breakdown).lower()}"
    return listing(f"churn-{question}-{breakdown}", title, fields, shown, wording, note=note)


def _drivers(drivers: Rows, wording: Wording) -> Iterator[Listing]:
    for question in dict.fromkeys(row["question"] for row in drivers):
        rows = [row for row in drivers if row["question"] == question and row["position"]]
        note = "Logistic regression over months of customers. Weight: log-odds per standard deviation, by which drivers compare; unclear: may be chance."
        title = f"{words(question)}: what drives them away"
        yield listing(f"drivers-{question}", title, _DRIVERS, rows, wording, note=note + remark(rows))


SECTION = Section(
    "churn",
    "behaviour",
    _blocks,
    queries={
        # questions times groups times horizons
        "churn": Query(("gold.churn",), 50_000, order=("question", "breakdown", "horizon_months", "value")),
        # questions times groups, and months of the life
        "hazard": Query(("gold.hazard",), 50_000, order=("question", "breakdown", "value")),
        # one row a question and month
        "survival": Query(("gold.survival",), 10_000, _everybody, order=("question", "month")),
        # one row a question and driver
        "drivers": Query(("gold.driver",), 10_000, order=("question", "position")),
    },
)
