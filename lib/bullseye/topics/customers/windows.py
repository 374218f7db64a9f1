"""What is known of a customer at a date, from daily measures. The same functions make `gold.customer` and the rows that
models learn from, so that both mean the same.

A spine is a frame (customer_id, as_of); every function returns at most one row for each of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.settings.measures import Dimension, Measures
from bullseye.tables.facts import AMOUNT, from_units, in_units, window_start_known
from bullseye.topics.customers.tables import window_names, windowed

KEY = ["customer_id", "as_of"]


def day_features(days: DataFrame, items: DataFrame, spine: DataFrame, measures: Measures) -> DataFrame:
    """Windows of every measure, recency, tenure, gaps and shares, from daily measures and sums per key by customer.

    Windows are not masked yet (see `masked_windows`); a customer without rows up to as_of has no row.
    """
    history = with_gaps(merged_days(days, measures), active=measures.active)
    history = history.join(share_days(items, measures), on=["customer_id", "day"], how="left")
    seen = history.join(spine, on="customer_id", how="inner").where(F.col("day") <= F.col("as_of"))
    active = F.col(measures.active) > 0
    parts = [name for name in history.columns if name.startswith(("whole_", "part_"))]
    # First the sums between two edges, so that a day adds to one row whatever the number of windows.
    between = seen.groupBy(*KEY, _band(measures).alias("band")).agg(
        F.min(F.when(active, F.col("day"))).alias("first_day"),
        F.max(F.when(active, F.col("day"))).alias("last_day"),
        F.count("gap_days").alias("gaps"),
        F.sum("gap_days").alias("gap_sum"),
        F.sum(F.col("gap_days").cast("bigint") * F.col("gap_days")).alias("gap_squares"),
        F.count_if(active).alias("active_days"),
        *(F.sum(name).alias(name) for name in (*(m.name for m in measures.measures), *parts)),
    )
    windows = window_names(measures)
    grouped = between.groupBy(*KEY).agg(
        F.min("first_day").alias("first_day"),
        F.max("last_day").alias("last_day"),
        *(F.sum(name).alias(name) for name in ("gaps", "gap_sum", "gap_squares")),
        *(_inside("active_days", length, measures).alias(f"active_days_{suffix}") for suffix, length in windows),
        *(
            from_units(_inside(m.name, length, measures), m.type).alias(f"{m.name}_{suffix}")
            for m in measures.measures
            for suffix, length in windows
        ),
        *_shares(measures),
    )
    as_of, gaps, gap_sum = F.col("as_of"), F.col("gaps"), F.col("gap_sum")
    variance = (F.col("gap_squares") - gap_sum * gap_sum / gaps) / (gaps - 1)
    return grouped.select(
        "*",
        F.datediff(as_of, "last_day").alias("recency_days"),
        F.datediff(as_of, "first_day").alias("tenure_days"),
        F.when(gaps > 0, gap_sum / gaps).alias("gap_mean_days"),
        F.when(gaps > 1, F.sqrt(F.greatest(variance, F.lit(0.0)))).alias("gap_sd_days"),
    ).drop("gaps", "gap_sum", "gap_squares")


def merged_days(days: DataFrame, measures: Measures) -> DataFrame:
    """One row per customer and day, in units (see `in_units`): a customer of several parties can have several rows on a
    day.
    """
    sums = [F.sum(in_units(F.col(m.name), m.type)).alias(m.name) for m in measures.measures]
    return days.groupBy("customer_id", "day").agg(*sums)


def with_gaps(days: DataFrame, *, active: str) -> DataFrame:
    """The rows with `gap_days`: days since the customer's active day before; NULL on the first and on inactive days."""
    is_active = F.col(active) > 0
    before = Window.partitionBy("customer_id").orderBy("day").rowsBetween(Window.unboundedPreceding, -1)
    last_active = F.max(F.when(is_active, F.col("day"))).over(before)
    return days.withColumn("gap_days", F.when(is_active, F.datediff("day", last_active)))


