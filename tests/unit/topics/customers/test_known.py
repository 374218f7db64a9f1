"""From which day a person is known, and that nobody is a customer, or has attributes, before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import context_of, rows_of

from bullseye.core.job import Context, Inputs
from bullseye.settings import Settings
from bullseye.topics.customers.build import build_customers, known_customers, snapshot_spines
from bullseye.topics.customers.job import CUSTOMERS, PERSONS, TRAINING_SNAPSHOTS
from bullseye.topics.customers.known import date_persons

RUN = date(2020, 6, 30)
OLD, NEW = date(2010, 12, 31), date(2011, 7, 1)
Rows = Mapping[str, list[dict[str, Any]]]
ALL = {*PERSONS.reads, *PERSONS.previous, *CUSTOMERS.reads, *TRAINING_SNAPSHOTS.reads}


def inputs_of(context: Context, rows: Rows, frames: Mapping[str, DataFrame] | None = None) -> Inputs:
    made = {name: rows_of(context.spark, context.tables[name], *rows.get(name, [])) for name in ALL}
    made |= frames or {}
    return Inputs({name: lambda frame=frame: frame for name, frame in made.items()}, "test")


def dated(context: Context, rows: Rows, *, as_of: date = RUN) -> tuple[dict[str, date], dict[str, date]]:
    """The days from which persons are known, and what is added to the registry, in a run as of a date."""
    made = date_persons(inputs_of(context, rows), replace(context, given_as_of=as_of))
    known = {row["party_id"]: row["day"] for row in made["features.person_known"].collect()}
    return known, {row["party_id"]: row["first_as_of"] for row in made["features.person_read"].collect()}


@pytest.fixture
def context(spark: SparkSession, retail: Settings) -> Context:
    return context_of(spark, retail, as_of=OLD)


def test_a_person_is_known_from_known_since_else_from_the_first_fact_else_from_the_run_that_first_read_it(
    context: Context,
) -> None:
    rows: Rows = {
        "silver.person": [
            {"party_id": "registered", "known_since": OLD},
            {"party_id": "buyer"},
            {"party_id": "both", "known_since": NEW},
            {"party_id": "holder"},
            {"party_id": "prospect"},
            {"party_id": "read before"},
            {"party_id": "read, then bought"},
            {"party_id": "dated later", "known_since": NEW},
        ],
        "silver.order_line": [
            {"party_id": "buyer", "day": NEW},
            {"party_id": "both", "day": OLD},
            {"party_id": "both", "day": RUN},
            {"party_id": "read, then bought", "day": RUN},
            {"party_id": "no person", "day": OLD},
        ],
        "silver.event": [{"party_id": "buyer", "day": OLD}],
        "silver.holding": [{"party_id": "holder", "opened_day": NEW}],
        "features.person_read": [
            {"party_id": "read before", "first_as_of": NEW},
            {"party_id": "read, then bought", "first_as_of": NEW},
            {"party_id": "dated later", "first_as_of": OLD},
        ],
    }
    known, read = dated(context, rows)
    assert known == {
        "registered": OLD,
        "buyer": OLD,
        "both": OLD,
        "holder": NEW,
        "prospect": RUN,
        "read before": NEW,
        "read, then bought": NEW,
        "dated later": NEW,
    }
    assert read == {"prospect": RUN}, "the registry is written once"


@pytest.mark.fault(
    "a run about 2010 on a shop whose persons first bought later",
    right="they are not prospects of 2010, and stay dated",
)
def test_a_run_about_the_past_does_not_take_later_customers_for_prospects(context: Context) -> None:
    rows: Rows = {
        "silver.person": [{"party_id": "later"}, {"party_id": "never"}],
        "silver.order_line": [{"party_id": "later", "day": NEW}],
    }
    assert dated(context, rows, as_of=OLD) == ({"later": NEW, "never": OLD}, {"never": OLD})


def customers(context: Context, rows: Rows, known: Mapping[str, date], *, dates: list[date]) -> set[tuple[str, date]]:
    persons = [{"party_id": party, "day": day} for party, day in known.items()]
    found = known_customers(inputs_of(context, {**rows, "features.person_known": persons}), dates)
    return {(row["customer_id"], row["as_of"]) for row in found.collect()}


@pytest.mark.fault(
    "every row of silver.person counted as known for ever",
    right="a customer starts on the first day that is known of it",
)
def test_nobody_is_a_customer_before_the_first_day(context: Context) -> None:
    before = OLD - timedelta(days=1)
    rows: Rows = {
        "features.party_day": [{"party_id": "buyer", "day": NEW}],
        "silver.contact": [{"party_id": "contacted", "day": OLD}],
        "silver.response": [{"party_id": "answered", "day": OLD}],
        "features.identity_map": [{"party_id": "young", "customer_id": "old"}],
    }
    known = {"prospect": OLD, "buyer": NEW, "old": NEW, "young": OLD}
    assert customers(context, rows, known, dates=[before, OLD, NEW]) == {
        *((who, OLD) for who in ("prospect", "contacted", "answered", "old")),
        *((who, NEW) for who in ("prospect", "contacted", "answered", "old", "buyer")),
    }, "a customer of several parties is known from the earliest"


def test_a_snapshot_at_the_start_of_a_campaign_has_only_those_known_by_then(context: Context) -> None:
    start = OLD + timedelta(days=1)
    rows: Rows = {
        "silver.campaign": [{"campaign_id": "1", "start_day": start, "end_day": start}],
        "silver.contact": [{"campaign_id": "1", "party_id": who, "day": start} for who in ("known", "new")],
        "features.person_known": [{"party_id": "known", "day": OLD}, {"party_id": "new", "day": start}],
    }
    _, contacted = snapshot_spines(inputs_of(context, rows), replace(context, given_as_of=NEW, slices=(OLD,)))
    assert [tuple(row) for row in contacted.collect()] == [("known", OLD)]


@pytest.mark.fault(
    "a person dated after as_of is added, who turns out to be a customer of then",
    right="the customer table of that day stays as it was",
)
def test_a_person_dated_after_as_of_changes_no_earlier_customer_table(context: Context) -> None:
    rows: Rows = {
        "silver.person": [{"party_id": "b", "age_band": None, "known_since": OLD}],
        "features.person_known": [{"party_id": "b", "day": OLD}],
        "features.customer_number": [{"customer_id": "b", "customer_no": 1}],
        "features.party_day": [{"party_id": "b", "day": OLD}],
    }
    later: Rows = {
        **rows,
        "silver.person": [
            *rows["silver.person"],
            *({"party_id": who, "age_band": "45-54", "known_since": NEW} for who in "ac"),
        ],
        "features.person_known": [*rows["features.person_known"], *({"party_id": who, "day": NEW} for who in "ac")],
        "features.customer_number": [*rows["features.customer_number"], {"customer_id": "c", "customer_no": 2}],
        "features.identity_map": [{"party_id": "a", "customer_id": "b"}],
    }

    def table(given: Rows, as_of: date) -> list[tuple[Any, ...]]:
        made = build_customers(inputs_of(context, given), replace(context, given_as_of=as_of))["gold.customer"]
        return sorted(tuple(row) for row in made.collect())

    before = table(rows, OLD)
    assert table(later, OLD) == before
    assert len(before) == 1
    first, _ = table(later, NEW)
    assert "45-54" in first
