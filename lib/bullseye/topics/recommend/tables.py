"""The tables of recommend."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

RECOMMENDATION = Table(
    "gold.recommendation",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'the customer',
        position INT NOT NULL COMMENT 'place, 1 is the first to offer',
        item STRING NOT NULL COMMENT 'item at the level of association.yaml that the customer has not bought lately',
        score DOUBLE NOT NULL COMMENT 'confidence of the rule, by which items are ordered',
        lift DOUBLE NOT NULL COMMENT 'lift of the rule',
        rule_id STRING NOT NULL COMMENT 'rule of gold.association_rule that explains it',
        reason STRING NOT NULL COMMENT 'antecedent of the rule, all of which the customer bought',
        """
    ),
    key=("as_of", "customer_id", "position"),
    writing=AS_OF,
    doc="One row per as_of, customer and place; customers whose purchases match no rule have none. Readers: campaigns, BI.",
)


TABLES = (RECOMMENDATION,)
