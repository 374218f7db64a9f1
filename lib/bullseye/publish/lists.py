"""Lists of customers beside the report, as CSV: ids, numbers and reasons, no person's data."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.spreadsheet import write_csv
from bullseye.release.release import standing_of
from bullseye.report.listing import Rows
from bullseye.report.wording import words

_SCORED = (
    "as_of",
    "rank",
    "customer_id",
    "probability",
    "percentile",
    *(f"reason_{number}{part}" for number in (1, 2, 3) for part in ("", "_direction")),
)
_RECOMMENDED = ("as_of", "customer_id", "position", "item", "score", "lift", "because")
_PORTRAIT = ("as_of", "portrait", "customer_id")
_PLANNED = (
    "as_of",
    "plan",
    "rank",
    "customer_id",
    *("offer", "offer_source", "channel", "weekday", "hour", "month_day", "occasion", "occasion_day"),
    *("probability", "because", "value_at_risk", "loss_avoided", "cost", "reason"),
)


@dataclass(frozen=True)
class CustomerList:
    """A file of at most `deployment.max_list_rows` rows, `of` how many there are; `path` is relative to the report."""

    path: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: int
    of: int
    text: str


@dataclass(frozen=True)
class ListRows:
    """Rows of the lists, `deployment.max_list_rows` each at most: those of every target, recommendations, and those of
    every portrait and plan.
    """

    top: Mapping[str, Sequence[Row]]
    recommended: Sequence[Row]
    portraits: Mapping[str, Sequence[Row]]
    planned: Mapping[str, Sequence[Row]]


def list_rows(inputs: Inputs, context: Context) -> ListRows:
    """The rows, in a query for each kind that there is any of; all that the driver ever holds of customers."""
    most, standing = context.settings.deployment.max_list_rows, standing_of(context)
    portraits: Mapping[str, Sequence[Row]] = {}
    planned: Mapping[str, Sequence[Row]] = {}
    if standing.rows("gold.customer_portrait"):
        portraits = _first(inputs["gold.customer_portrait"], "portrait", _PORTRAIT, most=most)
    if standing.rows("gold.maintenance_plan"):
        gain = F.col("loss_avoided") - F.col("cost")
        planned = _first(inputs["gold.maintenance_plan"].where("worth"), "plan", _PLANNED, F.desc(gain), most=most)
    top = _first(inputs["gold.score"].where("decile = 1"), "target", _SCORED, F.desc("probability"), most=most)
    return ListRows(top, _recommended(inputs["gold.recommendation"], most), portraits, planned)


def _first(
    rows: DataFrame, kind: str, columns: Sequence[str], *order: Column, most: int
) -> Mapping[str, Sequence[Row]]:
    """By the values of `kind` the first rows in the order, then by customer; `rank` is their place from 1."""
    place = F.row_number().over(Window.partitionBy(kind).orderBy(*order, F.col("customer_id")))
    ranked = rows.withColumn("rank", place).where(F.col("rank") <= most)
    found: dict[str, list[Row]] = {}
    collected = ranked.select(*dict.fromkeys((kind, "rank", *columns))).collect()
    for row in sorted(collected, key=lambda row: (row[kind], row["rank"])):
        found.setdefault(row[kind], []).append(row)
    return found


def _recommended(recommendations: DataFrame, most: int) -> Sequence[Row]:
    """The recommendations of the most confident rules, by customer."""
    first = recommendations.orderBy(F.desc("score"), "customer_id", "position").limit(most)
    return sorted(first.collect(), key=lambda row: (row["customer_id"], row["position"]))


def customer_lists(
    found: ListRows, bands: Rows, answers: Mapping[str, Rows], recommended: int, *, folder: str
) -> tuple[CustomerList, ...]:
    """For every target a list of its top tenth, of which `bands` count the customers; one for every portrait and plan, of
    which `answers` do; and one of what to recommend to whom, of which there are `recommended` rows; without empty lists.
    """
    sizes = {row["portrait"]: row["customers"] for row in answers["portraits"]}
    # no target has a dash in its name
    lists = [
        *(
            _list(
                f"{folder}/{target}.csv",
                words(target),
                "The tenth of the customers with the highest probability, the highest first, with the reasons that weigh most.",
                _SCORED,
                rows,
                of=sum(band["top"] for band in bands if band["target"] == target),
            )
            for target, rows in found.top.items()
        ),
        *(
            _list(
                f"{folder}/portrait-{portrait}.csv",
                f"Portrait: {words(portrait).lower()}",
                "Who is in it.",
                _PORTRAIT,
                rows,
                of=sizes[portrait],
            )
            for portrait, rows in found.portraits.items()
        ),
        *(
            _list(
                f"{folder}/plan-{plan}.csv",
                f"Plan: {words(plan).lower()}",
                "Those for whom a contact is worth its cost, the largest gain first: what to offer, how, when and why.",
                _PLANNED,
                rows,
                of=sum(row["customers"] for row in answers["plans"] if row["plan"] == plan and row["worth"]),
            )
            for plan, rows in found.planned.items()
        ),
        _list(
            f"{folder}/recommended-items.csv",
            "Recommendations",
            "What to offer to whom, and because of what; where not all fit, those of the most confident rules.",
            _RECOMMENDED,
            found.recommended,
            of=recommended,
        ),
    ]
    return tuple(made for made in lists if made.rows)


def _list(path: str, title: str, about: str, columns: tuple[str, ...], rows: Sequence[Row], *, of: int) -> CustomerList:
    return CustomerList(path, title, about, columns, len(rows), of, _csv(columns, rows))


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    write_csv(text, columns, [[row[name] for name in columns] for row in rows])
    return text.getvalue()
