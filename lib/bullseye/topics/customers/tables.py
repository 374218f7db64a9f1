"""The tables of customers."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.core.contract import AS_OF, DAYS, HISTORY, MONTHS, REGISTRY, Column, Table, columns
from bullseye.settings import Settings
from bullseye.settings.measures import Measures

_BASE = columns(
    """
    as_of DATE NOT NULL COMMENT 'state at the end of this local day',
    customer_id STRING NOT NULL COMMENT 'the company''s user ID: one person, whatever the sources call them',
    customer_no BIGINT NOT NULL COMMENT 'dense number for bitmaps, from 1, never reused',
    first_day DATE COMMENT 'first active day; NULL for a prospect',
    last_day DATE COMMENT 'last active day; NULL for a prospect',
    recency_days INT COMMENT 'days since the last active day; NULL for a prospect',
    tenure_days INT COMMENT 'days since the first active day; NULL for a prospect',
    gap_mean_days DOUBLE COMMENT 'mean days between consecutive active days; NULL below two active days',
    gap_sd_days DOUBLE COMMENT 'sample standard deviation of the days between active days; NULL below three active days',
    """.replace("''", "’")
)

_CAMPAIGNS = columns(
    """
    campaigns_received BIGINT NOT NULL COMMENT 'campaigns that contacted the customer so far, control groups excluded',
    campaigns_responded BIGINT NOT NULL COMMENT 'campaigns with at least one response of the stage in measures.yaml',
    responses BIGINT NOT NULL COMMENT 'responses of the stage in measures.yaml',
    response_recency_days INT COMMENT 'days since the last such response; NULL if there was none',
    """
)


def window_names(measures: Measures) -> list[tuple[str, int | None]]:
    """Suffix and length of every window; None is all time."""
    return [*((f"{days}d", days) for days in measures.windows), ("all", None)]


def customer_columns(measures: Measures) -> tuple[Column, ...]:
    """All columns of the customer table, in order."""
    return (
        *_BASE,
        *_attributes(measures),
        *_windows(measures),
        *_items(measures),
        *_last_values(measures),
        *_states(measures),
        *_campaigns(measures),
        *_derived(measures),
    )


def customer(measures: Measures) -> Table:
    """The contract that a deployment's measures imply."""
    return Table(
        "gold.customer",
        columns=customer_columns(measures),
        key=("as_of", "customer_id"),
        writing=AS_OF,
        doc="One row per as_of and customer, prospects without a purchase included. Windows of N days are (as_of - N, as_of];"
        " a window that begins before the first day of the data is NULL. Readers: everyone.",
        unique_by_construction=True,
    )


def _attributes(measures: Measures) -> Iterator[Column]:
    for attribute in measures.attributes:
        yield Column(attribute.name, attribute.type, f"{attribute.doc}; NULL when unknown")
        if attribute.survivorship:
            yield Column(
                f"{attribute.name}_source", "STRING", f"source that {attribute.name} is taken from; NULL as that"
            )


def windowed(measures: Measures) -> list[tuple[str, str, str, str]]:
    """Name, type, meaning and fact of everything that is counted in windows; the customer table need not keep all of it."""
    active = next(m.fact for m in measures.measures if m.name == measures.active)
    counted = [("active_days", "BIGINT", "days with activity", active)]
    counted += [(m.name, m.type, m.doc, m.fact) for m in measures.measures]
    return counted + [
        (d.distinct, "BIGINT", f"distinct values of: {d.doc}", d.fact) for d in measures.dimensions if d.distinct
    ]


def _windows(measures: Measures) -> Iterator[Column]:
    hidden = {m.name for m in measures.measures if not m.in_customer}
    for name, type_, doc, _ in windowed(measures):
        for suffix, days in window_names(measures):
            when = f"over {days} days; NULL where data do not reach back so far" if days else "over all time"
            if name not in hidden:
                yield Column(f"{name}_{suffix}", type_, f"{doc}, {when}")


def _items(measures: Measures) -> Iterator[Column]:
    back = f"over {measures.share_window} days"
    for dimension in measures.dimensions:
        if dimension.favourite:
            doc = f"{dimension.doc} with the largest amount {back}, however small; ties go to the first in the alphabet; NULL without any"
            yield Column(dimension.favourite, "STRING", doc)
        for name, keys in dimension.shares.items():
            doc = f"share of the amount over all values of {dimension.name} that falls on {', '.join(keys)}, {back}; 0 to 1, NULL where the amount is not positive"
            yield Column(name, "DOUBLE", doc)


_STATISTICS = {
    "mean": "mean of",
    "min": "smallest",
    "max": "largest",
    "deviation": "sample standard deviation of",
}


def _last_values(measures: Measures) -> Iterator[Column]:
    for one in measures.last_values:
        yield Column(one.name, one.type, f"{one.doc}, last observed value; NULL when never observed")
        for statistic in one.statistics:
            for days in measures.windows:
                doc = f"{_STATISTICS[statistic]} {one.doc} over the readings of {days} days; NULL without any, and where data do not reach back so far"
                yield Column(one.column(statistic, days), one.type_of(statistic), doc)


def _states(measures: Measures) -> Iterator[Column]:
    for state in measures.states:
        absent = "0" if state.zero else "NULL"
        yield Column(state.name, state.type, f"{state.doc}; {absent} where there is none")


def _campaigns(measures: Measures) -> tuple[Column, ...]:
    return _CAMPAIGNS if measures.campaigns else ()


def _derived(measures: Measures) -> Iterator[Column]:
    return (Column(c.name, c.type, c.doc) for c in measures.columns)


PERSON_READ = Table(
    "features.person_read",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'person without known_since and without a fact when it was first read',
        first_as_of DATE NOT NULL COMMENT 'as_of of the run that first read it',
        """
    ),
    key=("party_id",),
    writing=REGISTRY,
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
    writing=DAYS,
    unique_by_construction=True,
    doc="One row per row of silver.person. The day is known_since, else that of features.person_read; of a person with a fact"
    " before that day, or without either, the day of the first fact. Readers: customers.",
)


def party_day(measures: Measures) -> Table:
    """Additive daily measures: one column a measure of measures.yaml."""
    measured = tuple(Column(m.name, m.type, f"{m.doc}, of this day; 0 where there is none") for m in measures.measures)
    base = columns(
        """
        day DATE NOT NULL COMMENT 'local day',
        party_id STRING NOT NULL COMMENT 'the party',
        """
    )
    return Table(
        "features.party_day",
        columns=(*base, *measured),
        key=("day", "party_id"),
        writing=MONTHS,
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
    writing=MONTHS,
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
        writing=HISTORY,
        unique_by_construction=True,
        doc="One row per customer and past date that a model learns from or is tested on; at the starts of campaigns only"
        " those contacted. Computed by the same functions as gold.customer, from facts up to that date. Readers: scoring.",
    )


def tables(settings: Settings) -> tuple[Table, ...]:
    """All of them; the columns of most follow from measures.yaml."""
    measures = settings[Measures]
    return (
        PERSON_READ,
        PERSON_KNOWN,
        party_day(measures),
        PARTY_DAY_ITEM,
        training_snapshot(measures),
        customer(measures),
    )
