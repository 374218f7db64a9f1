"""The tables of segments."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

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
    writing=AS_OF,
    doc="One row per as_of, scheme and customer that the scheme covers. Readers: audiences, BI.",
)

SEGMENT_PROFILE = Table(
    "gold.segment_profile",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        scheme STRING NOT NULL COMMENT 'rfm or clusters',
        segment STRING NOT NULL COMMENT 'segment of the scheme',
        customers BIGINT NOT NULL COMMENT 'customers in it',
        share DOUBLE NOT NULL COMMENT 'of the customers that the scheme covers',
        feature STRING NOT NULL COMMENT 'column of the customer table that is described, or SQL over its columns',
        mean DOUBLE COMMENT 'mean over the segment; NULL where no customer in it has a value',
        overall_mean DOUBLE COMMENT 'mean over all customers that the scheme covers',
        standardised_difference DOUBLE COMMENT 'from all other customers of the scheme: (mean - their mean) / square root of the mean of both variances (Austin 2009); NULL where either side has fewer than two values, or neither varies',
        rank INT NOT NULL COMMENT 'place of the feature by the size of its standardised difference, 1 has the largest to either side',
        feature_meaning STRING COMMENT 'the feature in words',
        description STRING COMMENT 'what segments.yaml says of an RFM segment; NULL for clusters',
        coordinate STRING COMMENT 'SQL over the customer table that gives the coordinate of a clustered feature; NULL for rfm and for features that only describe',
        centre DOUBLE COMMENT 'the coordinate of the centre of the cluster; NULL as coordinate',
        """
    ),
    key=("as_of", "scheme", "segment", "feature"),
    writing=AS_OF,
    doc="One row per as_of, scheme, segment and described feature. The cluster of a customer is the one whose centre is nearest"
    " to the customer's coordinates. Readers: analysts, the report.",
)

CLUSTER_CHOICE = Table(
    "ops.cluster_choice",
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
    writing=AS_OF,
    doc="One row per as_of and number of clusters tried. Readers: data scientists, the report.",
)


TABLES = (
    SEGMENT_ASSIGNMENT,
    SEGMENT_PROFILE,
    CLUSTER_CHOICE,
)
