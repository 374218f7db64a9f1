"""The job that follows customers until they leave."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError
from pyspark.sql import SparkSession
from tests.conftest import context_of, rows_of

from bullseye.core.job import Context, Inputs
from bullseye.settings import Settings
from bullseye.suite import contracts
from bullseye.topics.churn.check import check_leavers
from bullseye.topics.churn.job import JOB
from bullseye.topics.churn.settings import ChurnSettings, Leavers

AS_OF = date(2024, 6, 30)
QUESTION = {
    "name": "orders",
    "doc": "Orders every month",
    "event_where": "orders > 0",
    "drivers": [{"name": "spend", "sql": "spend_before / 10", "doc": "spent in the month before"}],
    "sums": [{"name": "spend_before", "measure": "spend"}],
    "states": [{"name": "items", "fact": "order_line", "since": "day", "until": "NULL", "sql": "count(1)"}],
    "horizons": [2, 9],
    "groups": ["household_size"],
    "min_group": 2,
    "min_events": 2,
}
HABITS = {"a": [1, 2, 3, 4, 5, 6], "b": [2, 3], "c": [2, 3, 4, 5, 6], "d": [3, 4, 5], "e": [1, 2, 3], "other": [2]}


def with_questions(settings: Settings, *questions: dict[str, object]) -> Settings:
    """The settings with other questions about leavers."""
    return settings.replacing(ChurnSettings.model_validate({"questions": list(questions)}))


def inputs_of(spark: SparkSession, settings: Settings, *earlier: dict[str, object]) -> Inputs:
    """The habits as tables, with `earlier` days of other measures."""
    tables = contracts(settings)
    days = [
        {
            "party_id": who,
            "day": date(2024, m, 5 if m > 1 else 1),
            "orders": 1,
            "spend": Decimal(10 * m + len(who + str(months)) % 7),
        }
        for who, months in HABITS.items()
        for m in months
    ]
    people = [
        {"customer_id": who, "household_size": None if who == "a" else "north", "as_of": AS_OF}
        for who in HABITS
        if who != "other"
    ]
    frames = {
        "features.party_day": rows_of(spark, tables["features.party_day"], *days, *earlier),
        "gold.customer": rows_of(spark, tables["gold.customer"], *people),
    }
    nothing = ("features.identity_map", "silver.product", "silver.market_event", "silver.order_line")
    frames |= {name: spark.createDataFrame([], tables[name].schema()) for name in nothing}
    return Inputs({name: lambda frame=frame: frame for name, frame in frames.items()}, JOB.name)


@pytest.fixture(scope="module")
def found(spark: SparkSession, retail: Settings):
    settings = with_questions(retail, QUESTION)
    context = context_of(spark, settings, as_of=AS_OF)
    tables = answers(inputs_of(spark, settings), context)
    context.release()
    return tables


def answers(inputs: Inputs, context: Context) -> dict[str, list[dict[str, object]]]:
    """The rows of every table, in a fixed order."""
    tables = JOB.run(inputs, context)
    return {name: sorted((row.asDict() for row in rows.collect()), key=str) for name, rows in tables.items()}


def picked(rows, *names, **where):
    return sorted(
        (tuple(row[name] for name in names) for row in rows if all(row[key] == value for key, value in where.items())),
        key=str,
    )


def test_spells_of_the_population_are_told_with_what_is_expected_of_those_who_stay(found) -> None:
    names = ("customer_id", "start_month", "entered_month", "left_month", "months_observed", "months_since_start")
    assert picked(found["gold.spell"], *names) == [
        ("a", None, date(2024, 1, 1), None, 5, None),
        ("b", date(2024, 2, 1), date(2024, 2, 1), date(2024, 4, 1), 2, None),
        ("c", date(2024, 2, 1), date(2024, 2, 1), None, 4, 5),
        ("d", date(2024, 3, 1), date(2024, 3, 1), date(2024, 6, 1), 3, None),
        ("e", None, date(2024, 1, 1), date(2024, 4, 1), 3, None),
    ]
    told = {row["customer_id"]: row for row in found["gold.spell"]}
    assert {who for who, row in told.items() if row["hazard"] is not None} == {"a", "c"}
    assert told["c"]["probability"] == pytest.approx(1 - (1 - told["c"]["hazard"]) ** 2)
    assert told["c"]["horizon_months"] == 2


def test_churn_is_of_those_who_could_leave_when_the_months_began(found) -> None:
    # In May and June: a, c and d could leave, and d did. Nine months are more than there are.
    # Two are there at the end, c in the north.
    names = ("value", "present", "from_month", "customers", "leavers", "share")
    assert picked(found["gold.churn"], *names, horizon_months=2) == [
        ("all", 2, date(2024, 5, 1), 3, 1, pytest.approx(1 / 3)),
        ("north", 1, date(2024, 5, 1), 2, 1, 0.5),
    ]
    assert picked(found["gold.churn"], "value", horizon_months=9) == []


def test_curves_are_of_those_whose_start_is_known(found) -> None:
    rows = picked(found["gold.survival"], "month", "at_risk", "leavers", "survival", breakdown="all")
    # b leaves in the second month of life, d in the third.
    assert rows == [
        (1, 3, 0, 1.0),
        (2, 3, 1, pytest.approx(2 / 3)),
        (3, 2, 1, pytest.approx(1 / 3)),
        (4, 1, 0, pytest.approx(1 / 3)),
    ]


def test_hazards_are_of_all_months_at_risk(found) -> None:
    assert picked(found["gold.hazard"], "at_risk", "leavers", breakdown="all") == [(17, 3)]
    assert picked(found["gold.hazard"], "value", "at_risk", "leavers", breakdown="household_size") == [
        ("north", 12, 3),
        ("unknown", 5, 0),
    ]
    assert picked(found["gold.hazard"], "value", "at_risk", "leavers", breakdown="calendar month") == [
        ("2024-02", 2, 0),
        ("2024-03", 4, 0),
        ("2024-04", 5, 2),
        ("2024-05", 3, 0),
        ("2024-06", 3, 1),
    ]
    (everybody,) = [row for row in found["gold.hazard"] if row["breakdown"] == "all"]
    # A regression with an intercept expects as many exits as there were.
    assert everybody["expected"] == pytest.approx(3 / 17, rel=1e-6)


def test_drivers_are_told_with_the_rows_behind_them(found) -> None:
    assert picked(found["gold.driver"], "position", "driver", "rows", "events") == [
        (0, "(intercept)", 17, 3),
        (1, "spend", 17, 3),
    ]


def test_less_than_two_whole_months_of_data_answer_nothing(spark: SparkSession, retail: Settings) -> None:
    settings = with_questions(retail, QUESTION)
    context = context_of(spark, settings, as_of=date(2024, 2, 15))
    assert all(rows.isEmpty() for rows in JOB.run(inputs_of(spark, settings), context).values())


def test_days_of_years_before_the_first_event_change_nobody_s_start(
    spark: SparkSession, retail: Settings, found
) -> None:
    settings = with_questions(retail, {**QUESTION, "min_events": 99, "groups": []})
    context = context_of(spark, settings, as_of=AS_OF)
    earlier = [{"party_id": "a", "day": date(2015, 3, 9)}, {"party_id": "b", "day": date(2023, 12, 31)}]
    rows = answers(inputs_of(spark, settings, *earlier), context)["gold.spell"]
    context.release()
    names = ("customer_id", "spell", "start_month", "entered_month", "left_month", "months_observed")
    assert picked(rows, *names) == picked(found["gold.spell"], *names)


def test_mistakes_in_questions_are_told_with_the_nearest_name(spark: SparkSession, retail: Settings) -> None:
    wrong = {**QUESTION, "event_where": "ordres > 0", "groups": ["houshold_size"], "where": "1"}
    wrong |= {
        "sums": [{"name": "spend_before", "measure": "spnd"}],
        "drivers": [{"name": "s", "sql": "spend_befor", "doc": "abc"}],
    }
    wrong |= {
        "surroundings": [{"name": "offers", "area": "kid"}],
        "states": [{"name": "held", "fact": "holdng", "sql": "count(1)"}],
    }
    problems = "\n".join(check_leavers(spark, with_questions(retail, wrong), contracts(retail)))
    for text in (
        "orders",
        "household_size",
        "true or false",
        "spend",
        "spend_before",
        "no attribute of measures.yaml 'kid'",
        "holding",
    ):
        assert text in problems
    assert check_leavers(spark, with_questions(retail, QUESTION), contracts(retail)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sums": [{"name": "month", "measure": "spend"}]}, "two columns are named month"),
        ({"sums": [{"name": "s", "measure": "spend", "first": -1, "last": -2}]}, "is after last"),
        ({"drivers": []}, "at least 1 item"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(change, told) -> None:
    with pytest.raises(ValidationError, match=told):
        Leavers.model_validate({**QUESTION, **change})
