"""The jobs `build_party_days`, `date_persons`, `build_customers` and `build_training_snapshots`."""

from __future__ import annotations

from collections.abc import Collection

from bullseye.core.job import ChangedDays, Job, Registry, Snapshots, lazy
from bullseye.settings import Settings
from bullseye.settings.measures import Measures
from bullseye.settings.models import Models
from bullseye.topics.customers.reads import DATED_TABLES, FACT_TABLES, READS, STANDING_TABLES


def _summed(settings: Settings) -> Collection[str]:
    """The facts that are summed, and what their products are."""
    return {"silver.product", *(f"silver.{fact}" for fact in settings[Measures].facts)}


def _looked_at(settings: Settings) -> Collection[str]:
    """All but the tables of last values and states that these settings do not have."""
    return {*READS, "silver.campaign"} - (set(STANDING_TABLES) - _standing(settings[Measures]))


def _standing(measures: Measures) -> set[str]:
    """The tables of last values and states, with the products of states."""
    tables = {
        f"silver.{fact}" for fact in (*(lv.fact for lv in measures.last_values), *(s.fact for s in measures.states))
    }
    return tables | ({"silver.product"} if measures.states else set())


PARTY_DAYS = Job(
    name="build_party_days",
    run=lazy("bullseye.topics.customers.days:build_party_days"),
    reads=(*FACT_TABLES, "silver.product"),
    writes=("features.party_day", "features.party_day_item"),
    settings=(Measures,),
    texts=(Measures,),
    kind=ChangedDays(),
    reads_for=_summed,
    check=lazy("bullseye.topics.customers.check:check_measures"),
    doc="Sum the facts of every party and day; only new and changed days are made again.",
)

PERSONS = Job(
    name="date_persons",
    run=lazy("bullseye.topics.customers.known_since:date_persons"),
    reads=("silver.person", *DATED_TABLES),
    writes=("features.person_read", "features.person_known"),
    previous=("features.person_read",),
    kind=Registry(),
    doc="Decide from which day each person is known; a person without a date is known from the run that first read it.",
)

CUSTOMERS = Job(
    name="build_customers",
    run=lazy("bullseye.topics.customers.build:build_customers"),
    reads=READS,
    writes=("gold.customer",),
    settings=(Measures,),
    texts=(Measures,),
    reads_for=_looked_at,
    doc="Make the customer table: one row per customer as of a date.",
)

TRAINING_SNAPSHOTS = Job(
    name="build_training_snapshots",
    run=lazy("bullseye.topics.customers.build:build_training_snapshots"),
    reads=(*(table for table in READS if table != "features.customer_number"), "silver.campaign"),
    writes=("features.training_snapshot",),
    settings=(
        Measures,
        Models,
    ),
    kind=Snapshots(lazy("bullseye.topics.customers.build:snapshot_dates")),
    reads_for=_looked_at,
    doc="Make the customer table as it was on the past dates that models learn from; only new and changed dates are made again.",
)
