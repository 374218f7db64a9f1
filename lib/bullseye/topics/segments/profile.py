"""What segments are like: size, means, and how each differs from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from bullseye.stats.difference import Moments, combined, standardised_difference


@dataclass(frozen=True)
class Feature:
    """A number that is described: its name, what it is in words, and its SQL over the customer table."""

    name: str
    words: str
    sql: str
    PREFIX: ClassVar[str] = "feature_"

    @property
    def column(self) -> str:
        """Name of the column that holds it, different from all columns that are not features."""
        return f"{self.PREFIX}{self.name}"


@dataclass(frozen=True)
class Summary:
    """One segment: its customers, its mean of the numbering column, and the moments of every feature."""

    scheme: str
    segment: str
    customers: int
    order: float
    moments: Mapping[str, Moments]


@dataclass(frozen=True)
class Line:
    """One feature of one segment; a row of `gold.segment_profile` without what is the same for the whole segment."""

    feature: str
    mean: float | None
    overall_mean: float | None
    standardised_difference: float | None
    rank: int


def summarise(rows: DataFrame, features: Sequence[Feature]) -> list[Summary]:
    """One summary per scheme and segment, from one aggregate over `rows` (scheme, segment, ordering, the features)."""
    moments = [
        aggregate(feature.column).alias(f"{kind}_{feature.name}")
        for feature in features
        for kind, aggregate in (("values", F.count), ("mean", F.avg), ("variance", F.var_pop))
    ]
    ordering = F.avg("ordering").alias("ordering")
    grouped = rows.groupBy("scheme", "segment").agg(F.count(F.lit(1)).alias("customers"), ordering, *moments)
    # one row a segment
    ordered_rows = sorted(grouped.collect(), key=lambda row: (row["scheme"], row["segment"]))
    return [_summary(row, features) for row in ordered_rows]


def _summary(row: Row, features: Sequence[Feature]) -> Summary:
    moments = {
        name: Moments(row[f"values_{name}"], row[f"mean_{name}"] or 0.0, row[f"variance_{name}"] or 0.0)
        for name in (feature.name for feature in features)
    }
    order = row["ordering"] if row["ordering"] is not None else float("-inf")
    return Summary(row["scheme"], row["segment"], row["customers"], order, moments)


def profile(segment: Summary, scheme: Sequence[Summary], features: Sequence[str]) -> list[Line]:
    """The lines of a segment among all segments of its scheme, the most distinctive first; equal ones as `features`."""
    lines = []
    for name in features:
        own = segment.moments[name]
        others = combined([other.moments[name] for other in scheme if other != segment])
        overall = combined([own, others])
        mean, overall_mean = (part.mean if part.values else None for part in (own, overall))
        lines.append((name, mean, overall_mean, standardised_difference(own, others)))
    ordered = sorted(lines, key=lambda line: -abs(line[3] or 0.0))
    return [Line(*line, rank=place) for place, line in enumerate(ordered, start=1)]
