"""Tables that answer questions about value: tiers, product lines, portraits, what is held elsewhere, preferences, prospects."""

from __future__ import annotations

from bullseye.core.contract import Table, columns

CUSTOMER_TIER = Table(
    "gold.customer_tier",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'the customer',
        tier STRING NOT NULL COMMENT 'tier of insights.yaml; other where no condition fits',
        tier_suggested STRING NOT NULL COMMENT 'tier with the suggested limit in place of the given one; the same where none is suggested',
        """
    ),
    key=("as_of", "customer_id"),
    slice="as_of",
    doc="One row per as_of and customer who has a tier. Readers: audiences, BI, other insights.",
)

TIER_CUT = Table(
    "gold.tier_cut",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        method STRING NOT NULL COMMENT 'given (by insights.yaml), or how the limit is suggested: steepest, youden or least_error',
        used BOOLEAN NOT NULL COMMENT 'true for the method whose limit gold.tier_shift compares with the given one',
        cut DOUBLE COMMENT 'the limit, in the unit of the amount; NULL where the data show none',
        low DOUBLE COMMENT 'lower end of the bootstrap interval; NULL for the given limit, and where a tenth of the samples show none',
        high DOUBLE COMMENT 'upper end of the bootstrap interval; NULL as low',
        customers BIGINT NOT NULL COMMENT 'customers whose amount and activity are known',
        inactive BIGINT NOT NULL COMMENT 'of these, inactive ones',
        below BIGINT COMMENT 'customers up to the limit; NULL without a limit',
        inactive_below BIGINT COMMENT 'of these, inactive ones; NULL without a limit',
        """
    ),
    key=("as_of", "method"),
    slice="as_of",
    doc="One row per as_of and way to find the limit between empty shells and customers. Readers: analysts, the report.",
)

TIER_CURVE = Table(
    "gold.tier_curve",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        top DOUBLE NOT NULL COMMENT 'largest amount of the step; the steps are equal on a logarithmic scale',
        customers BIGINT NOT NULL COMMENT 'customers whose amount lies in the step, and whose activity is known',
        inactive BIGINT NOT NULL COMMENT 'of these, inactive ones',
        fitted DOUBLE COMMENT 'share of inactive by the fitted curve, 0 to 1; NULL where none could be fitted',
        """
    ),
    key=("as_of", "top"),
    slice="as_of",
    doc="One row per as_of and step of the amount that limits are looked for on; steps without a customer have none. Readers: analysts, the report.",
)

TIER_SHIFT = Table(
    "gold.tier_shift",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        tier STRING NOT NULL COMMENT 'tier with the given limit',
        tier_suggested STRING NOT NULL COMMENT 'tier with the suggested limit',
        customers BIGINT NOT NULL COMMENT 'customers who are in both',
        amount DOUBLE COMMENT 'sum of the amount that the limit is on; NULL where nobody has one',
        """
    ),
    key=("as_of", "tier", "tier_suggested"),
    slice="as_of",
    doc="One row per as_of and pair of tiers that has customers: those off the diagonal shift when the suggested limit is used. Readers: analysts, the report.",
)

LINE_HOLDING = Table(
    "gold.line_holding",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        tier STRING NOT NULL COMMENT 'tier of gold.customer_tier, or all; customers without a tier are in all only',
        line STRING NOT NULL COMMENT 'product line',
        base BIGINT NOT NULL COMMENT 'customers of the tier',
        customers BIGINT NOT NULL COMMENT 'of these, customers who hold the line',
        share DOUBLE NOT NULL COMMENT 'customers / base: the penetration, 0 to 1',
        ever BIGINT NOT NULL COMMENT 'customers who hold it or held it before',
        holdings BIGINT NOT NULL COMMENT 'accounts, contracts and cards held',
        principal DECIMAL(18,2) COMMENT 'sum of their principal, in the currency of the deployment; NULL where none is known',
        """
    ),
    key=("as_of", "tier", "line"),
    slice="as_of",
    doc="One row per as_of, tier and product line that anybody ever held. Readers: analysts, the report.",
)

LINE_PAIR = Table(
    "gold.line_pair",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        line STRING NOT NULL COMMENT 'product line',
        other_line STRING NOT NULL COMMENT 'another product line',
        base BIGINT NOT NULL COMMENT 'customers among whom it is counted',
        customers BIGINT NOT NULL COMMENT 'customers with line',
        other_customers BIGINT NOT NULL COMMENT 'customers with other_line',
        both_customers BIGINT NOT NULL COMMENT 'customers with both',
        share DOUBLE NOT NULL COMMENT 'both_customers / customers: of those with line, the share who have other_line, 0 to 1',
        lift DOUBLE NOT NULL COMMENT 'share over the share of all customers who have other_line: 1 where the two have nothing to do with each other',
        """
    ),
    key=("as_of", "line", "other_line"),
    slice="as_of",
    doc="One row per as_of and ordered pair of two product lines that anybody has: the cross-holding matrix. What is held at as_of counts, or"
    " what was ever held, as insights.yaml (lines.pairs) says. Readers: analysts, the report.",
)

