"""Rules and statistics: all of them in one select over `gold.customer`."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.topics.tags.limits import Limits, value
from bullseye.topics.tags.settings import RuleTag, StatisticTag


def state_tags(customers: DataFrame, tags: Sequence[RuleTag | StatisticTag], limits: Limits) -> DataFrame:
    """One row per customer and tag that holds, with the columns of `gold.customer_tag`.

    A condition or value that is NULL does not hold. The number of a statistic is the value that was compared.
    """
    held = [F.when(_holds(tag, limits), _tag(tag)) for tag in tags]
    # an array without elements has no type that inline could take apart
    nothing = F.when(F.expr("false"), _row(F.lit(""), F.lit(None)))
    return customers.select("as_of", "customer_id", F.inline(F.array_compact(F.array(nothing, *held))))


def _holds(tag: RuleTag | StatisticTag, limits: Limits) -> Column:
    if isinstance(tag, RuleTag):
        return F.expr(tag.where)
    limit = F.lit(limits.limit[tag.name]).cast("double")
    is_upper = tag.above_percentile is not None or tag.above_deviations is not None
    return value(tag) > limit if is_upper else value(tag) < limit


def _tag(tag: RuleTag | StatisticTag) -> Column:
    return _row(F.lit(tag.name), value(tag) if isinstance(tag, StatisticTag) else F.lit(None))


def _row(tag: Column, number: Column) -> Column:
    return F.struct(
        tag.alias("tag"),
        F.lit(1).alias("position"),
        F.lit(None).cast("string").alias("value"),
        number.cast("double").alias("number"),
    )
