"""The tables of identity."""

from __future__ import annotations

from bullseye.core.contract import REGISTRY, Table, columns

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
    writing=REGISTRY,
    doc="One row per customer ever known. Readers: every job about customers.",
)

IDENTITY_LINK = Table(
    "features.identity_link",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'the party with the greater id',
        other_party_id STRING NOT NULL COMMENT 'the party that it is linked to',
        rule STRING NOT NULL COMMENT 'rule of identity.yaml, or similar for a probabilistic link',
        evidence STRING NOT NULL COMMENT 'first 32 digits of the HMAC-SHA256 of the value that both hold; of a probabilistic link the model version and the match weight',
        match_weight DOUBLE COMMENT 'log2 of the odds of a match; NULL for a deterministic link',
        match_probability DOUBLE COMMENT 'probability of a match, 0 to 1; NULL for a deterministic link',
        comparison STRING COMMENT 'level of every comparison as JSON, the highest is equal, -1 where a value is missing; NULL for a deterministic link',
        """
    ),
    key=("party_id", "other_party_id", "rule", "evidence"),
    doc="One row per link that joins parties which no stronger rule had joined: of all that hold one value each is linked to the"
    " first. No row where identity.yaml has no rules. Readers: identity, auditors.",
)

IDENTITY_ALIAS = Table(
    "features.identity_alias",
    columns=columns(
        """
        customer_id STRING NOT NULL COMMENT 'an id that was assigned once and is no longer in use',
        current_customer_id STRING NOT NULL COMMENT 'the customer who today has most of the parties that it ever had; of equals the first by id',
        """
    ),
    key=("customer_id",),
    unique_by_construction=True,
    doc="One row per customer id that is no longer in use; an id without a row is current. Readers: systems that kept old ids.",
)

IDENTITY_RECORD = Table(
    "features.identity_record",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'the party',
        record_hash STRING NOT NULL COMMENT 'hash of what is compared of it',
        model STRING NOT NULL COMMENT 'hash of the model, the blocking and the threshold by which its matches were found',
        matches ARRAY<STRUCT<party_id: STRING, match_weight: DOUBLE, match_probability: DOUBLE, comparison: STRING>> NOT NULL COMMENT 'records with a smaller party_id that are similar enough, in the order of their ids',
        """
    ),
    key=("party_id",),
    unique_by_construction=True,
    doc="One row per party that probabilistic linking has looked at: who has not changed is compared only with who has."
    " Readers: identity.",
)

IDENTITY_MODEL = Table(
    "ops.identity_model",
    columns=columns(
        """
        model_id STRING NOT NULL COMMENT 'hash of what the model was trained for and on',
        comparison STRING NOT NULL COMMENT 'compared column',
        level INT NOT NULL COMMENT 'the level, as links give it: the highest is equal, 0 is different, -1 that a value is missing',
        definition STRING NOT NULL COMMENT 'hash of columns, comparisons and training version that the weights belong to',
        label STRING NOT NULL COMMENT 'the level in words',
        condition STRING NOT NULL COMMENT 'SQL over the two records: ELSE for the last level',
        is_null BOOLEAN NOT NULL COMMENT 'true for the level of missing values, which weighs nothing',
        m DOUBLE COMMENT 'share of the level among pairs that match; NULL for missing values and where none was met in training',
        u DOUBLE COMMENT 'share of the level among pairs that do not match; NULL as m',
        match_weight DOUBLE COMMENT 'log2(m / u); NULL as m',
        term_frequency BOOLEAN NOT NULL COMMENT 'true where the weight is adjusted for how frequent the value is',
        prior DOUBLE NOT NULL COMMENT 'probability that two records taken at random match; the same in all rows of a model',
        trained_on DATE COMMENT 'newest day of the data that it was trained on; NULL where they have no dates',
        run_id STRING NOT NULL COMMENT 'run that trained it',
        """
    ),
    key=("model_id", "comparison", "level"),
    writing=REGISTRY,
    doc="One row per model of probabilistic links, comparison and level. Kept for good. Readers: identity, data scientists.",
)

IDENTITY_REFUSAL = Table(
    "ops.identity_refusal",
    columns=columns(
        """
        reason STRING NOT NULL COMMENT 'blocked value, too many holders, too many customers, too many parties, too many values or large block',
        rule STRING NOT NULL COMMENT 'rule whose links were refused; the type for a value that is blocked or has too many holders',
        evidence STRING NOT NULL COMMENT 'first 32 digits of the HMAC-SHA256 of the value; of links dropped for what their customer would hold, the smallest party of that customer; of a large block the columns on which its records agree',
        limit_type STRING COMMENT 'identifier type whose limit would be broken; NULL for other reasons',
        found BIGINT NOT NULL COMMENT 'parties that hold a value that is blocked or has too many holders; customers that a value would join; values or parties that the customer would have; records of the largest block',
        allowed BIGINT COMMENT 'the limit; NULL for a blocked value',
        links BIGINT NOT NULL COMMENT 'links that were not made; of large blocks the pairs that were not compared through them',
        """
    ),
    key=("reason", "rule", "evidence"),
    doc="One row per value or would-be customer whose links the limits of identity.yaml refused, as of the newest run. Readers: the data engineer.",
)

IDENTITY_QUALITY = Table(
    "ops.identity_quality",
    columns=columns(
        """
        figure STRING NOT NULL COMMENT 'links by rule, customers by parties, blocked values, refused links, or ids that differ in letter case only',
        item STRING NOT NULL COMMENT 'the rule, the number of parties, the type, or rule and reason',
        number BIGINT NOT NULL COMMENT 'links, customers, parties that hold a blocked value, or links that were not made',
        """
    ),
    key=("figure", "item"),
    unique_by_construction=True,
    doc="One row per figure about the newest resolution; without rules only the last figure. Readers: the report, the data engineer.",
)

IDENTITY_LEDGER = Table(
    "ops.identity_ledger",
    columns=columns(
        """
        event_id STRING NOT NULL COMMENT 'hash of event, customer and party, and of how many events the party had before',
        event STRING NOT NULL COMMENT 'assigned, merged or split',
        customer_id STRING NOT NULL COMMENT 'customer after the event',
        party_id STRING NOT NULL COMMENT 'party that the event is about',
        from_customer_id STRING COMMENT 'customer before the event; NULL when assigned',
        rule STRING NOT NULL COMMENT 'rule of the strongest link of the party, or, where its customer was merged, of that customer to another; own_id for a party by itself, no_link for one that was split off and is by itself',
        linked_party_id STRING COMMENT 'party that the link leads to; NULL where there is none',
        evidence STRING COMMENT 'hash of the value that both hold, or the match weight; NULL where nothing links',
        run_id STRING NOT NULL COMMENT 'run that made it',
        """
    ),
    key=("event_id",),
    writing=REGISTRY,
    doc="One row per party and change of its customer; nothing is deleted here. merged: the customer before is no more, and all"
    " that it had went to the older one. split: the customer before lives on without the party. Readers: identity, auditors.",
)


TABLES = (
    IDENTITY_MAP,
    CUSTOMER_NUMBER,
    IDENTITY_LINK,
    IDENTITY_ALIAS,
    IDENTITY_RECORD,
    IDENTITY_MODEL,
    IDENTITY_REFUSAL,
    IDENTITY_QUALITY,
    IDENTITY_LEDGER,
)
