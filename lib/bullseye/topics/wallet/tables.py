"""The tables of wallet."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns
from bullseye.learning.term_columns import TERM_COLUMNS

ESTIMATE = Table(
    "gold.estimate",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        estimate STRING NOT NULL COMMENT 'estimate of wallet.yaml',
        customer_id STRING NOT NULL COMMENT 'the customer',
        balance_here DOUBLE NOT NULL COMMENT 'the same kind of amount at this company; 0 where it is not known, or below 0',
        observed DOUBLE COMMENT 'the amount that the customer shows; NULL for who shows none',
        observed_by STRING COMMENT 'way in which it shows; NULL as observed',
        modelled DOUBLE NOT NULL COMMENT 'the amount by the model, also for who shows it: half of such customers have more, half less',
        low DOUBLE NOT NULL COMMENT 'lower end of the interval around modelled',
        high DOUBLE NOT NULL COMMENT 'upper end of the interval around modelled',
        balance_elsewhere DOUBLE NOT NULL COMMENT 'the amount: observed where it shows, else modelled',
        expected DOUBLE NOT NULL COMMENT 'the amount for sums over customers: observed where it shows, else the mean of such customers (modelled times smearing of gold.estimate_quality)',
        share_of_wallet DOUBLE COMMENT 'balance_here / (balance_here + balance_elsewhere), 0 to 1; NULL where both are 0',
        opportunity BOOLEAN NOT NULL COMMENT 'whether the condition of wallet.yaml holds: the customers to contact',
        """
    ),
    key=("as_of", "estimate", "customer_id"),
    writing=AS_OF,
    doc="One row per as_of, estimate and customer; in the currency of the deployment. Readers: audiences, BI.",
)

ESTIMATE_QUALITY = Table(
    "gold.estimate_quality",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        estimate STRING NOT NULL COMMENT 'estimate of wallet.yaml',
        method STRING NOT NULL COMMENT 'regression, or median: the median amount of the other folds for every customer, a baseline for the regression',
        sample STRING NOT NULL COMMENT 'all who show the amount, or those who show it in this way',
        customers BIGINT NOT NULL COMMENT 'customers of the sample, each estimated by a model that has not seen them',
        shown DOUBLE NOT NULL COMMENT 'customers / all customers with an estimate, 0 to 1: the others may differ in ways that no feature shows',
        rank_correlation DOUBLE COMMENT 'Spearman correlation of observed and estimated; NULL for the median, and below three customers',
        median_error DOUBLE NOT NULL COMMENT 'median of the absolute error, in the currency of the deployment',
        median_factor DOUBLE NOT NULL COMMENT 'half of the estimates are off by at most this factor to either side; 1 is perfect',
        bias DOUBLE NOT NULL COMMENT 'median of observed / estimated: above 1, estimates are too low',
        interval DOUBLE COMMENT 'share of customers that the interval is made to cover; NULL for the median',
        coverage DOUBLE COMMENT 'share of held-out customers that the interval from the other folds covers; NULL for the median',
        smearing DOUBLE COMMENT 'mean amount over the exponential of the expected logarithm (Duan 1983); NULL for the median',
        """
    ),
    key=("as_of", "estimate", "method", "sample"),
    writing=AS_OF,
    doc="One row per as_of, estimate, method and sample. Readers: data scientists, the report.",
)

ESTIMATE_TERM = Table(
    "gold.estimate_term",
    columns=columns(
        f"""
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        estimate STRING NOT NULL COMMENT 'estimate of wallet.yaml',
        {TERM_COLUMNS}"""
    ),
    key=("as_of", "estimate", "feature"),
    writing=AS_OF,
    doc="One row per as_of, estimate and feature: ln(1 + modelled) = intercept + sum of coefficient * (x - mean) / deviation."
    " Readers: data scientists.",
)


TABLES = (
    ESTIMATE,
    ESTIMATE_QUALITY,
    ESTIMATE_TERM,
)