CUSTOMER_PORTRAIT = Table(
    "gold.customer_portrait",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'the customer',
        portrait STRING NOT NULL COMMENT 'group of insights.yaml (portraits) that the customer is in',
        """
    ),
    key=("as_of", "portrait", "customer_id"),
    slice="as_of",
    doc="One row per as_of, portrait and customer in it; a customer may be in several, or in none. Readers: audiences, campaigns, BI.",
)

PORTRAIT = Table(
    "gold.portrait",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        portrait STRING NOT NULL COMMENT 'group of insights.yaml',
        customers BIGINT NOT NULL COMMENT 'customers in the group',
        others BIGINT NOT NULL COMMENT 'customers whom the group is compared with',
        feature STRING NOT NULL COMMENT 'what is described',
        meaning STRING NOT NULL COMMENT 'the same in words',
        mean DOUBLE COMMENT 'mean over the group; NULL where nobody in it has a value',
        others_mean DOUBLE COMMENT 'mean over the others; NULL as mean',
        median DOUBLE COMMENT 'median over the group, off by at most a ten-thousandth in rank; NULL as mean',
        others_median DOUBLE COMMENT 'median over the others, as exact as median; NULL as mean',
        missing DOUBLE COMMENT 'share of the group without a value, 0 to 1; NULL for an empty group',
        others_missing DOUBLE COMMENT 'share of the others without a value; NULL where there are none',
        difference DOUBLE COMMENT 'standardised difference: (mean - others_mean) / square root of the mean of both variances (Austin 2009); NULL where either has fewer than two values, or none differ',
        distinction INT NOT NULL COMMENT 'place of the feature among those that set the group apart, 1 has the largest difference to either side',
        """
    ),
    key=("as_of", "portrait", "feature"),
    slice="as_of",
    doc="One row per as_of, portrait and feature. Readers: analysts, the report.",
)

