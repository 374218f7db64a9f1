"""The job `model_churn`: who leaves when, where and why, by the questions of churn.yaml."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs
from bullseye.core.lake import union_all
from bullseye.core.rows import Values, local_frame
from bullseye.learning.inference import driver_rows
from bullseye.settings.measures import Measures
from bullseye.topics.churn import leavers
from bullseye.topics.churn.months import Months, months_of_event
from bullseye.topics.churn.settings import ChurnSettings, Leavers

_log = logging.getLogger(__name__)
_WRITES = ("gold.spell", "gold.churn", "gold.survival", "gold.hazard", "gold.driver")


def model_churn(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The tables of all questions at as_of; a question with less than two whole months has no rows."""
    made: dict[str, list[Values]] = {name: [] for name in _WRITES if name != "gold.spell"}
    spells: list[DataFrame] = []
    for index, question in enumerate(context.settings[ChurnSettings].questions):
        months = months_of_event(inputs["features.party_day"], question.event_where, as_of=context.as_of)
        if months is None:
            _log.warning(
                "%s: from the first day with the event up to %s there are less than two whole months",
                question.name,
                context.as_of,
            )
            continue
        name = f"{question.name} ({context.settings.place(ChurnSettings, 'questions', index)})"
        spells.append(_answer(inputs, context, question, months, made, name=name))
    tables = {name: local_frame(context.spark, rows, context.tables[name].schema()) for name, rows in made.items()}
    found = {"gold.spell": union_all(spells)} if spells else context.empty("gold.spell")
    return {**found, **tables}


def _answer(
    inputs: Inputs,
    context: Context,
    question: Leavers,
    months: Months,
    made: Mapping[str, list[Values]],
    *,
    name: str,
) -> DataFrame:
    """Adds the rows of a question to those that are made, and gives its rows of `gold.spell`."""
    settings = context.settings
    sources = leavers.Sources(
        days=inputs["features.party_day"],
        customers=inputs["gold.customer"],
        identity_map=inputs["features.identity_map"],
        product=inputs["silver.product"],
        market=inputs["silver.market_event"],
        facts={fact: inputs[f"silver.{fact}"] for fact in question.facts},
    )
    found = context.keep(leavers.found_spells(sources, question, months))
    attributes = [attribute.name for attribute in settings[Measures].attributes]
    rows = context.keep(leavers.panel(found, sources, question, months, attributes=attributes))
    model = leavers.hazard_model(rows, question, name=name)
    nothing = {"hazard": F.lit(None).cast("double"), "reason": F.lit(None).cast("string")}
    told = rows.withColumns({"hazard": model.probability(), "reason": model.strongest()} if model else nothing)
    key = (context.as_of, question.name)
    counts = leavers.counted(told, question)
    made["gold.survival"].extend((*key, *row) for row in leavers.survival_rows(counts, question))
    made["gold.hazard"].extend((*key, *row) for row in leavers.hazard_rows(counts, question))
    made["gold.churn"].extend((*key, *row) for row in leavers.churn_rows(told, question, months))
    named = {"as_of": context.as_of, "question": question.name}
    made["gold.driver"].extend({**named, **row} for row in (driver_rows(model) if model else ()))
    mine = leavers.spell_rows(found, told, question, predicted=model is not None)
    return mine.select(F.lit(context.as_of).alias("as_of"), F.lit(question.name).alias("question"), "*")
