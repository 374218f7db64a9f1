"""What the tags need to know of all customers at once, from one aggregate over `gold.customer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.topics.tags.settings import PreferenceTag, RuleTag, StatisticTag, Tag

ACCURACY = 10_000
"""The rank of an approximate percentile is off by at most 1 / ACCURACY."""


@dataclass(frozen=True)
class Limits:
    """`limit` has every statistic tag, with None where no customer has a value; `unknown` every rule and statistic."""

    customers: int
    limit: Mapping[str, float | None]
    unknown: Mapping[str, int]


def find_limits(customers: DataFrame, tags: Sequence[Tag], *, percentiles: Literal["exact", "approximate"]) -> Limits:
    """The number of customers, the limit of every statistic, and for how many customers a tag is unknown.

    An exact percentile interpolates linearly between the two nearest values; an approximate one is a value that a
    customer has. A rule is unknown where its condition is NULL, a statistic where its value is NULL for a customer
    whom it is about.
    """
    statistics = [tag for tag in tags if isinstance(tag, StatisticTag)]
    compared = [tag for tag in tags if not isinstance(tag, PreferenceTag)]
    measured = customers.agg(
        F.count(F.lit(1)).alias("customers"),
        *(_limit(tag, percentiles).alias(f"limit_{tag.name}") for tag in statistics),
        *(F.count_if(_is_unknown(tag)).alias(f"unknown_{tag.name}") for tag in compared),
    ).first()
    assert measured is not None, "an aggregate without groups has one row"
    return Limits(
        customers=int(measured["customers"]),
        limit={tag.name: measured[f"limit_{tag.name}"] for tag in statistics},
        unknown={tag.name: int(measured[f"unknown_{tag.name}"]) for tag in compared},
    )


def value(tag: StatisticTag) -> Column:
    """The number that a statistic compares; NULL for customers outside its condition."""
    return F.when(F.expr(tag.where), F.expr(tag.value).cast("double"))


def _limit(tag: StatisticTag, percentiles: str) -> Column:
    number = value(tag)
    share = tag.above_percentile or tag.below_percentile
    if share is not None and percentiles == "exact":
        return F.percentile(number, share)
    if share is not None:
        return F.percentile_approx(number, share, ACCURACY)
    # one of the two is given, and the other counts as 0
    deviations = (tag.above_deviations or 0.0) - (tag.below_deviations or 0.0)
    return F.avg(number) + F.lit(deviations) * F.stddev_samp(number)


def _is_unknown(tag: RuleTag | StatisticTag) -> Column:
    if isinstance(tag, RuleTag):
        return F.expr(tag.where).isNull()
    return F.expr(tag.where).isNull() | (F.expr(tag.where) & F.expr(tag.value).isNull())
