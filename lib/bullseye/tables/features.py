"""Daily measures per party, identity, and the rows that models learn from. Columns of measures come from the settings."""

from __future__ import annotations

from bullseye.core.contract import Column, Table, columns
from bullseye.settings.measures import Measures
from bullseye.tables.customer import customer_columns

IDENTITY_MAP = Table(
    "features.identity_map",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'party whose customer is another than itself',
        customer_id STRING NOT NULL COMMENT 'the customer it belongs to',
        """
    ),
    key=("party_id",),
    doc="One row per party that is not its own customer; empty where one source has one id. Readers: every job about customers.",
)

CUSTOMER_NUMBER = Table(
    "features.customer_number",
    columns=columns(
        """
        customer_id STRING NOT NULL COMMENT 'the customer',
        customer_no BIGINT NOT NULL COMMENT 'dense number for bitmaps, from 1, never reused',
        """
    ),
    key=("customer_id",),
    keep_known=True,
    doc="One row per customer ever known. Readers: every job about customers.",
)

PERSON_READ = Table(
    "features.person_read",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'person without known_since and without a fact when it was first read',
        first_as_of DATE NOT NULL COMMENT 'as_of of the run that first read it',
        """
    ),
    key=("party_id",),
    keep_known=True,
    doc="One row per person without any date of its own, written once. Readers: date_persons.",
)

PERSON_KNOWN = Table(
    "features.person_known",
    columns=columns(
        """
        day DATE NOT NULL COMMENT 'local day from which the person is a customer',
        party_id STRING NOT NULL COMMENT 'the person',
        """
    ),
    key=("party_id",),
    slice="day",
    unique_by_construction=True,
    doc="One row per row of silver.person. The day is known_since, else that of features.person_read; of a person with a fact"
    " before that day, or without either, the day of the first fact. Readers: customers.",
)


def party_day(measures: Measures) -> Table:
    """Additive daily measures: one column a measure of measures.yaml."""
    found = tuple(Column(m.name, m.type, f"{m.doc}, of this day; 0 where there is none") for m in measures.measures)
    base = columns(
        """
        day DATE NOT NULL COMMENT 'local day',
        party_id STRING NOT NULL COMMENT 'the party',
        """
    )
    return Table(
        "features.party_day",
        columns=(*base, *found),
        key=("day", "party_id"),
        slice="day",
        by_month=True,
        unique_by_construction=True,
        doc="One row per party and local day with at least one fact; every measure adds up over days. Readers: customers, scoring.",
    )


PARTY_DAY_ITEM = Table(
    "features.party_day_item",
    columns=columns(
        """
        day DATE NOT NULL COMMENT 'local day',
        party_id STRING NOT NULL COMMENT 'the party',
        dimension STRING NOT NULL COMMENT 'dimension of measures.yaml, such as category or store',
        key STRING NOT NULL COMMENT 'value of the dimension',
        amount DECIMAL(18,2) NOT NULL COMMENT 'sum of amount, in the currency of the deployment',
        orders BIGINT NOT NULL COMMENT 'distinct orders',
        """
    ),
    key=("day", "party_id", "dimension", "key"),
    slice="day",
    by_month=True,
    unique_by_construction=True,
    doc="One row per party, day, dimension and key. Readers: customers, tags, recommend.",
)


def training_snapshot(measures: Measures) -> Table:
    """What was known of a customer at past dates: the columns of `gold.customer`, without the number, the favourites and
    the sources of attributes, from which no model learns.
    """
    left_out = {"customer_no", *(d.favourite for d in measures.dimensions)}
    left_out |= {f"{a.name}_source" for a in measures.attributes if a.survivorship}
    kept = tuple(column for column in customer_columns(measures) if column.name not in left_out)
    return Table(
        "features.training_snapshot",
        columns=kept,
        key=("as_of", "customer_id"),
        slice="as_of",
        history=True,
        unique_by_construction=True,
        doc="One row per customer and past date that a model learns from or is tested on; at the starts of campaigns only"
        " those contacted. Computed by the same functions as gold.customer, from facts up to that date. Readers: scoring.",
    )
