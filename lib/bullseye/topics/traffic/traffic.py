"""Where visitors come from, on which screens, and what comes of it."""

from __future__ import annotations

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.tables.facts import with_customer

ALL = "all"
NONE = "none"
"""Channel and device of a conversion without a touch."""
SOURCE = "source"
SCREENS = "screens"
_UNKNOWN = "unknown"


def visits(touches: DataFrame, identity_map: DataFrame) -> DataFrame:
    """The touches with `visitor`: the customer, or else the cookie or device; NULL where neither is known."""
    anonymous = F.concat(F.lit("?"), F.col("anonymous_id"))
    return with_customer(touches, identity_map).select(
        "customer_id",
        F.coalesce("customer_id", anonymous).alias("visitor"),
        "touch_id",
        "touched_at",
        "day",
        "channel",
        F.coalesce("device", F.lit(_UNKNOWN)).alias("device"),
    )


def _inside(as_of: date, days: int) -> Column:
    return (F.col("day") > F.date_sub(F.lit(as_of), days)) & (F.col("day") <= F.lit(as_of))


def reached(visited: DataFrame, *, as_of: date, days: int) -> DataFrame:
    """Touches, visitors and those of them who converted, by (breakdown, channel, device) over the days up to as_of.

    `visited` has `converts`; `all` means every channel or device.
    Of the breakdown `screens` the device is all those of a visitor, in the order of the alphabet: who is seen on two is one
    visitor on both.
    """
    inside = visited.where(_inside(as_of, days))
    cell = F.explode(
        F.array(
            *(
                F.struct(channel.alias("channel"), device.alias("device"))
                for channel in (F.col("channel"), F.lit(ALL))
                for device in (F.col("device"), F.lit(ALL))
            )
        )
    ).alias("cell")
    each = inside.select("visitor", "customer_id", "converts", cell).groupBy("cell", "visitor")
    sums = each.agg(*_of_visitor())
    sources = sums.groupBy("cell.channel", "cell.device").agg(*_counts()).withColumn("breakdown", F.lit(SOURCE))
    screens = F.array_join(F.array_sort(F.collect_set("device")), " + ").alias("device")
    people = inside.where(F.col("visitor").isNotNull()).groupBy("visitor")
    seen = people.agg(screens, *_of_visitor())
    both = seen.groupBy("device").agg(*_counts()).withColumns({"channel": F.lit(ALL), "breakdown": F.lit(SCREENS)})
    return sources.unionByName(both)


def _of_visitor() -> list[Column]:
    return [
        F.count(F.lit(1)).alias("touches"),
        F.max("customer_id").alias("customer_id"),
        F.bool_or("converts").alias("converts"),
    ]


def _counts() -> list[Column]:
    return [
        F.sum("touches").alias("touches"),
        F.count("visitor").alias("visitors"),
        F.count("customer_id").alias("customers"),
        F.count_if("converts").alias("converted"),
    ]


def followed(visited: DataFrame, conversions: DataFrame | None, *, as_of: date, within_days: int) -> DataFrame:
    """The touches with `converts`: whether the customer converted at most `within_days` days (of 24 hours) after, up to as_of.

    `conversions` has (customer_id, converted_at, day); of unknown visitors, and without conversions, it is FALSE.
    """
    if conversions is None:
        return visited.withColumn("converts", F.lit(False))
    until_now = conversions.where((F.col("day") <= F.lit(as_of)) & F.col("customer_id").isNotNull())
    times = until_now.groupBy("customer_id").agg(F.collect_list("converted_at").alias("times"))
    latest = F.col("touched_at") + F.make_dt_interval(F.lit(within_days))
    after = F.exists("times", lambda at: (at >= F.col("touched_at")) & (at <= latest))
    marked = visited.join(times, on="customer_id", how="left").withColumn("converts", F.coalesce(after, F.lit(False)))
    return marked.drop("times")


