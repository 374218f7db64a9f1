"""The job `predict_first_product`: what prospects are likely to take up first.

Learnt from those who took up a first line, by what was known of them at the last snapshot before: multinomial logistic
regression (McFadden 1974) on few traits. Judged out of time, on the newest first lines, beside naming the most popular ones.
It says which line comes first, if any does; whether one comes is another question.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs
from bullseye.core.rows import local_frame
from bullseye.learning.features import expression, feature_columns, predictors
from bullseye.learning.fit import ridge_multinomial
from bullseye.learning.guards import guarded
from bullseye.learning.linear_model import LinearModel, model_rows
from bullseye.learning.terms import terms_of
from bullseye.settings import Settings
from bullseye.tables.facts import with_customer, with_product
from bullseye.topics.first_product.settings import Prospects

_log = logging.getLogger(__name__)
WRITES = ("gold.prospect", "gold.prospect_quality", "gold.prospect_term")
MODEL, POPULAR = "regression", "most popular"
_DIGITS = 6


Choice = Mapping[str, LinearModel]
"""A model a line: the exponential of its sum is the weight of the line, and the share of that in all its probability."""


def predict_first_product(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The three tables at as_of; empty where too few have taken up a first line."""
    schemas = {name: context.tables[name].schema() for name in WRITES}
    rule, day = context.settings[Prospects], context.as_of
    assert rule is not None, "the job is enabled"
    facts = with_customer(
        with_product(inputs["silver.holding"], inputs["silver.product"]), inputs["features.identity_map"]
    )
    # learnt from, and told from prospects
    firsts = context.keep(first_lines(facts, rule, as_of=day))
    known = context.keep(openings(firsts, inputs["features.training_snapshot"], rule))
    split = day - timedelta(days=rule.test_days)
    earlier = known.where(F.col("opened_day") <= F.lit(split))
    popular = lines_learnt(earlier, rule)
    if len(popular) < 2:
        _log.warning(
            "prospects: fewer than two lines were taken up first %d times or more (min_openings)", rule.min_openings
        )
        return context.empty(*WRITES)
    model = fit(earlier.where(F.col("line").isin(list(popular))), tuple(sorted(popular)), rule)
    quality = quality_rows(known.where(F.col("opened_day") > F.lit(split)), model, popular, rule)
    people = inputs["gold.customer"].where(F.expr(rule.where)).join(firsts, on="customer_id", how="left_anti")
    dated = F.lit(day).alias("as_of")
    return {
        "gold.prospect": prospects(people, model, rule).select(dated, "*"),
        "gold.prospect_quality": local_frame(
            context.spark, [(day, *row) for row in quality], schemas["gold.prospect_quality"]
        ),
        "gold.prospect_term": context.frame("gold.prospect_term", [{"as_of": day, **row} for row in term_rows(model)]),
    }


def first_lines(holdings: DataFrame, rule: Prospects, *, as_of: date) -> DataFrame:
    """customer_id, line and opened_day of the first thing that each customer took up, lines of `exclude` apart.

    Of several on one day, the line that is first in the alphabet.
    """
    line = F.col(rule.level).alias("line")
    begun = holdings.where(F.col("opened_day") <= F.lit(as_of)).select("customer_id", "opened_day", line)
    known = begun.where(F.col("line").isNotNull() & ~F.col("line").isin(list(rule.exclude)))
    first = F.min(F.struct("opened_day", "line")).alias("first")
    return known.groupBy("customer_id").agg(first).select("customer_id", "first.line", "first.opened_day")


def openings(firsts: DataFrame, snapshots: DataFrame, rule: Prospects) -> DataFrame:
    """The first lines with the features at the last snapshot before; who has no snapshot before is left out."""
    wanted = firsts if rule.first is None else firsts.where(F.col("opened_day") >= F.lit(rule.first))
    values = snapshots.select("customer_id", "as_of", *feature_columns(rule.features))
    before = values.join(wanted, on="customer_id", how="inner").where(F.col("as_of") < F.col("opened_day"))
    newest = F.max_by(F.struct(*(name for name in before.columns if name not in wanted.columns)), "as_of").alias(
        "known"
    )
    found = before.groupBy(*wanted.columns).agg(newest).select(*wanted.columns, "known.*")
    # MLlib sums up row by row: the same customers must lie in the same order in every run
    return found.repartition(1, "customer_id").sortWithinPartitions("customer_id")


