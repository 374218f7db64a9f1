"""Lists of customers beside the report, as CSV: ids, numbers and reasons, no person's data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame, Row, Window
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.publish.figures.collect import Rows
from bullseye.publish.wording import words

_SCORED = (
    "as_of",
    "rank",
    "customer_id",
    "probability",
    "score",
    "percentile",
    *(f"reason_{number}{part}" for number in (1, 2, 3) for part in ("", "_direction")),
)
_RECOMMENDED = ("as_of", "customer_id", "position", "item", "score", "lift", "because")


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
    """Rows of the lists, `deployment.max_list_rows` each at most: those of every target, and recommendations."""

    top: Mapping[str, Sequence[Row]]
    recommended: Sequence[Row]


def list_rows(inputs: Inputs, context: Context) -> ListRows:
    """The rows, in two queries; all that the driver ever holds of customers."""
    most = context.settings.deployment.max_list_rows
    return ListRows(_top_tenths(inputs["gold.score"], most), _recommended(inputs["gold.recommendation"], most))


def _top_tenths(scores: DataFrame, most: int) -> Mapping[str, Sequence[Row]]:
    """By target of models.yaml the tenth with the highest probability, the highest first."""
    place = F.row_number().over(Window.partitionBy("target").orderBy(F.desc("probability"), "customer_id"))
    top = scores.where("decile = 1").withColumn("rank", place).where(F.col("rank") <= most)
    found: dict[str, list[Row]] = {}
    for row in sorted(top.select("target", *_SCORED).collect(), key=lambda row: (row["target"], row["rank"])):
        found.setdefault(row["target"], []).append(row)
    return found


def _recommended(recommendations: DataFrame, most: int) -> Sequence[Row]:
    """The recommendations of the most confident rules, by customer."""
    first = recommendations.orderBy(F.desc("score"), "customer_id", "position").limit(most)
    return sorted(first.collect(), key=lambda row: (row["customer_id"], row["position"]))


def customer_lists(found: ListRows, bands: Rows, recommended: int, *, folder: str) -> tuple[CustomerList, ...]:
    """For every target a list of its top tenth, of which `bands` count the customers, and one of what to recommend to
    whom, of which there are `recommended` rows; without empty lists.
    """
    lists = [
        CustomerList(
            f"{folder}/{target}.csv",
            words(target),
            "The tenth of the customers with the highest probability, the highest first, with the reasons that weigh most.",
            _SCORED,
            len(rows),
            sum(band["top"] for band in bands if band["target"] == target),
            _csv(_SCORED, rows),
        )
        for target, rows in found.top.items()
    ]
    offers = CustomerList(
        # no target has a dash in its name
        f"{folder}/recommended-items.csv",
        "Recommendations",
        "What to offer to whom, and because of what; where not all fit, those of the most confident rules.",
        _RECOMMENDED,
        len(found.recommended),
        recommended,
        _csv(_RECOMMENDED, found.recommended),
    )
    return (*lists, *([offers] if offers.rows else []))


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """RFC 4180: a comma between values, a point for decimals, nothing for NULL."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([row[name] for name in columns] for row in rows)
    return text.getvalue()