def converted(visited: DataFrame, conversions: DataFrame, *, as_of: date, days: int, within_days: int) -> DataFrame:
    """Conversions by (channel, device) of their first touch, of their last, and of any, over the days up to as_of.

    `conversions` has (customer_id, conversion_id, converted_at, day). A touch has a part where it came at most `within_days`
    days (of 24 hours) before. Conversions without a touch are under `none`.
    """
    wanted = conversions.where(_inside(as_of, days)).select("customer_id", "conversion_id", "converted_at")
    touches = visited.where(F.col("customer_id").isNotNull()).select(
        "customer_id", "touched_at", F.struct("touched_at", "touch_id", "channel", "device").alias("touch")
    )
    earliest = F.col("converted_at") - F.make_dt_interval(F.lit(within_days))
    is_before = (F.col("touched_at") <= F.col("converted_at")) & (F.col("touched_at") >= earliest)
    paths = wanted.join(
        touches.withColumnRenamed("customer_id", "who"),
        on=(F.col("customer_id") == F.col("who")) & is_before,
        how="left",
    ).groupBy("conversion_id")
    first_and_last = paths.agg(
        F.min("touch").alias("first"),
        F.max("touch").alias("last"),
        F.collect_set(F.struct(F.col("touch.channel"), F.col("touch.device"))).alias("any"),
    )
    nothing = F.struct(F.lit(NONE).alias("channel"), F.lit(NONE).alias("device"))
    kinds = []
    for kind in ("first", "last"):
        touched = F.struct(F.col(f"{kind}.channel"), F.col(f"{kind}.device"))
        kinds.append(
            first_and_last.select(
                "conversion_id",
                F.lit(kind).alias("kind"),
                F.when(F.col(kind).isNull(), nothing).otherwise(touched).alias("of"),
            )
        )
    any_ = F.when(F.col("first").isNull(), F.array(nothing)).otherwise(F.col("any"))
    kinds.append(first_and_last.select("conversion_id", F.lit("any").alias("kind"), F.explode(any_).alias("of")))
    cells = F.array(
        *(
            F.struct(channel.alias("channel"), device.alias("device"))
            for channel in (F.col("of.channel"), F.lit(ALL))
            for device in (F.col("of.device"), F.lit(ALL))
        )
    )
    spread = kinds[0].unionByName(kinds[1]).unionByName(kinds[2])
    each = spread.select("conversion_id", "kind", F.explode(cells).alias("cell")).distinct()
    return each.groupBy("cell.channel", "cell.device").agg(
        *(F.count_if(F.col("kind") == kind).alias(f"conversions_{kind}") for kind in ("first", "last", "any"))
    )


def traffic(
    visited: DataFrame, conversions: DataFrame | None, *, as_of: date, days: int, within_days: int
) -> DataFrame:
    """Rows of `gold.traffic` of one window, of touches as `followed` makes them; without conversions these are NULL.

    The rate is over customers who came within the window; conversions are counted whatever touch led to them.
    """
    names = [f"conversions_{kind}" for kind in ("first", "last", "any")]
    reached_by = reached(visited, as_of=as_of, days=days)
    if conversions is None:
        counted_with_conversions = reached_by.withColumns(
            {name: F.lit(None).cast("bigint") for name in (*names, "converted")}
        )
    else:
        counted = converted(visited, conversions, as_of=as_of, days=days, within_days=within_days)
        counted = counted.withColumn("breakdown", F.lit(SOURCE))
        joined = reached_by.join(counted, on=["breakdown", "channel", "device"], how="full")
        is_source = F.col("breakdown") == SOURCE
        zeros = {name: F.when(is_source, F.coalesce(name, F.lit(0).cast("bigint"))) for name in names}
        counted_with_conversions = joined.withColumns(zeros).fillna(
            0, subset=["touches", "visitors", "customers", "converted"]
        )
    rate = F.col("converted") / F.when(F.col("customers") > 0, F.col("customers"))
    return counted_with_conversions.select(
        F.lit(as_of).alias("as_of"),
        F.lit(days).alias("days"),
        "breakdown",
        "channel",
        "device",
        "touches",
        "visitors",
        "customers",
        *names,
        "converted",
        rate.alias("conversion_rate"),
    )