ESTIMATE = Table(
    "gold.estimate",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        estimate STRING NOT NULL COMMENT 'estimate of insights.yaml',
        customer_id STRING NOT NULL COMMENT 'the customer',
        here DOUBLE NOT NULL COMMENT 'the same kind of amount at this company; 0 where it is not known, or below 0',
        observed DOUBLE COMMENT 'the amount that the customer shows; NULL for who shows none',
        observed_by STRING COMMENT 'way in which it shows; NULL as observed',
        modelled DOUBLE NOT NULL COMMENT 'the amount by the model, also for who shows it: half of such customers have more, half less',
        low DOUBLE NOT NULL COMMENT 'lower end of the interval around modelled',
        high DOUBLE NOT NULL COMMENT 'upper end of the interval around modelled',
        elsewhere DOUBLE NOT NULL COMMENT 'the amount: observed where it shows, else modelled',
        expected DOUBLE NOT NULL COMMENT 'the amount for sums over customers: observed where it shows, else the mean of such customers (modelled times smearing of gold.estimate_quality)',
        share_of_wallet DOUBLE COMMENT 'here / (here + elsewhere), 0 to 1; NULL where both are 0',
        opportunity BOOLEAN NOT NULL COMMENT 'whether the condition of insights.yaml holds: whom to turn to',
        """
    ),
    key=("as_of", "estimate", "customer_id"),
    slice="as_of",
    doc="One row per as_of, estimate and customer whom it is made for; in the currency of the deployment. Readers: audiences, BI.",
)

ESTIMATE_QUALITY = Table(
    "gold.estimate_quality",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        estimate STRING NOT NULL COMMENT 'estimate of insights.yaml',
        method STRING NOT NULL COMMENT 'regression, or median: the median amount of the others for everybody, which the regression has to beat',
        sample STRING NOT NULL COMMENT 'all who show the amount, or those who show it in this way',
        customers BIGINT NOT NULL COMMENT 'customers of the sample, each estimated by a model that has not seen them',
        shown DOUBLE NOT NULL COMMENT 'customers / all whom it is estimated for, 0 to 1: the rest may differ in what no feature says',
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
    slice="as_of",
    doc="One row per as_of, estimate, method and sample. Readers: data scientists, the report.",
)

_TERM = """
        position INT NOT NULL COMMENT 'place in the settings, from 1; 0 for the intercept',
        feature STRING NOT NULL COMMENT 'feature of insights.yaml, or (intercept)',
        expression STRING NOT NULL COMMENT 'SQL of x over gold.customer',
        meaning STRING NOT NULL COMMENT 'the feature in words',
        coefficient DOUBLE NOT NULL COMMENT 'of the standardised feature',
        mean DOUBLE NOT NULL COMMENT 'mean of x over the rows that were learnt from; stands in place of a NULL',
        deviation DOUBLE NOT NULL COMMENT 'standard deviation of x over these rows; 0 where x is left out: constant, collinear with earlier features, or separating the outcomes perfectly',
        """

ESTIMATE_TERM = Table(
    "gold.estimate_term",
    columns=columns(
        f"""
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        estimate STRING NOT NULL COMMENT 'estimate of insights.yaml',
        {_TERM}"""
    ),
    key=("as_of", "estimate", "feature"),
    slice="as_of",
    doc="One row per as_of, estimate and feature: ln(1 + modelled) = intercept + sum of coefficient * (x - mean) / deviation."
    " Readers: data scientists.",
)

PREFERENCE = Table(
    "gold.preference",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'the customer',
        preference STRING NOT NULL COMMENT 'preference of insights.yaml',
        key STRING NOT NULL COMMENT 'what is preferred; none where there is too little, or no key is clear enough',
        share DOUBLE COMMENT 'share of the key in all that the customer did, 0 to 1; NULL for none',
        usual_share DOUBLE COMMENT 'share of the key in all that everybody did; NULL for none',
        strength DOUBLE COMMENT 'share / usual_share: above 1, more than everybody; NULL for none',
        total DOUBLE NOT NULL COMMENT 'number, or amount, of all that the customer did',
        """
    ),
    key=("as_of", "preference", "customer_id"),
    slice="as_of",
    doc="One row per as_of, preference and customer who did anything that it looks at. Readers: audiences, campaigns, BI.",
)

PROSPECT = Table(
    "gold.prospect",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        customer_id STRING NOT NULL COMMENT 'a customer who never held a line that counts, and fits the condition of insights.yaml',
        position INT NOT NULL COMMENT 'place among the likeliest lines, from 1',
        line STRING NOT NULL COMMENT 'product line',
        probability DOUBLE NOT NULL COMMENT 'probability that this line is the first, if any is taken up',
        """
    ),
    key=("as_of", "customer_id", "position"),
    slice="as_of",
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
    slice="as_of",
    doc="One row per as_of and method, out of time. Readers: data scientists, the report.",
)

PROSPECT_TERM = Table(
    "gold.prospect_term",
    columns=columns(
        f"""
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        line STRING NOT NULL COMMENT 'product line',
        {_TERM}"""
    ),
    key=("as_of", "line", "feature"),
    slice="as_of",
    doc="One row per as_of, product line and feature: the probability of a line is its share of the sum over lines of"
    " exp(intercept + sum of coefficient * (x - mean) / deviation). Readers: data scientists.",
)

ALL = (
    CUSTOMER_TIER,
    TIER_CUT,
    TIER_CURVE,
    TIER_SHIFT,
    LINE_HOLDING,
    LINE_PAIR,
    CUSTOMER_PORTRAIT,
    PORTRAIT,
    ESTIMATE,
    ESTIMATE_QUALITY,
    ESTIMATE_TERM,
    PREFERENCE,
    PROSPECT,
    PROSPECT_QUALITY,
    PROSPECT_TERM,
)
