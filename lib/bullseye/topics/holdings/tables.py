"""The tables of holdings."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

LINE_HOLDING = Table(
    "gold.line_holding",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        tier STRING NOT NULL COMMENT 'tier of gold.customer_tier, or all; customers without a tier are in all only',
        line STRING NOT NULL COMMENT 'product line',
        base BIGINT NOT NULL COMMENT 'customers of the tier',
        customers BIGINT NOT NULL COMMENT 'of these, customers who hold the line',
        share DOUBLE NOT NULL COMMENT 'customers / base: the penetration, 0 to 1',
        ever BIGINT NOT NULL COMMENT 'customers who hold it or held it before',
        holdings BIGINT NOT NULL COMMENT 'accounts, contracts and cards held',
        principal DECIMAL(18,2) COMMENT 'sum of their principal, in the currency of the deployment; NULL where none is known',
        """
    ),
    key=("as_of", "tier", "line"),
    writing=AS_OF,
    doc="One row per as_of, tier and product line that any customer ever held. Readers: analysts, the report.",
)

LINE_PAIR = Table(
    "gold.line_pair",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        line STRING NOT NULL COMMENT 'product line',
        other_line STRING NOT NULL COMMENT 'another product line',
        base BIGINT NOT NULL COMMENT 'customers that are counted',
        customers BIGINT NOT NULL COMMENT 'customers with line',
        other_customers BIGINT NOT NULL COMMENT 'customers with other_line',
        both_customers BIGINT NOT NULL COMMENT 'customers with both',
        share DOUBLE NOT NULL COMMENT 'both_customers / customers: of those with line, the share who have other_line, 0 to 1',
        lift DOUBLE NOT NULL COMMENT 'share over the share of all customers who have other_line: 1 where the two have nothing to do with each other',
        """
    ),
    key=("as_of", "line", "other_line"),
    writing=AS_OF,
    doc="One row per as_of and ordered pair of two product lines that any customer has: the cross-holding matrix. What is held at as_of counts, or"
    " what was ever held, as holdings.yaml (pairs) says. Readers: analysts, the report.",
)


TABLES = (
    LINE_HOLDING,
    LINE_PAIR,
)
