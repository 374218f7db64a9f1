"""The tables of tags."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

CUSTOMER_TAG = Table(
    "gold.customer_tag",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'the customer',
        tag STRING NOT NULL COMMENT 'name in gold.tag_catalog',
        position INT NOT NULL COMMENT 'place among the preferences of one tag, from 1; 1 for other kinds',
        value STRING COMMENT 'the preferred key; NULL for other kinds',
        number DOUBLE COMMENT 'the value that a statistic compared; for a preference the share of the amount (or orders) over all keys, 0 to 1; NULL for a rule',
        """
    ),
    key=("as_of", "customer_id", "tag", "position"),
    writing=AS_OF,
    doc="One row per as_of, customer and tag that holds; a preference tag has one row a place, for keys with enough orders"
    " and share. Readers: audiences, BI.",
)

TAG_CATALOG = Table(
    "gold.tag_catalog",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'day for which the tags were computed',
        tag STRING NOT NULL COMMENT 'name',
        kind STRING NOT NULL COMMENT 'rule, statistic or preference',
        tag_group STRING NOT NULL COMMENT 'value, lifecycle, preference, price, time, place, channel, campaign, profile or quality',
        meaning STRING NOT NULL COMMENT 'what it says of a customer, in words',
        definition STRING NOT NULL COMMENT 'how it is computed, as SQL over gold.customer, or features.party_day_item for a preference',
        """
    ),
    key=("as_of", "tag"),
    writing=AS_OF,
    doc="One row per as_of and tag. Readers: analysts, BI.",
)

TAG_COVERAGE = Table(
    "gold.tag_coverage",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        tag STRING NOT NULL COMMENT 'name in gold.tag_catalog',
        customers BIGINT NOT NULL COMMENT 'customers who have the tag',
        share DOUBLE NOT NULL COMMENT 'of all customers, 0 to 1',
        unknown BIGINT COMMENT 'customers for whom it is unknown, because its input is NULL; NULL for a preference',
        threshold DOUBLE COMMENT 'limit that a statistic was compared with at as_of; NULL for other kinds, and where no customer has a value',
        """
    ),
    key=("as_of", "tag"),
    writing=AS_OF,
    doc="One row per as_of and tag, also for tags that no customer has. Readers: analysts, the report.",
)


TABLES = (
    CUSTOMER_TAG,
    TAG_CATALOG,
    TAG_COVERAGE,
)
