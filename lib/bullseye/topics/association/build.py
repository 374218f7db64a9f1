"""Rules from baskets, and a test of them on held-out baskets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.settings.association import Association
from bullseye.tables.facts import with_customer
from bullseye.tables.items import item_lines
from bullseye.topics.association.backtest import backtest_rows, count_hits, hidden_items, popular_items
from bullseye.topics.association.baskets import order_baskets, with_empty
from bullseye.topics.association.mining import frequent_itemsets
from bullseye.topics.association.rules import association_rules

RULES = "gold.association_rule"
BACKTEST = "ops.rule_backtest"
MAP = "features.identity_map"


def mine_associations(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """Rules from the baskets up to as_of, and a test of such rules on baskets that they had not seen."""
    settings = context.settings[Association]
    bought = inputs["silver.order_line"]
    if settings.basket == "customer":
        bought = with_customer(bought, inputs[MAP]).withColumns(
            {"order_id": F.col("customer_id"), "party_id": F.col("customer_id")}
        )
    lines = item_lines(bought, inputs["silver.product"], settings)
    partitions = int(context.spark.conf.get("spark.sql.shuffle.partitions") or 200)
    found = order_baskets(lines, partitions=partitions)
    baskets = context.keep(with_empty(found, bought) if settings.empty_baskets else found)
    _, _, rules = mine(baskets, context, until=context.as_of)
    return {
        RULES: rules.select(F.lit(context.as_of).alias("as_of"), "*"),
        BACKTEST: _backtest(baskets, context),
    }


def mine(baskets: DataFrame, context: Context, *, until: date) -> tuple[int, DataFrame, DataFrame]:
    """The number of baskets mined, their frequent itemsets and their rules, up to the end of a day."""
    settings = context.settings[Association]
    mined = baskets.where(_in_window(settings, until))
    count, itemsets = frequent_itemsets(mined, min_support=settings.min_support, max_basket=settings.max_basket)
    kept = context.keep(itemsets)
    return count, kept, association_rules(kept, baskets=count, min_confidence=settings.min_confidence)


def _in_window(settings: Association, until: date) -> Column:
    known = F.col("day") <= until
    return known & (F.col("day") > until - timedelta(days=settings.days)) if settings.days else known


def _backtest(baskets: DataFrame, context: Context) -> DataFrame:
    """No row where there is nothing to mine before the test period."""
    settings, as_of = context.settings[Association], context.as_of
    top = settings.recommend.top
    cut = as_of - timedelta(days=settings.backtest_days)
    count, itemsets, found = mine(baskets, context, until=cut)
    if not count:
        return context.frame(BACKTEST, [])
    rules = context.keep(found)
    test = hidden_items(baskets.where(F.col("day") > cut))
    mined = baskets.where(_in_window(settings, cut))
    popular = popular_items(mined, most=settings.max_basket + 2 * top)
    hits = count_hits(test, rules, popular, top=top)
    return backtest_rows(
        hits, as_of=as_of, mined_until=cut, mined_baskets=count, itemsets=itemsets.count(), rules=rules.count(), top=top
    )
