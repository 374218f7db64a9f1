"""Lists of customers beside the report, as CSV: ids, numbers and reasons, no person's data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.publish.figures import Figures
from bullseye.publish.figures.collect import Rows
from bullseye.publish.release import standing_of
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


def customer_lists(inputs: Inputs, context: Context, found: Figures, *, folder: str) -> tuple[CustomerList, ...]:
    """For every target the tenth with the highest probability, and what to recommend to whom; without empty lists."""
    most = context.settings.deployment.max_list_rows
    lists = _top_tenths(inputs["gold.score"], found.scores, most=most, folder=folder)
    lists.append(
        _recommendations(
            inputs["gold.recommendation"],
            standing_of(context).rows("gold.recommendation") or 0,
            most=most,
            folder=folder,
        )
    )
    return tuple(made for made in lists if made.rows)


def _top_tenths(scores: DataFrame, bands: Rows, *, most: int, folder: str) -> list[CustomerList]:
    """One list a target of models.yaml, the highest probability first. At most `most` rows a target reach the driver."""
    place = F.row_number().over(Window.partitionBy("target").orderBy(F.desc("probability"), "customer_id"))
    top = scores.where("decile = 1").withColumn("rank", place).where(F.col("rank") <= most)
    found: dict[str, list[Any]] = {}
    for row in sorted(top.select("target", *_SCORED).collect(), key=lambda row: (row["target"], row["rank"])):
        found.setdefault(row["target"], []).append(row)
    return [
        CustomerList(
            f"{folder}/{target}.csv",
            words(target),
            "The tenth of the customers with the highest probability, the highest first, with the reasons that weigh most.",
            _SCORED,
            len(rows),
            sum(band["top"] for band in bands if band["target"] == target),
            _csv(_SCORED, rows),
        )
        for target, rows in found.items()
    ]


def _recommendations(recommendations: DataFrame, total: int, *, most: int, folder: str) -> CustomerList:
    """The recommendations of the most confident rules, by customer. No target has a dash in its name."""
    first = recommendations.orderBy(F.desc("score"), "customer_id", "position").limit(most)
    rows = sorted(first.collect(), key=lambda row: (row["customer_id"], row["position"]))
    return CustomerList(
        f"{folder}/recommended-items.csv",
        "Recommendations",
        "What to offer to whom, and because of what purchase; where not all fit, those of the most confident rules.",
        _RECOMMENDED,
        len(rows),
        total,
        _csv(_RECOMMENDED, rows),
    )


def _csv(columns: Sequence[str], rows: Iterable[Any]) -> str:
    """RFC 4180: a comma between values, a point for decimals, nothing for NULL."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([row[name] for name in columns] for row in rows)
    return text.getvalue()
