"""The tables of repurchase."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

FACTOR = Table(
    "ops.factor",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of repurchase.yaml',
        position INT NOT NULL COMMENT 'place of the eigenvalue, 1 is the largest; of kept factors the place by the variance explained',
        factor STRING COMMENT 'name of the settings, or of the item that loads highest, numbered where two factors have it; NULL where no factor is kept',
        eigenvalue DOUBLE NOT NULL COMMENT 'of the correlation matrix, falling: variance of so many items',
        at_random DOUBLE NOT NULL COMMENT 'what this eigenvalue hardly exceeds where items have nothing in common: percentile of random matrices (Horn 1965)',
        explained DOUBLE COMMENT 'share of the variance of all items that the rotated factor explains, 0 to 1; NULL as factor',
        items STRING COMMENT 'items that load on it by 0.4 or more, the highest first, with a minus for negative loadings; NULL as factor',
        score STRING COMMENT 'SQL over the items, named as in ops.factor_loading, that gives the score by regression (Thurstone 1935): mean 0; NULL as factor',
        rows BIGINT NOT NULL COMMENT 'customers with all items: the correlations are over these',
        kmo DOUBLE NOT NULL COMMENT 'sampling adequacy of all items, 0 to 1, at least 0.6 by custom (Kaiser 1974)',
        bartlett DOUBLE NOT NULL COMMENT 'chi-square of the test of sphericity (Bartlett 1951)',
        bartlett_p DOUBLE NOT NULL COMMENT 'its p-value: small where items are correlated at all',
        remark STRING COMMENT 'items that are left out, and why; why no factor is kept; NULL where there is nothing to say',
        """
    ),
    key=("as_of", "question", "position"),
    writing=AS_OF,
    doc="One row per as_of, question and eigenvalue; the first are factors. Readers: analysts, the report.",
)

FACTOR_LOADING = Table(
    "ops.factor_loading",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of repurchase.yaml',
        item STRING NOT NULL COMMENT 'item',
        factor STRING NOT NULL COMMENT 'factor',
        meaning STRING NOT NULL COMMENT 'what the item says, in words',
        loading DOUBLE NOT NULL COMMENT 'correlation of item and factor, -1 to 1, after principal axis factoring and varimax (Kaiser 1958)',
        weight DOUBLE NOT NULL COMMENT 'of the standardised item in the score of the factor',
        communality DOUBLE NOT NULL COMMENT 'share of the variance of the item that all factors explain, 0 to 1',
        kmo DOUBLE NOT NULL COMMENT 'sampling adequacy of the item, 0 to 1',
        mean DOUBLE NOT NULL COMMENT 'mean of the item',
        deviation DOUBLE NOT NULL COMMENT 'standard deviation of the item',
        expression STRING NOT NULL COMMENT 'SQL that gives the item',
        """
    ),
    key=("as_of", "question", "item", "factor"),
    writing=AS_OF,
    doc="One row per as_of, question, item and factor. Readers: analysts, the report.",
)

FACTOR_WEIGHT = Table(
    "gold.factor_weight",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of repurchase.yaml',
        position INT NOT NULL COMMENT 'rank by weight, 1 is the strongest to either side; 0 for the intercept',
        factor STRING NOT NULL COMMENT 'factor, or (intercept)',
        coefficient DOUBLE NOT NULL COMMENT 'log-odds to buy again per unit of the score; of the intercept, where every score is 0',
        standard_error DOUBLE NOT NULL COMMENT 'of the coefficient',
        z DOUBLE NOT NULL COMMENT 'coefficient / standard_error',
        p_value DOUBLE NOT NULL COMMENT 'probability of a z so far from 0 where the factor has no effect, both sides',
        direction STRING NOT NULL COMMENT 'raises or lowers the odds; unclear where p_value is above 0.05',
        odds_ratio DOUBLE NOT NULL COMMENT 'factor of the odds per unit of the score: exp(coefficient)',
        odds_ratio_low DOUBLE NOT NULL COMMENT 'lower end of its 95 % interval',
        odds_ratio_high DOUBLE NOT NULL COMMENT 'upper end of its 95 % interval',
        weight DOUBLE NOT NULL COMMENT 'coefficient * deviation of the score, by which factors compare; 0 for the intercept',
        deviation DOUBLE NOT NULL COMMENT 'standard deviation of the score; 0 for the intercept',
        rows BIGINT NOT NULL COMMENT 'customers: with all items, and long enough ago',
        events BIGINT NOT NULL COMMENT 'of these, customers who bought again',
        remark STRING COMMENT 'factors that are left out, and why; NULL where none is',
        """
    ),
    key=("as_of", "question", "factor"),
    writing=AS_OF,
    doc="One row per as_of, question and factor: what it weighs for buying again, by logistic regression without a penalty."
    " Readers: analysts, the report.",
)


TABLES = (
    FACTOR,
    FACTOR_LOADING,
    FACTOR_WEIGHT,
)