def share_days(items: DataFrame, measures: Measures) -> DataFrame:
    """Per customer and day the parts and wholes of all shares: they add up over days, so that any window can use them."""
    shared = [d for d in measures.dimensions if d.shares]
    sums = [_amount(d, None).alias(f"whole_{d.name}") for d in shared]
    sums += [_amount(d, keys).alias(f"part_{name}") for d in shared for name, keys in d.shares.items()]
    rows = items.where(F.col("dimension").isin([d.name for d in shared]))
    rows = rows.withColumn("amount", in_units(F.col("amount"), AMOUNT))
    return rows.groupBy("customer_id", "day").agg(*sums) if sums else rows.select("customer_id", "day").distinct()


def _amount(dimension: Dimension, keys: tuple[str, ...] | None) -> Column:
    own = F.col("dimension") == dimension.name
    return F.sum(F.when(own if keys is None else own & F.col("key").isin(list(keys)), F.col("amount")))


def _shares(measures: Measures) -> Iterator[Column]:
    for dimension in measures.dimensions:
        whole = _inside(f"whole_{dimension.name}", measures.share_window, measures)
        for name in dimension.shares:
            part = F.coalesce(_inside(f"part_{name}", measures.share_window, measures), F.lit(0))
            yield F.when(whole > 0, part / whole).cast("double").alias(name)


def distinct_features(items: DataFrame, spine: DataFrame, measures: Measures) -> DataFrame:
    """Distinct keys per window, from daily sums per key by customer.

    A key counts in a window when the last day it was met, up to as_of, lies in it. That day is the one whose next day
    comes after as_of, so that one join finds it for every as_of without grouping by key again. Keys are counted by those
    two days before the join: most are met once, so that it meets far fewer rows than there are keys.
    """
    counted = [d for d in measures.dimensions if d.distinct]
    rows = items.where(F.col("dimension").isin([d.name for d in counted])).select(
        "customer_id", "dimension", "key", "day"
    )
    # The hash first: ids have long common beginnings, and a sort that has to compare them whole takes twice as long.
    whole = ("customer_id", "dimension", "key")
    by_key = Window.partitionBy(F.xxhash64(*whole), *whole).orderBy("day")
    # By customer from the start: the window and both groupings then need no shuffle of their own.
    met = rows.repartition("customer_id").withColumn("next_day", F.lead("day").over(by_key))
    stays = met.groupBy("customer_id", "dimension", "day", "next_day").agg(F.count(F.lit(1)).alias("keys"))
    last = stays.join(spine, on="customer_id", how="inner").where(
        "day <= as_of AND (next_day IS NULL OR next_day > as_of)"
    )
    between = last.groupBy(*KEY, "dimension", _band(measures).alias("band")).agg(F.sum("keys").alias("keys"))
    counts = [
        F.coalesce(
            F.sum(F.when((F.col("dimension") == d.name) & _reaches(length, measures), F.col("keys"))), F.lit(0)
        ).alias(f"{d.distinct}_{suffix}")
        for d in counted
        for suffix, length in window_names(measures)
    ]
    return between.groupBy(*KEY).agg(*counts)


def favourite_features(items: DataFrame, spine: DataFrame, measures: Measures) -> DataFrame:
    """The key with the largest amount in the share window, of every dimension that asks for it; ties go to the first in
    the alphabet.
    """
    liked = [d for d in measures.dimensions if d.favourite]
    rows = items.where(F.col("dimension").isin([d.name for d in liked])).join(spine, on="customer_id", how="inner")
    recent = rows.where((F.col("day") <= F.col("as_of")) & _within(measures.share_window))
    amount = F.sum(in_units(F.col("amount"), AMOUNT)).alias("amount")
    keys = recent.groupBy(*KEY, "dimension", "key").agg(amount).where("amount > 0")
    first = [
        F.min_by(
            "key", F.when(F.col("dimension") == d.name, F.struct((-F.col("amount")).alias("amount"), F.col("key")))
        ).alias(d.favourite or "")
        for d in liked
    ]
    return keys.groupBy(*KEY).agg(*first)


