"""The jobs `build_party_days`, `build_customers` and `build_training_snapshots`."""

from __future__ import annotations

from bullseye.core.job import Job
from bullseye.customers.build import READS, build_customers, build_training_snapshots, snapshot_dates
from bullseye.customers.check import check_measures
from bullseye.customers.days import FACT_TABLES, build_party_days

PARTY_DAYS = Job(
    name="build_party_days",
    run=build_party_days,
    reads=(*FACT_TABLES, "silver.product"),
    writes=("features.party_day", "features.party_day_item"),
    settings=("measures",),
    per_day=True,
    check=check_measures,
    doc="Sum the facts of every party and day; only new and changed days are made again.",
)

CUSTOMERS = Job(
    name="build_customers",
    run=build_customers,
    reads=READS,
    writes=("gold.customer",),
    settings=("measures",),
    doc="Make the customer table: one row per customer as of a date.",
)

TRAINING_SNAPSHOTS = Job(
    name="build_training_snapshots",
    run=build_training_snapshots,
    reads=(*(table for table in READS if table != "features.customer_number"), "silver.campaign"),
    writes=("features.training_snapshot",),
    settings=("measures", "models"),
    snapshots=snapshot_dates,
    doc="Make the customer table as it was on the past dates that models learn from; only new and changed dates are made again.",
)
