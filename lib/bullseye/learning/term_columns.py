"""The columns of a table that holds a linear model as rows."""

from __future__ import annotations

TERM_COLUMNS = """
        position INT NOT NULL COMMENT 'place in the settings, from 1; 0 for the intercept',
        feature STRING NOT NULL COMMENT 'feature of the settings, or (intercept)',
        expression STRING NOT NULL COMMENT 'SQL of x over gold.customer',
        meaning STRING NOT NULL COMMENT 'the feature in words',
        coefficient DOUBLE NOT NULL COMMENT 'of the standardised feature',
        mean DOUBLE NOT NULL COMMENT 'mean of x over the rows that were learnt from; replaces NULL',
        deviation DOUBLE NOT NULL COMMENT 'standard deviation of x over these rows; 0 where x is left out: constant, collinear with earlier features, or separating the outcomes perfectly',
        """
"""DDL of one term a row; what it is a term of, and the formula, are said by the table that has it."""
