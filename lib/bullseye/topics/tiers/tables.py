"""The tables of tiers."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

CUSTOMER_TIER = Table(
    "gold.customer_tier",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'the customer',
        tier STRING NOT NULL COMMENT 'tier of tiers.yaml; other where no condition fits',
        tier_suggested STRING NOT NULL COMMENT 'tier with the suggested limit in place of the given one; the same where none is suggested',
        """
    ),
    key=("as_of", "customer_id"),
    writing=AS_OF,
    doc="One row per as_of and customer who has a tier. Readers: audiences, BI, other topics.",
)

TIER_CUT = Table(
    "ops.tier_cut",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        method STRING NOT NULL COMMENT 'given (by tiers.yaml), or the method of the suggested limit: steepest, youden or least_error',
        used BOOLEAN NOT NULL COMMENT 'true for the method whose limit ops.tier_shift compares with the given one',
        cut DOUBLE COMMENT 'the limit, in the unit of the amount; NULL where the data suggest none',
        low DOUBLE COMMENT 'lower end of the bootstrap interval; NULL for the given limit, and where a tenth of the samples show none',
        high DOUBLE COMMENT 'upper end of the bootstrap interval; NULL as low',
        customers BIGINT NOT NULL COMMENT 'customers whose amount and activity are known',
        inactive BIGINT NOT NULL COMMENT 'of these, inactive ones',
        below BIGINT COMMENT 'customers up to the limit; NULL without a limit',
        inactive_below BIGINT COMMENT 'of these, inactive ones; NULL without a limit',
        """
    ),
    key=("as_of", "method"),
    writing=AS_OF,
    doc="One row per as_of and way to find the limit between inactive accounts and customers. Readers: analysts, the report.",
)

TIER_CURVE = Table(
    "ops.tier_curve",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        top DOUBLE NOT NULL COMMENT 'largest amount of the step; the steps are equal on a logarithmic scale',
        customers BIGINT NOT NULL COMMENT 'customers whose amount lies in the step, and whose activity is known',
        inactive BIGINT NOT NULL COMMENT 'of these, inactive ones',
        fitted DOUBLE COMMENT 'share of inactive by the fitted curve, 0 to 1; NULL where none could be fitted',
        """
    ),
    key=("as_of", "top"),
    writing=AS_OF,
    doc="One row per as_of and step of the amount that limits are looked for on; steps without a customer have none. Readers: analysts, the report.",
)

TIER_SHIFT = Table(
    "ops.tier_shift",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        tier STRING NOT NULL COMMENT 'tier with the given limit',
        tier_suggested STRING NOT NULL COMMENT 'tier with the suggested limit',
        customers BIGINT NOT NULL COMMENT 'customers who are in both',
        amount DOUBLE COMMENT 'sum of the amount that the limit is on; NULL where no customer has one',
        """
    ),
    key=("as_of", "tier", "tier_suggested"),
    writing=AS_OF,
    doc="One row per as_of and pair of tiers that has customers: those off the diagonal shift when the suggested limit is used. Readers: analysts, the report.",
)


TABLES = (
    CUSTOMER_TIER,
    TIER_CUT,
    TIER_CURVE,
    TIER_SHIFT,
)