def lines_learnt(earlier: DataFrame, rule: Prospects) -> dict[str, int]:
    """Customers by first line, the most popular first; only lines of which there are enough."""
    found = {row["line"]: row["count"] for row in earlier.groupBy("line").count().collect()}  # one row a line
    enough = {line: count for line, count in found.items() if count >= rule.min_openings}
    return dict(sorted(enough.items(), key=lambda item: (-item[1], item[0])))


def fit(rows: DataFrame, lines: Sequence[str], rule: Prospects) -> Choice:
    """The multinomial regression."""
    label = F.array_position(F.array(*(F.lit(line) for line in lines)), F.col("line")).cast("double") - 1
    labelled, name = rows.withColumn("_label", label), "prospects"
    terms = terms_of(labelled, predictors(rule.features), name=name)
    terms = guarded(labelled, terms, classes="_label", name=name)
    models = ridge_multinomial(labelled, terms, label="_label", regularisation=rule.regularisation, name=name)
    return dict(zip(lines, models, strict=True))


def likeliest(choice: Choice) -> Column:
    """An array of structs (line, probability), the likeliest first; equal ones by the alphabet."""
    return _ordered(tuple(choice), [F.exp(model.predicted()) for model in choice.values()])


def quality_rows(
    tested: DataFrame, model: Choice, popular: Mapping[str, int], rule: Prospects
) -> list[tuple[object, ...]]:
    """Rows of `gold.prospect_quality` without as_of: by the model, and always the most popular lines of the training.

    A line that is not among what was learnt is a miss of both, with the smallest probability in the log loss.
    """
    total = sum(popular.values())
    shares = _ordered(tuple(popular), [F.lit(count / total) for count in popular.values()])
    rows: list[tuple[object, ...]] = []
    for method, order in ((MODEL, likeliest(model)), (POPULAR, shares)):
        ranked = tested.select("line", order.alias("ranked"))
        place = F.array_position(F.transform("ranked", lambda one: one["line"]), F.col("line"))
        right = F.when(place > 0, F.element_at("ranked", F.when(place > 0, place).cast("int"))["probability"])
        found = (
            ranked.select(place.alias("place"), right.alias("right"))
            .agg(
                F.count(F.lit(1)).alias("customers"),
                F.count_if(F.col("place") == 1).alias("hits"),
                F.count_if(F.col("place").between(1, rule.top)).alias("hits_top"),
                F.avg(-F.log(F.greatest(F.coalesce("right", F.lit(0.0)), F.lit(1e-6)))).alias("log_loss"),
            )
            .first()
        )
        assert found is not None, "an aggregate without groups has one row"
        rows.append((method, rule.top, total, found["customers"], found["hits"], found["hits_top"], found["log_loss"]))
    return rows


def prospects(people: DataFrame, model: Choice, rule: Prospects) -> DataFrame:
    """`gold.prospect` without as_of: the likeliest first lines of each customer, position from 1."""
    scored = people.select("customer_id", *feature_columns(rule.features))
    ranked = scored.select("customer_id", F.slice(likeliest(model), 1, rule.top).alias("ranked"))
    each = ranked.select("customer_id", F.posexplode("ranked").alias("place", "found"))
    probability = F.round("found.probability", _DIGITS).alias("probability")
    return each.select(
        "customer_id", (F.col("place") + 1).alias("position"), F.col("found.line").alias("line"), probability
    )


def _ordered(lines: Sequence[str], weights: Sequence[Column]) -> Column:
    """Structs (line, probability), sorted by falling probability, then by the alphabet."""
    total = F.aggregate(F.array(*weights), F.lit(0.0), lambda sum_, one: sum_ + one)
    pairs = F.array(
        *(
            F.struct((-weight).alias("minus"), F.lit(line).alias("line"), weight.alias("weight"))
            for line, weight in zip(lines, weights, strict=True)
        )
    )
    return F.transform(
        F.array_sort(pairs),
        lambda one: F.struct(one["line"].alias("line"), (one["weight"] / total).alias("probability")),
    )


def term_rows(choice: Choice) -> list[dict[str, object]]:
    """Rows of `gold.prospect_term` without as_of, by name: line by line, the intercept first."""
    return [{"line": line, **row} for line, model in choice.items() for row in model_rows(model)]


def check_prospects(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression that does not fit `gold.customer`, or the snapshots that are learnt from."""
    rule = settings[Prospects]
    place = settings.place(Prospects, "where")
    problems = expression_problems(empty(spark, tables["gold.customer"]), {place: rule.where}, boolean=True)
    features = {
        settings.place(Prospects, "features", index, "sql"): expression(feature)
        for index, feature in enumerate(rule.features)
    }
    return problems + expression_problems(empty(spark, tables["features.training_snapshot"]), features)