def campaign_features(contacts: DataFrame, responses: DataFrame, spine: DataFrame, *, stage: str) -> DataFrame:
    """Campaigns received and answered up to as_of, from contacts and responses by customer."""
    received = contacts.where(F.col("arm") == "treated").select(
        "customer_id", "campaign_id", "day", F.lit(None).cast("date").alias("responded")
    )
    answered = responses.where(F.col("stage") == stage).select(
        "customer_id", "campaign_id", F.lit(None).cast("date").alias("day"), F.col("day").alias("responded")
    )
    seen = (
        received.unionByName(answered)
        .join(spine, on="customer_id", how="inner")
        .where(F.coalesce("day", "responded") <= F.col("as_of"))
    )
    return seen.groupBy(*KEY).agg(
        F.size(F.collect_set(F.when(F.col("day").isNotNull(), F.col("campaign_id"))))
        .cast("bigint")
        .alias("campaigns_received"),
        F.size(F.collect_set(F.when(F.col("responded").isNotNull(), F.col("campaign_id"))))
        .cast("bigint")
        .alias("campaigns_responded"),
        F.count("responded").alias("responses"),
        F.datediff(F.col("as_of"), F.max("responded")).alias("response_recency_days"),
    )


def _edges(measures: Measures) -> list[int]:
    """The lengths of all windows, in days, rising."""
    return sorted({*measures.windows, measures.share_window})


def _band(measures: Measures) -> Column:
    """The place of the shortest window that `day` lies in, among `_edges`; one more for a day before all of them."""
    edges = _edges(measures)
    return reduce(
        lambda longer, place: F.when(_within(edges[place]), F.lit(place)).otherwise(longer),
        range(len(edges) - 1, -1, -1),
        F.lit(len(edges)),
    )


def _reaches(length: int | None, measures: Measures) -> Column:
    """Whether a band lies in the window of that length; None is all time."""
    return F.lit(True) if length is None else F.col("band") <= _edges(measures).index(length)


def _inside(name: str, length: int | None, measures: Measures) -> Column:
    """The sum of a column over the bands of a window."""
    return F.sum(F.when(_reaches(length, measures), F.col(name)))


def _within(days: int) -> Column:
    """Whether `day` lies in the window `(as_of - days, as_of]`; rows after as_of are gone already."""
    return F.col("day") > F.date_sub(F.col("as_of"), days)


def data_starts(days: DataFrame, measures: Measures) -> DataFrame:
    """One row with `data_from_<fact>`, the first day of each fact: of several, the first on which one of its measures is not
    0; of a fact without measures, the first of all.
    """

    def begins(fact: str) -> Column:
        own = [m.name for m in measures.measures if m.fact == fact]
        if len(measures.facts) == 1 or not own:
            return F.min("day")
        return F.min(F.when(reduce(Column.__or__, (F.col(name) != 0 for name in own)), F.col("day")))

    return days.agg(*(begins(fact).alias(f"data_from_{fact}") for fact in measures.facts))


def masked_windows(rows: DataFrame, measures: Measures) -> DataFrame:
    """The rows (which have the columns of `data_starts`) with window columns that are 0 where nothing happened and NULL
    where the data of their fact do not reach back so far.
    """
    masked = {}
    for name, type_, _, fact in windowed(measures):
        for suffix, days in window_names(measures):
            value = F.coalesce(F.col(f"{name}_{suffix}"), F.lit(0)).cast(type_)
            starts = F.col(f"data_from_{fact}")
            is_covered = window_start_known(starts, F.col("as_of"), days) if days else F.lit(True)
            masked[f"{name}_{suffix}"] = F.when(is_covered, value)
    return rows.withColumns(masked).drop(*(f"data_from_{fact}" for fact in measures.facts))
