"""The job `estimate_wallet`: an amount that shows for some customers only, such as wealth at other banks, for all of them.

Who shows the amount is not a random sample: who never moves money in the own name, or was never asked, may differ from those
who do in what no feature says. The error that is measured holds for customers like those who show it; for the others it is
the best guess there is, and no test of it is possible from these data (Heckman 1979 names the problem). The report says how
many show it, and the share of them among those whom it is estimated for.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.core.rows import local_frame
from bullseye.learning.features import expression, feature_columns, predictors
from bullseye.learning.guards import guarded
from bullseye.learning.linear_model import LinearModel, model_rows
from bullseye.learning.terms import terms_of
from bullseye.settings import Settings
from bullseye.topics.wallet.amounts import RANK_ACCURACY, Spread, fit, held_out, quality_of, spread_of
from bullseye.topics.wallet.settings import Estimate, WalletSettings

_log = logging.getLogger(__name__)
WRITES = ("gold.estimate", "gold.estimate_quality", "gold.estimate_term")


def estimate_wallet(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The three tables at as_of; empty where too few customers show the amount."""
    made: dict[str, list[DataFrame]] = {name: [] for name in WRITES}
    for rule in context.settings[WalletSettings].estimates:
        for name, frame in _estimated(inputs["gold.customer"], rule, context).items():
            made[name].append(
                frame.select(F.lit(context.as_of).alias("as_of"), F.lit(rule.name).alias("estimate"), "*")
            )
    told = {name: union_all(frames) for name, frames in made.items() if frames}
    return {**context.empty(*WRITES), **told}


def _estimated(customers: DataFrame, rule: Estimate, context: Context) -> dict[str, DataFrame]:
    # read by two fits a fold, the measures and the estimate
    people = context.keep(people_of(customers, rule, scales_of(customers, rule)))
    known = context.keep(
        people.where("observed IS NOT NULL").repartition(1, "customer_id").sortWithinPartitions("customer_id")
    )
    shown = known.count()
    if shown < rule.min_observed:
        _log.warning(
            "estimate %s: %d customers show it, fewer than min_observed (%d)", rule.name, shown, rule.min_observed
        )
        return {}
    name = f"estimate {rule.name}"
    terms = guarded(known, terms_of(known, predictors(rule.features), name=name), name=name)
    model = fit(known, terms, rule)
    parts = [fit(known.where(F.col("fold") != fold), terms, rule) for fold in range(rule.folds)]
    tested = context.keep(held_out(known, parts))
    spread = spread_of(tested, rule)
    quality = quality_of(tested, rule, everyone=people.count(), smearing=spread.smearing)
    schemas = {name: _without_key(context.tables[name]) for name in WRITES}
    return {
        "gold.estimate": estimates(people, model, spread, rule),
        "gold.estimate_quality": local_frame(context.spark, quality, schemas["gold.estimate_quality"]),
        "gold.estimate_term": local_frame(context.spark, model_rows(model), schemas["gold.estimate_term"]),
    }


def _without_key(table: Table) -> str:
    return ", ".join(column.ddl for column in table.columns if column.name not in ("as_of", "estimate"))


def scales_of(customers: DataFrame, rule: Estimate) -> dict[str, float]:
    """What to multiply every way by, so that it is the amount; a way without a scale that cannot be told is left out.

    The scale that is not given is the median ratio of the first way to it, among customers who show both.
    """
    first = _positive(rule.observed[0].sql)
    asked = [reveal for reveal in rule.observed[1:] if reveal.scale is None]
    ratios = {reveal.name: first / _positive(reveal.sql) for reveal in asked}
    scales = {reveal.name: reveal.scale for reveal in rule.observed if reveal.scale is not None}
    scales.setdefault(rule.observed[0].name, 1.0)
    if not asked:
        return scales
    measured = [
        F.struct(F.count(ratio).alias("pairs"), F.percentile_approx(ratio, 0.5, RANK_ACCURACY).alias("ratio")).alias(
            name
        )
        for name, ratio in ratios.items()
    ]
    found = customers.where(F.expr(rule.where)).agg(*measured).first()
    assert found is not None, "an aggregate without groups has one row"
    for name in ratios:
        if found[name]["pairs"] >= rule.min_pairs:
            scales[name] = float(f"{found[name]['ratio']:.6g}")
        else:
            _log.warning(
                "estimate %s: %d customers show both %s and %s, fewer than min_pairs (%d); %s is left out",
                *(rule.name, found[name]["pairs"], rule.observed[0].name, name, rule.min_pairs, name),
            )
    return scales


