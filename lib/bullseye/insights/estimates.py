"""The job `estimate_amounts`: an amount that shows for some customers only, such as wealth at other banks, for all of them.

Who shows the amount is not a random sample: who never moves money in the own name, or was never asked, may differ from those
who do in what no feature says. The error that is measured holds for customers like those who show it; for the others it is
the best guess there is, and no test of it is possible from these data (Heckman 1979 names the problem). The report says how
many show it, and the share of them among those whom it is estimated for.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.ml.functions import array_to_vector
from pyspark.ml.regression import LinearRegression
from pyspark.ml.stat import Correlation
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs, Job
from bullseye.core.lake import union_all
from bullseye.core.rows import local_frame
from bullseye.insights.asked import asks_for
from bullseye.insights.terms import INTERCEPT, Term, as_vectors, expression, feature_columns, terms_of, weighted_sum
from bullseye.settings import Settings
from bullseye.settings.estimates import Estimate

_log = logging.getLogger(__name__)
READS = ("gold.customer",)
WRITES = ("gold.estimate", "gold.estimate_quality", "gold.estimate_term")
MODEL, MEDIAN = "regression", "median"
EVERY = "all"
"""Sample of all customers who show the amount; the others are named by the way in which it shows."""
_RANK_ACCURACY = 10_000
_DIGITS = 6


@dataclass(frozen=True)
class Regression:
    """ln(1 + amount) = intercept + sum of coefficient * standardised feature."""

    intercept: float
    coefficients: tuple[float, ...]

    def predicted(self, terms: tuple[Term, ...]) -> Column:
        """The logarithm that it expects."""
        return weighted_sum(terms, self.intercept, self.coefficients)


@dataclass(frozen=True)
class Spread:
    """How the logarithms of held-out amounts lie around what was expected: quantiles, and the mean of their exponentials."""

    low: float
    high: float
    smearing: float


def estimate_amounts(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The three tables at as_of; empty where nothing is to be estimated, or too few customers show the amount."""
    made: dict[str, list[DataFrame]] = {name: [] for name in WRITES}
    for rule in context.settings.insights.estimates:
        for name, frame in _estimated(inputs["gold.customer"], rule, context).items():
            made[name].append(frame.select(F.lit(context.day).alias("as_of"), F.lit(rule.name).alias("estimate"), "*"))
    nothing = {name: local_frame(context.spark, [], context.tables[name].schema()) for name in WRITES}
    return {name: union_all(frames) if frames else nothing[name] for name, frames in made.items()}


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
    terms = terms_of(known, rule.features, name=f"estimate {rule.name}")
    model = fit(known, terms, rule)
    parts = [fit(known.where(F.col("fold") != fold), terms, rule) for fold in range(rule.folds)]
    tested = context.keep(held_out(known, terms, parts))
    spread = spread_of(tested, rule)
    quality = quality_of(tested, rule, everyone=people.count(), smearing=spread.smearing)
    schemas = {name: _without_key(context.tables[name]) for name in WRITES}
    return {
        "gold.estimate": estimates(people, terms, model, spread, rule),
        "gold.estimate_quality": local_frame(context.spark, quality, schemas["gold.estimate_quality"]),
        "gold.estimate_term": local_frame(context.spark, term_rows(terms, model), schemas["gold.estimate_term"]),
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
        F.struct(F.count(ratio).alias("pairs"), F.percentile_approx(ratio, 0.5, _RANK_ACCURACY).alias("ratio")).alias(
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
    """Whom the amount is estimated for: id, here, observed and by which way, opportunity's columns, features, fold.

    The columns of the customer table are kept: the condition of an opportunity may name them.
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
    here = F.coalesce(F.expr(rule.here).cast("double"), F.lit(0.0))
    fold = F.pmod(F.xxhash64("customer_id", F.lit(rule.seed)), F.lit(rule.folds)).cast("int")
    return customers.where(F.expr(rule.where)).select(
        "*",
        here.alias("here"),
        shown["amount"].alias("observed"),
        shown["way"].alias("observed_by"),
        fold.alias("fold"),
        *feature_columns(rule.features),
    )


def _positive(sql: str) -> Column:
    """The amount as a number; NULL for 0 and below."""
    value = F.expr(sql).cast("double")
    return F.when(value > 0, value)


def fit(known: DataFrame, terms: tuple[Term, ...], rule: Estimate) -> Regression:
    """Ridge regression of ln(1 + observed) on the standardised features; coefficients are rounded, as sums of a cluster."""
    rows = as_vectors(known.withColumn("_label", F.log1p("observed")), terms, "_label")
    regression = LinearRegression(
        labelCol="_label", featuresCol="features", regParam=rule.regularisation, standardization=False, solver="normal"
    )
    found = regression.fit(rows)
    weights = tuple(round(float(weight), _DIGITS) for weight in found.coefficients)
    return Regression(round(float(found.intercept), _DIGITS), weights)


def held_out(known: DataFrame, terms: tuple[Term, ...], parts: list[Regression]) -> DataFrame:
    """observed, observed_by, fold, `expected` and `residual` of the logarithm, by the model that has not seen the customer;
    and `plain`, the residual against the median of the others.
    """
    expected = F.lit(None).cast("double")
    for fold, part in enumerate(parts):
        expected = F.when(F.col("fold") == fold, part.predicted(terms)).otherwise(expected)
    rows = known.select("observed", "observed_by", "fold", expected.alias("expected"))
    medians = rows.agg(
        *(
            F.percentile_approx(F.when(F.col("fold") != fold, F.log1p("observed")), 0.5, _RANK_ACCURACY).alias(
                f"median_{fold}"
            )
            for fold in range(len(parts))
        )
    )
    middle = F.element_at(F.array(*(F.col(f"median_{fold}") for fold in range(len(parts)))), F.col("fold") + 1)
    return rows.crossJoin(F.broadcast(medians)).select(
        *rows.columns,
        (F.log1p("observed") - F.col("expected")).alias("residual"),
        middle.alias("middle"),
    )


def spread_of(tested: DataFrame, rule: Estimate) -> Spread:
    """Quantiles of the held-out residuals for the interval, and Duan's smearing factor (1983): the mean of exp(residual),
    by which the expected amount is larger than the exponential of the expected logarithm.
    """
    tails = [(1 - rule.interval) / 2, (1 + rule.interval) / 2]
    found = tested.agg(
        F.percentile_approx("residual", tails, _RANK_ACCURACY).alias("tails"),
        F.avg(F.exp("residual")).alias("smearing"),
    ).first()
    assert found is not None, "an aggregate without groups has one row"
    low, high = (round(float(tail), _DIGITS) for tail in found["tails"])
    return Spread(low, high, round(float(found["smearing"]), _DIGITS))


def quality_of(tested: DataFrame, rule: Estimate, *, everyone: int, smearing: float) -> list[tuple[object, ...]]:
    """Rows of `gold.estimate_quality` without as_of and estimate: the regression, and the median that it has to beat."""
    tails = [(1 - rule.interval) / 2, (1 + rule.interval) / 2]
    folds = range(rule.folds)
    # Of a fold, the interval is taken from the others: else it would cover what it was made from.
    limits = tested.agg(
        *(
            F.percentile_approx(F.when(F.col("fold") != fold, F.col("residual")), tails, _RANK_ACCURACY).alias(
                f"tails_{fold}"
            )
            for fold in folds
        )
    )
    tails_of = F.element_at(F.array(*(F.col(f"tails_{fold}") for fold in folds)), F.col("fold") + 1)
    rows = tested.crossJoin(F.broadcast(limits)).withColumn(
        "covered", F.col("residual").between(tails_of[0], tails_of[1])
    )
    each = rows.withColumn("sample", F.explode(F.array(F.lit(EVERY), F.col("observed_by"))))
    plain = F.log1p("observed") - F.col("middle")
    measured = each.groupBy("sample").agg(
        F.count(F.lit(1)).alias("customers"),
        *_errors(MODEL, F.col("expected"), F.col("residual")),
        *_errors(MEDIAN, F.col("middle"), plain),
        F.avg(F.col("covered").cast("double")).alias("coverage"),
    )
    found = sorted(measured.collect(), key=lambda row: (row["sample"] != EVERY, row["sample"]))  # one row a way
    ranks = {row["sample"]: _rank_correlation(each.where(F.col("sample") == row["sample"])) for row in found}
    made: list[tuple[object, ...]] = []
    for row in found:
        size = (row["sample"], row["customers"], row["customers"] / everyone)
        made.append((MODEL, *size, ranks[row["sample"]], *row[MODEL], rule.interval, row["coverage"], smearing))
        made.append((MEDIAN, *size, None, *row[MEDIAN], None, None, None))
    return made


def _errors(name: str, expected: Column, residual: Column) -> list[Column]:
    """Median absolute error of the amount, the factor by which half of the estimates are off at most, and the median
    factor to which they are too low.
    """
    error = F.abs(F.col("observed") - F.expm1(expected))
    medians = (
        F.percentile_approx(value, 0.5, _RANK_ACCURACY) for value in (error, F.exp(F.abs(residual)), F.exp(residual))
    )
    return [F.struct(*(value.alias(f"m{place}") for place, value in enumerate(medians))).alias(name)]


def _rank_correlation(rows: DataFrame) -> float | None:
    """Spearman's, between observed and expected; None below three customers."""
    vectors = rows.select(array_to_vector(F.array("observed", "expected")).alias("pair"))
    if vectors.limit(3).count() < 3:
        return None
    matrix = Correlation.corr(vectors, "pair", "spearman").first()
    assert matrix is not None, "a correlation is one row"
    value = float(matrix[0].toArray()[0, 1])
    return None if math.isnan(value) else round(value, 9)


def estimates(
    people: DataFrame, terms: tuple[Term, ...], model: Regression, spread: Spread, rule: Estimate
) -> DataFrame:
    """`gold.estimate` without as_of and estimate."""
    logged = model.predicted(terms)
    modelled, low, high = (
        F.round(F.greatest(F.expm1(logged + shift), F.lit(0.0)), 2) for shift in (0.0, spread.low, spread.high)
    )
    mean = F.round(F.greatest(F.exp(logged) * spread.smearing - 1, F.lit(0.0)), 2)
    known = people.withColumns(
        {"modelled": modelled, "low": low, "high": high, "expected": F.coalesce(F.col("observed"), mean)}
    ).withColumn("elsewhere", F.coalesce("observed", "modelled"))
    shared = known.withColumn("share_of_wallet", F.col("here") / F.expr("nullif(here + elsewhere, 0)"))
    return shared.select(
        "customer_id",
        "here",
        "observed",
        "observed_by",
        *("modelled", "low", "high", "elsewhere", "expected", "share_of_wallet"),
        F.coalesce(F.expr(rule.opportunity), F.lit(False)).alias("opportunity"),
    )


def term_rows(terms: tuple[Term, ...], model: Regression) -> list[tuple[object, ...]]:
    """Rows of `gold.estimate_term` without as_of and estimate: the intercept first."""
    rows: list[tuple[object, ...]] = [(0, INTERCEPT, "1", "every customer alike", model.intercept, 0.0, 1.0)]
    pairs = zip(terms, model.coefficients, strict=True)
    return rows + [
        (place, term.feature, term.expression, term.meaning, weight, term.mean, term.deviation)
        for place, (term, weight) in enumerate(pairs, start=1)
    ]


def check_estimates(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression of the estimates that does not fit `gold.customer`."""
    customers, problems = empty(spark, tables["gold.customer"]), []
    for index, rule in enumerate(settings.insights.estimates):

        def at(*location: str | int, index: int = index) -> str:
            return settings.place("insights", "estimates", index, *location)

        problems += expression_problems(customers, {at("where"): rule.where}, boolean=True)
        numbers = {at("here"): f"CAST({rule.here} AS DOUBLE)"}
        numbers |= {at("observed", i, "sql"): f"CAST({r.sql} AS DOUBLE)" for i, r in enumerate(rule.observed)}
        numbers |= {at("features", i, "sql"): expression(f) for i, f in enumerate(rule.features)}
        problems += expression_problems(customers, numbers)
        extra = ("here", "elsewhere", "share_of_wallet")
        known = customers.withColumns({name: F.lit(0.0) for name in extra})
        problems += expression_problems(known, {at("opportunity"): rule.opportunity}, boolean=True)
    return problems


JOB = Job(
    name="estimate_amounts",
    run=estimate_amounts,
    reads=READS,
    writes=WRITES,
    asked=asks_for("estimates"),
    settings=("insights",),
    check=check_estimates,
    doc="Estimate amounts that show for some customers only, such as wealth at other banks, with their error.",
)
