"""The tables of preferences."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

PREFERENCE = Table(
    "gold.preference",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'the customer',
        preference STRING NOT NULL COMMENT 'preference of preferences.yaml',
        key STRING NOT NULL COMMENT 'the clear preference; none below min_total, and where no key reaches min_share',
        share DOUBLE COMMENT 'share of the key in all that the customer did, 0 to 1; NULL for none',
        usual_share DOUBLE COMMENT 'share of the key over all customers; NULL for none',
        strength DOUBLE COMMENT 'share / usual_share: above 1, more than all customers; NULL for none',
        total DOUBLE NOT NULL COMMENT 'number, or amount, of all that the customer did',
        """
    ),
    key=("as_of", "preference", "customer_id"),
    writing=AS_OF,
    doc="The clear preference: one row per as_of, preference and customer who did anything that it looks at. gold.customer has the"
    " favourite of a dimension, the key with most, however little; gold.customer_tag the first keys of preference tags."
    " Readers: audiences, campaigns, BI.",
)


TABLES = (PREFERENCE,)
