"""The job `analyse_repurchase`: factors behind survey answers and other items, and what they weigh for buying again."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs
from bullseye.core.rows import Values, local_frame
from bullseye.errors import did_you_mean
from bullseye.learning.inference import driver_rows
from bullseye.settings import Settings
from bullseye.tables.facts import with_customer, with_product
from bullseye.tables.silver import FACTS, PARTIES
from bullseye.topics.repurchase.repurchase import analyse, factor_rows, items_of, loading_rows, weigh, with_outcome
from bullseye.topics.repurchase.settings import Repurchase, RepurchaseSettings

_log = logging.getLogger(__name__)
_WRITES = ("ops.factor", "ops.factor_loading", "gold.factor_weight")


def analyse_repurchase(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The tables of all questions at as_of; empty where there are too few answers."""
    made: dict[str, list[Values]] = {name: [] for name in _WRITES}
    for index, question in enumerate(context.settings[RepurchaseSettings].questions):
        name = f"{question.name} ({context.settings.place(RepurchaseSettings, 'questions', index)})"
        rows = context.keep(items_of(_by_customer(inputs, question.fact), question))
        found = analyse(rows, question, name=name)
        if found is None:
            _log.warning("%s: too few customers with all items (min_rows is %d), or items", name, question.min_rows)
            continue
        if found.remark:
            _log.warning("%s: %s", name, found.remark)
        outcome = with_outcome(rows, _by_customer(inputs, question.outcome.fact), question.outcome, as_of=context.as_of)
        model = weigh(context.keep(outcome), found, question, name=name)
        key = (context.as_of, question.name)
        made["ops.factor"].extend((*key, *row) for row in factor_rows(found))
        made["ops.factor_loading"].extend((*key, *row) for row in loading_rows(found))
        named = {"as_of": context.as_of, "question": question.name}
        weights = driver_rows(model) if model else []
        made["gold.factor_weight"].extend({**named, "factor": row["driver"], **row} for row in weights)
    return {name: local_frame(context.spark, rows, context.tables[name].schema()) for name, rows in made.items()}


def _by_customer(inputs: Inputs, fact: str) -> DataFrame:
    rows = with_customer(inputs[f"silver.{fact}"], inputs["features.identity_map"])
    return with_product(rows, inputs["silver.product"]) if "product_id" in rows.columns else rows


def check_repurchase(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for each name or expression of a question that does not fit the tables."""
    problems: list[str] = []
    for index, question in enumerate(settings[RepurchaseSettings].questions):
        place = settings.place(RepurchaseSettings, "questions", index)
        problems += _question_problems(spark, question, tables, place=place)
    return problems


def _question_problems(
    spark: SparkSession, question: Repurchase, tables: Mapping[str, Table], *, place: str
) -> list[str]:
    dated = [table.name.partition(".")[2] for table in FACTS]
    standing = [table.name.partition(".")[2] for table in PARTIES]
    problems = _unknown_fact(f"{place}.fact", question.fact, dated)
    problems += _unknown_fact(f"{place}.outcome.fact", question.outcome.fact, standing)
    if problems:
        return problems
    rows, outcome = _fact(spark, question.fact, tables), question.outcome
    problems = expression_problems(rows, {f"{place}.where": question.where}, boolean=True)
    sql = {f"{place}.items.{item.name}": f"CAST({item.sql} AS DOUBLE)" for item in question.items}
    problems += expression_problems(rows, sql, aggregate=True)
    events = _fact(spark, outcome.fact, tables)
    problems += expression_problems(events, {f"{place}.outcome.where": outcome.where}, boolean=True)
    told = {f"{place}.outcome.day": f"CAST({outcome.day} AS DATE)"}
    told |= {f"{place}.outcome.same": outcome.same} if outcome.same else {}
    return problems + expression_problems(events, told)


def _unknown_fact(place: str, fact: str, known: list[str]) -> list[str]:
    if fact in known:
        return []
    return [f"{place}: there is no fact {fact!r}{did_you_mean(fact, known)}; facts: {', '.join(known)}"]


def _fact(spark: SparkSession, fact: str, tables: Mapping[str, Table]) -> DataFrame:
    contract = tables[f"silver.{fact}"]
    others = (tables["silver.product"],) if "product_id" in contract.names else ()
    return empty(spark, contract, *others)
