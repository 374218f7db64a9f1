"""The tables of association."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

ASSOCIATION_RULE = Table(
    "gold.association_rule",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'baskets up to this day',
        rule_id STRING NOT NULL COMMENT 'first 16 digits of the SHA-256 of the JSON list of antecedent items and consequent: the same rule has the same id at every as_of',
        antecedent STRING NOT NULL COMMENT 'its items in the order of the alphabet, joined by +',
        antecedent_items ARRAY<STRING> NOT NULL COMMENT 'its items as a list',
        consequent STRING NOT NULL COMMENT 'the item that follows',
        baskets BIGINT NOT NULL COMMENT 'baskets mined: orders with at least one item',
        antecedent_baskets BIGINT NOT NULL COMMENT 'baskets with the antecedent',
        consequent_baskets BIGINT NOT NULL COMMENT 'baskets with the consequent',
        rule_baskets BIGINT NOT NULL COMMENT 'baskets with both',
        support DOUBLE NOT NULL COMMENT 'rule_baskets / baskets',
        confidence DOUBLE NOT NULL COMMENT 'rule_baskets / antecedent_baskets',
        lift DOUBLE NOT NULL COMMENT 'confidence / share of baskets with the consequent',
        leverage DOUBLE NOT NULL COMMENT 'support - product of the shares of antecedent and consequent',
        conviction DOUBLE COMMENT '(1 - share of the consequent) / (1 - confidence); NULL where the rule never fails',
        """
    ),
    key=("as_of", "rule_id"),
    writing=AS_OF,
    doc="One row per as_of and rule with one consequent. Readers: recommendations, analysts, the report.",
)

RULE_BACKTEST = Table(
    "ops.rule_backtest",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'end of the test period',
        method STRING NOT NULL COMMENT 'rules; rules, then popular (filled up to top with what is popular); or popular: what is in most baskets, whoever asks',
        mined_until DATE NOT NULL COMMENT 'rules come from baskets up to this day, the test baskets from the days after it',
        mined_baskets BIGINT NOT NULL COMMENT 'baskets mined',
        itemsets BIGINT NOT NULL COMMENT 'frequent itemsets found',
        rules BIGINT NOT NULL COMMENT 'rules found',
        test_baskets BIGINT NOT NULL COMMENT 'baskets of two or more items, of each of which one was hidden',
        hits BIGINT NOT NULL COMMENT 'baskets whose hidden item was among the recommended',
        hit_rate DOUBLE COMMENT 'hits / test_baskets; NULL without test baskets',
        top INT NOT NULL COMMENT 'items recommended for each basket, none of them in what remains of it; the rules alone may find fewer',
        """
    ),
    key=("as_of", "method"),
    writing=AS_OF,
    doc="One row per as_of and method: recommendations by rules compared with the most popular items; none where there was nothing to mine. Readers: data scientists, the report.",
)


TABLES = (
    ASSOCIATION_RULE,
    RULE_BACKTEST,
)
