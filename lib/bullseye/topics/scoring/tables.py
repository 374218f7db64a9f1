"""The tables of scoring."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

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
    writing=AS_OF,
    doc="One row per as_of, target and customer of the target's population. Readers: campaigns, BI.",
)

MODEL = Table(
    "ops.model",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'day for which the model was trained',
        target STRING NOT NULL COMMENT 'target of models.yaml',
        model_version STRING NOT NULL COMMENT 'day, and a hash of target, training rows and all numbers of the model',
        position INT NOT NULL COMMENT 'place of the feature in models.yaml, from 1; 0 for the intercept',
        feature STRING NOT NULL COMMENT 'feature, or (intercept)',
        expression STRING NOT NULL COMMENT 'SQL over the customer table (and the columns of a campaign) that gives x, transform included',
        meaning STRING NOT NULL COMMENT 'what the feature says, in words',
        coefficient DOUBLE NOT NULL COMMENT 'log-odds per standard deviation of x; of the intercept, the log-odds of a customer with mean features',
        mean DOUBLE NOT NULL COMMENT 'mean of x over the training rows; replaces NULL',
        deviation DOUBLE NOT NULL COMMENT 'standard deviation of x over the training rows; 0 where x is left out: constant, collinear with earlier features, or separating the outcomes perfectly',
        """
    ),
    key=("as_of", "target", "feature"),
    writing=AS_OF,
    doc="One row per as_of, target and feature: probability = 1 / (1 + exp(-(intercept + sum of coefficient * (x - mean) / deviation))),"
    " where features with deviation 0 are left out. Readers: scoring, data scientists.",
)

MODEL_METRIC = Table(
    "ops.model_metric",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'day for which the model was trained',
        target STRING NOT NULL COMMENT 'target of models.yaml',
        model_version STRING NOT NULL COMMENT 'version in ops.model',
        model STRING NOT NULL COMMENT 'logistic regression, single variable or base rate',
        sample STRING NOT NULL COMMENT 'train, out of time (all test snapshots together, or one by its day, such as out of time 2017-11-30), or random split: a model of its own, trained on 70 % of the customers over all snapshots',
        rows BIGINT NOT NULL COMMENT 'rows judged',
        positives BIGINT NOT NULL COMMENT 'rows with the outcome',
        auc DOUBLE COMMENT 'area under the ROC curve; NULL where one class is missing',
        ks DOUBLE COMMENT 'largest distance between the score distributions of the classes (Kolmogorov-Smirnov); NULL as auc',
        brier DOUBLE COMMENT 'mean squared error of the probability (Brier 1950)',
        log_loss DOUBLE COMMENT 'mean negative log likelihood, natural logarithm',
        top_decile_lift DOUBLE COMMENT 'share of outcomes among the tenth with the highest probability, over the share among all',
        """
    ),
    key=("as_of", "target", "model", "sample"),
    writing=AS_OF,
    doc="One row per as_of, target, model and sample. Readers: data scientists, the report.",
)

MODEL_CURVE = Table(
    "ops.model_curve",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'day for which the model was trained',
        target STRING NOT NULL COMMENT 'target of models.yaml',
        curve STRING NOT NULL COMMENT 'roc, gains or calibration',
        point INT NOT NULL COMMENT 'place along the curve, from 0',
        x DOUBLE NOT NULL COMMENT 'false positive rate, share of customers, or mean predicted probability',
        y DOUBLE NOT NULL COMMENT 'true positive rate, share of outcomes, or observed share of outcomes',
        rows BIGINT NOT NULL COMMENT 'rows of the group for calibration, rows up to the point for roc and gains',
        """
    ),
    key=("as_of", "target", "curve", "point"),
    writing=AS_OF,
    doc="One row per as_of, target, curve and point, out of time. Readers: the report.",
)


TABLES = (
    SCORE,
    MODEL,
    MODEL_METRIC,
    MODEL_CURVE,
)
