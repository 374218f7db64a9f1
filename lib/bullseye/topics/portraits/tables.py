"""The tables of portraits."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

CUSTOMER_PORTRAIT = Table(
    "gold.customer_portrait",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'the customer',
        portrait STRING NOT NULL COMMENT 'group of portraits.yaml that the customer is in',
        """
    ),
    key=("as_of", "portrait", "customer_id"),
    writing=AS_OF,
    doc="One row per as_of, portrait and customer in it; a customer may be in several, or in none. Readers: audiences, campaigns, BI.",
)

PORTRAIT = Table(
    "gold.portrait",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        portrait STRING NOT NULL COMMENT 'group of portraits.yaml',
        customers BIGINT NOT NULL COMMENT 'customers in the group',
        others BIGINT NOT NULL COMMENT 'customers that the group is compared with',
        feature STRING NOT NULL COMMENT 'what is described',
        meaning STRING NOT NULL COMMENT 'the same in words',
        mean DOUBLE COMMENT 'mean over the group; NULL where no customer in it has a value',
        others_mean DOUBLE COMMENT 'mean over the others; NULL as mean',
        median DOUBLE COMMENT 'median over the group, off by at most a ten-thousandth in rank; NULL as mean',
        others_median DOUBLE COMMENT 'median over the others, as exact as median; NULL as mean',
        missing DOUBLE COMMENT 'share of the group without a value, 0 to 1; NULL for an empty group',
        others_missing DOUBLE COMMENT 'share of the others without a value; NULL where there are none',
        standardised_difference DOUBLE COMMENT '(mean - others_mean) / square root of the mean of both variances (Austin 2009); NULL where either side has fewer than two values, or neither varies',
        rank INT NOT NULL COMMENT 'place of the feature by the size of its standardised difference, 1 has the largest to either side',
        """
    ),
    key=("as_of", "portrait", "feature"),
    writing=AS_OF,
    doc="One row per as_of, portrait and feature. Readers: analysts, the report.",
)


TABLES = (
    CUSTOMER_PORTRAIT,
    PORTRAIT,
)
