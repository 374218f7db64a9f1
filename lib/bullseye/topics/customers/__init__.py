"""From daily measures to the customer table, now and as it was at any date."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.settings.measures import Measures
from bullseye.topics.customers.entries import measure_entries
from bullseye.topics.customers.job import CUSTOMERS, PARTY_DAYS, PERSONS, TRAINING_SNAPSHOTS
from bullseye.topics.customers.tables import tables

TOPIC = Topic(
    name="customers",
    jobs=(
        PARTY_DAYS,
        PERSONS,
        CUSTOMERS,
        TRAINING_SNAPSHOTS,
    ),
    settings=(Measures,),
    tables=tables,
    section="bullseye.topics.customers.report:SECTION",
    entries=measure_entries,
    shows=(Measures,),
)
