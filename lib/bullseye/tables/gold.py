"""What readers get: one row a thing they know, sliced by as_of."""

from __future__ import annotations

from bullseye.core.contract import Table, columns

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
    slice="as_of",
    doc="One row per as_of, customer and tag that holds; a preference has one row a place. Readers: audiences, BI.",
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
    slice="as_of",
    doc="One row per as_of and tag. Readers: analysts, BI.",
)

TAG_COVERAGE = Table(
    "gold.tag_coverage",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        tag STRING NOT NULL COMMENT 'name in gold.tag_catalog',
        customers BIGINT NOT NULL COMMENT 'customers for whom it holds',
        share DOUBLE NOT NULL COMMENT 'of all customers, 0 to 1',
        unknown BIGINT COMMENT 'customers for whom it cannot be told, because what it looks at is NULL; NULL for a preference',
        threshold DOUBLE COMMENT 'limit that a statistic was compared with at as_of; NULL for other kinds, and where no customer has a value',
        """
    ),
    key=("as_of", "tag"),
    slice="as_of",
    doc="One row per as_of and tag, also for tags that nobody has. Readers: analysts, the report.",
)

SEGMENT_ASSIGNMENT = Table(
    "gold.segment_assignment",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        scheme STRING NOT NULL COMMENT 'rfm or clusters',
        customer_id STRING NOT NULL COMMENT 'the customer',
        segment STRING NOT NULL COMMENT 'segment of the scheme',
        r INT COMMENT 'recency band from 1, the highest is the most recent; NULL for clusters, and where the value is NULL',
        f INT COMMENT 'frequency band from 1, the highest is the most frequent; NULL as r',
        m INT COMMENT 'monetary band from 1, the highest is the largest amount; NULL as r',
        distance DOUBLE COMMENT 'Euclidean distance to the centre of the cluster, in standard deviations of the transformed features; NULL for rfm',
        """
    ),
    key=("as_of", "scheme", "customer_id"),
    slice="as_of",
    doc="One row per as_of, scheme and customer whom the scheme covers. Readers: audiences, BI.",
)

SEGMENT_PROFILE = Table(
    "gold.segment_profile",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        scheme STRING NOT NULL COMMENT 'rfm or clusters',
        segment STRING NOT NULL COMMENT 'segment of the scheme',
        customers BIGINT NOT NULL COMMENT 'customers in it',
        share DOUBLE NOT NULL COMMENT 'of the customers whom the scheme covers',
        feature STRING NOT NULL COMMENT 'column of the customer table that is described, or SQL over its columns',
        mean DOUBLE COMMENT 'mean over the segment; NULL where nobody in it has a value',
        overall_mean DOUBLE COMMENT 'mean over all customers whom the scheme covers',
        difference DOUBLE COMMENT '(mean - overall mean) / overall standard deviation; NULL where all are equal or mean is NULL',
        distinction INT NOT NULL COMMENT 'place of the feature among those that set the segment apart, 1 has the largest difference to either side',
        meaning STRING NOT NULL COMMENT 'the segment in words',
        coordinate STRING COMMENT 'SQL over the customer table that gives the coordinate of a clustered feature; NULL for rfm and for features that only describe',
        centre DOUBLE COMMENT 'the coordinate of the centre of the cluster; NULL as coordinate',
        """
    ),
    key=("as_of", "scheme", "segment", "feature"),
    slice="as_of",
    doc="One row per as_of, scheme, segment and described feature. The cluster of a customer is the one whose centre is nearest"
    " to the customer's coordinates. Readers: analysts, the report.",
)

CLUSTER_CHOICE = Table(
    "gold.cluster_choice",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        k INT NOT NULL COMMENT 'number of clusters tried',
        cost DOUBLE NOT NULL COMMENT 'sum over all customers of the squared distance to the nearest centre, of the best start on a sample',
        silhouette DOUBLE COMMENT 'mean silhouette of the best start over all customers, by squared Euclidean distance as in Spark, -1 to 1; NULL where a single cluster was found',
        stability DOUBLE NOT NULL COMMENT 'mean adjusted Rand index between the labels that starts on different samples give to all customers, 1 is perfect agreement',
        smallest_share DOUBLE NOT NULL COMMENT 'share of the smallest cluster of the best start over all customers; 0 where fewer than k were found',
        chosen BOOLEAN NOT NULL COMMENT 'true for the k that gold.segment_assignment uses',
        reason STRING NOT NULL COMMENT 'why it was chosen or not, in words',
        """
    ),
    key=("as_of", "k"),
    slice="as_of",
    doc="One row per as_of and number of clusters tried. Readers: data scientists, the report.",
)

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
    slice="as_of",
    doc="One row per as_of and rule with one consequent. Readers: recommendations, analysts, the report.",
)

RULE_BACKTEST = Table(
    "gold.rule_backtest",
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
    slice="as_of",
    doc="One row per as_of and method: what recommending by rules is worth beside recommending what is popular; none where there was nothing to mine. Readers: data scientists, the report.",
)

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
        because STRING NOT NULL COMMENT 'antecedent of the rule, all of which the customer bought',
        """
    ),
    key=("as_of", "customer_id", "position"),
    slice="as_of",
    doc="One row per as_of, customer and place; customers whose purchases match no rule have none. Readers: campaigns, BI.",
)

SCORE = Table(
    "gold.score",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        target STRING NOT NULL COMMENT 'target of models.yaml',
        customer_id STRING NOT NULL COMMENT 'the customer',
        probability DOUBLE NOT NULL COMMENT 'predicted probability of the target, 0 to 1, to six decimals',
        percentile INT NOT NULL COMMENT 'share of the scored customers with a lower or equal probability, in percent, 1 to 100',
        decile INT NOT NULL COMMENT '1 holds the tenth with the highest probability; equal probabilities share a decile',
        model_version STRING NOT NULL COMMENT 'version in ops.model',
        reason_1 STRING COMMENT 'what moves the prediction most from that of a customer with average features; NULL where nothing does',
        reason_1_direction STRING COMMENT 'raises or lowers',
        reason_2 STRING COMMENT 'the second such reason',
        reason_2_direction STRING COMMENT 'raises or lowers',
        reason_3 STRING COMMENT 'the third such reason',
        reason_3_direction STRING COMMENT 'raises or lowers',
        """
    ),
    key=("as_of", "target", "customer_id"),
    slice="as_of",
    doc="One row per as_of, target and customer of the target's population. Readers: campaigns, BI.",
)

ALL = (
    CUSTOMER_TAG,
    TAG_CATALOG,
    TAG_COVERAGE,
    SEGMENT_ASSIGNMENT,
    SEGMENT_PROFILE,
    CLUSTER_CHOICE,
    ASSOCIATION_RULE,
    RULE_BACKTEST,
    RECOMMENDATION,
    SCORE,
)
