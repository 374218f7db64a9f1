"""Finds mistakes in churn.yaml that only Spark can see, before any job runs."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.frames import local_frame
from bullseye.errors import did_you_mean
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.tables.silver import PARTIES
from bullseye.topics.churn.settings import ChurnSettings, Leavers

_FACTS = tuple(table.name.partition(".")[2] for table in PARTIES)


def check_leavers(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for each name or expression of a question that does not fit the tables."""
    problems: list[str] = []
    for index, question in enumerate(settings[ChurnSettings].questions):

        def place(*rest: str | int, at: int = index) -> str:
            return settings.place(ChurnSettings, "questions", at, *rest)

        days, customers = empty(spark, tables["features.party_day"]), empty(spark, tables["gold.customer"])
        problems += expression_problems(days, {place("event_where"): question.event_where}, boolean=True)
        problems += expression_problems(customers, {place("where"): question.where}, boolean=True)
        named = {place("groups", at): name for at, name in enumerate(question.groups)}
        problems += _unknown(named, tables["gold.customer"].names, what="column of gold.customer")
        named = {place("sums", at, "measure"): one.measure for at, one in enumerate(question.sums)}
        problems += _unknown(named, [m.name for m in settings[Measures].measures], what="measure")
        attributes = [attribute.name for attribute in settings[Measures].attributes]
        named = {place("surroundings", at, "area"): one.area for at, one in enumerate(question.surroundings)}
        problems += _unknown(named, attributes, what="attribute of measures.yaml")
        market = empty(spark, tables["silver.market_event"])
        wheres = {place("surroundings", at, "where"): one.where for at, one in enumerate(question.surroundings)}
        problems += expression_problems(market, wheres, boolean=True)
        problems += _fact_problems(
            spark, question, tables, {"known_start": place("known_start"), "states": place("states")}
        )
        sql = {place("drivers", at, "sql"): f"CAST(({one.sql}) AS DOUBLE)" for at, one in enumerate(question.drivers)}
        problems += expression_problems(_panel(spark, question, settings, tables), sql)
    return problems


def _unknown(named: Mapping[str, str], known: list[str] | tuple[str, ...], *, what: str) -> list[str]:
    return [
        f"{place}: there is no {what} {name!r}{did_you_mean(name, known)}"
        for place, name in named.items()
        if name not in known
    ]


def _fact_problems(
    spark: SparkSession, question: Leavers, tables: Mapping[str, Table], places: Mapping[str, str]
) -> list[str]:
    problems: list[str] = []
    if start := question.known_start:
        place = places["known_start"]
        if start.fact not in _FACTS:
            problems += _unknown({f"{place}.fact": start.fact}, _FACTS, what="fact")
        else:
            rows = _fact(spark, start.fact, tables)
            problems += expression_problems(rows, {f"{place}.where": start.where}, boolean=True)
            problems += expression_problems(rows, {f"{place}.sql": f"CAST({start.sql} AS DATE)"}, aggregate=True)
    for at, state in enumerate(question.states):
        place = f"{places['states']}.{at}"
        if state.fact not in _FACTS:
            problems += _unknown({f"{place}.fact": state.fact}, _FACTS, what="fact")
            continue
        rows = _fact(spark, state.fact, tables)
        problems += expression_problems(rows, {f"{place}.since": state.since, f"{place}.until": state.until})
        problems += expression_problems(rows, {f"{place}.sql": f"CAST({state.sql} AS DOUBLE)"}, aggregate=True)
    return problems


def _fact(spark: SparkSession, fact: str, tables: Mapping[str, Table]) -> DataFrame:
    contract = tables[f"silver.{fact}"]
    others = (tables["silver.product"],) if "product_id" in contract.names else ()
    return empty(spark, contract, *others)


def _panel(spark: SparkSession, question: Leavers, settings: Settings, tables: Mapping[str, Table]) -> DataFrame:
    """No rows, with every column that a driver may use."""
    columns = {"customer_id": "STRING", "month": "DATE", "months_since_start": "INT", "months_seen": "INT"}
    columns |= dict.fromkeys(question.made, "DOUBLE")
    columns |= {attribute.name: attribute.type for attribute in settings[Measures].attributes}
    return local_frame(spark, [], ", ".join(f"`{name}` {type_}" for name, type_ in columns.items()))