def people_of(customers: DataFrame, rule: Estimate, scales: Mapping[str, float]) -> DataFrame:
    """Whom the amount is estimated for: id, balance_here, observed and by which way, opportunity's columns, features, fold.

    What is owed, an amount below 0, counts as nothing here. The columns of the customer table are kept: the condition of an
    opportunity may name them.
    """
    ways = [
        F.when(
            _positive(reveal.sql).isNotNull(),
            F.struct(
                F.round(_positive(reveal.sql) * scales[reveal.name], 2).alias("amount"), F.lit(reveal.name).alias("way")
            ),
        )
        for reveal in rule.observed
        if reveal.name in scales
    ]
    shown = F.coalesce(*ways)
    here = F.coalesce(_positive(rule.balance_here), F.lit(0.0))
    fold = F.pmod(F.xxhash64("customer_id", F.lit(rule.seed)), F.lit(rule.folds)).cast("int")
    return customers.where(F.expr(rule.where)).select(
        "*",
        here.alias("balance_here"),
        shown["amount"].alias("observed"),
        shown["way"].alias("observed_by"),
        fold.alias("fold"),
        *feature_columns(rule.features),
    )


def _positive(sql: str) -> Column:
    """The amount as a number; NULL for 0 and below."""
    value = F.expr(sql).cast("double")
    return F.when(value > 0, value)


def estimates(people: DataFrame, model: LinearModel, spread: Spread, rule: Estimate) -> DataFrame:
    """`gold.estimate` without as_of and estimate."""
    logged = model.predicted()
    modelled, low, high = (
        F.round(F.greatest(F.expm1(logged + shift), F.lit(0.0)), 2) for shift in (0.0, spread.low, spread.high)
    )
    mean = F.round(F.greatest(F.exp(logged) * spread.smearing - 1, F.lit(0.0)), 2)
    known = people.withColumns(
        {"modelled": modelled, "low": low, "high": high, "expected": F.coalesce(F.col("observed"), mean)}
    ).withColumn("balance_elsewhere", F.coalesce("observed", "modelled"))
    shared = known.withColumn(
        "share_of_wallet", F.col("balance_here") / F.expr("nullif(balance_here + balance_elsewhere, 0)")
    )
    return shared.select(
        "customer_id",
        "balance_here",
        "observed",
        "observed_by",
        *("modelled", "low", "high", "balance_elsewhere", "expected", "share_of_wallet"),
        F.coalesce(F.expr(rule.opportunity_where), F.lit(False)).alias("opportunity"),
    )


def check_estimates(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression of the estimates that does not fit `gold.customer`."""
    customers, problems = empty(spark, tables["gold.customer"]), []
    for index, rule in enumerate(settings[WalletSettings].estimates):

        def at(*location: str | int, index: int = index) -> str:
            return settings.place(WalletSettings, "estimates", index, *location)

        problems += expression_problems(customers, {at("where"): rule.where}, boolean=True)
        numbers = {at("balance_here"): f"CAST({rule.balance_here} AS DOUBLE)"}
        numbers |= {at("observed", i, "sql"): f"CAST({r.sql} AS DOUBLE)" for i, r in enumerate(rule.observed)}
        numbers |= {at("features", i, "sql"): expression(f) for i, f in enumerate(rule.features)}
        problems += expression_problems(customers, numbers)
        extra = ("balance_here", "balance_elsewhere", "share_of_wallet")
        known = customers.withColumns({name: F.lit(0.0) for name in extra})
        problems += expression_problems(known, {at("opportunity_where"): rule.opportunity_where}, boolean=True)
    return problems
