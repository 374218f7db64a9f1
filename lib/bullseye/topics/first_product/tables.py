"""The tables of first product."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns
from bullseye.learning.term_columns import TERM_COLUMNS

PROSPECT = Table(
    "gold.prospect",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'a customer who never held a line that counts, and fits the condition of first_product.yaml',
        position INT NOT NULL COMMENT 'place among the likeliest lines, from 1',
        line STRING NOT NULL COMMENT 'product line',
        probability DOUBLE NOT NULL COMMENT 'probability that this line is the first, if any is taken up',
        """
    ),
    key=("as_of", "customer_id", "position"),
    writing=AS_OF,
    doc="One row per as_of, prospect and likely first line. Readers: audiences, campaigns.",
)

PROSPECT_QUALITY = Table(
    "gold.prospect_quality",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        method STRING NOT NULL COMMENT 'regression, or most popular: always the lines that most took up first, which the regression has to beat',
        top INT NOT NULL COMMENT 'lines that are named for a prospect',
        learnt BIGINT NOT NULL COMMENT 'first lines that were learnt from',
        customers BIGINT NOT NULL COMMENT 'later first lines, on which it is tested',
        hits BIGINT NOT NULL COMMENT 'of these, lines that were named in first place',
        hits_top BIGINT NOT NULL COMMENT 'of these, lines that were among the top ones',
        log_loss DOUBLE COMMENT 'mean negative log of the probability given to the line that came, natural logarithm; NULL without customers',
        """
    ),
    key=("as_of", "method"),
    writing=AS_OF,
    doc="One row per as_of and method, out of time. Readers: data scientists, the report.",
)

PROSPECT_TERM = Table(
    "gold.prospect_term",
    columns=columns(
        f"""
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        line STRING NOT NULL COMMENT 'product line',
        {TERM_COLUMNS}"""
    ),
    key=("as_of", "line", "feature"),
    writing=AS_OF,
    doc="One row per as_of, product line and feature: the probability of a line is its share of the sum over lines of"
    " exp(intercept + sum of coefficient * (x - mean) / deviation). Readers: data scientists.",
)


TABLES = (
    PROSPECT,
    PROSPECT_QUALITY,
    PROSPECT_TERM,
)
