"""Tables about behaviour: who leaves when and why, what makes customers buy again, where they come from and live."""

from __future__ import annotations

from bullseye.core.contract import Table, columns

SPELL = Table(
    "gold.spell",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of insights.yaml (leavers) that says who is meant',
        customer_id STRING NOT NULL COMMENT 'the customer',
        spell INT NOT NULL COMMENT 'number of the spell of this customer, from 1: who comes back begins another',
        start_month DATE COMMENT 'first day of the month in which it began; NULL where it is older than the data and nothing else tells it',
        entered_month DATE NOT NULL COMMENT 'first day of the first month of the data in which the event happened',
        left_month DATE COMMENT 'first day of the first month without the event; NULL while it goes on, and where that is not yet certain',
        months_observed INT NOT NULL COMMENT 'months in which the customer could leave and was seen',
        months_since_start INT COMMENT 'months from the start to the month after as_of, in which the prediction begins; NULL for those who left, and where the start is unknown',
        hazard DOUBLE COMMENT 'predicted probability to leave in the month after as_of, 0 to 1; NULL for those who left, and without a model',
        horizon_months INT COMMENT 'months that probability is about; NULL as hazard',
        probability DOUBLE COMMENT 'predicted probability to leave within horizon_months, the drivers staying as they are; NULL as hazard',
        reason STRING COMMENT 'driver that raises the hazard most above that of a customer with mean drivers; NULL where none does',
        """
    ),
    key=("as_of", "question", "customer_id", "spell"),
    slice="as_of",
    doc="One row per as_of, question, customer and spell of months with the event. Readers: plans, campaigns, analysts.",
)

CHURN = Table(
    "gold.churn",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of insights.yaml (leavers) that says who is meant',
        breakdown STRING NOT NULL COMMENT 'column of gold.customer by which customers are told apart; all for everybody',
        value STRING NOT NULL COMMENT 'value of that column; all for everybody, unknown where it is NULL',
        present BIGINT NOT NULL COMMENT 'customers who are there after the last whole month, new ones too: their spell goes on, or is not yet known to be over',
        horizon_months INT NOT NULL COMMENT 'months counted: the last so many that are known at as_of',
        from_month DATE NOT NULL COMMENT 'first day of the first of these months',
        customers BIGINT NOT NULL COMMENT 'customers who could leave when these months began',
        leavers BIGINT NOT NULL COMMENT 'of these, customers who left in one of these months',
        share DOUBLE NOT NULL COMMENT 'leavers / customers',
        low DOUBLE NOT NULL COMMENT 'lower end of the 95 % interval of the share (Wilson 1927)',
        high DOUBLE NOT NULL COMMENT 'upper end of that interval',
        expected DOUBLE COMMENT 'share that the drivers let expect: sum of the predicted hazards over the months at risk / customers; NULL without a model',
        """
    ),
    key=("as_of", "question", "breakdown", "value", "horizon_months"),
    slice="as_of",
    doc="One row per as_of, question, group and horizon: who is there, who could leave, and who did. Readers: analysts, the report.",
)

SURVIVAL = Table(
    "gold.survival",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of insights.yaml (leavers) that says who is meant',
        breakdown STRING NOT NULL COMMENT 'column of gold.customer by which customers are told apart; all for everybody',
        value STRING NOT NULL COMMENT 'value of that column; all for everybody, unknown where it is NULL',
        month INT NOT NULL COMMENT 'months since the month of the start, from 1',
        at_risk BIGINT NOT NULL COMMENT 'customers seen in this month of their life who could leave in it; who was there before the data enters late',
        leavers BIGINT NOT NULL COMMENT 'of these, those who left in it',
        hazard DOUBLE NOT NULL COMMENT 'leavers / at_risk',
        survival DOUBLE NOT NULL COMMENT 'probability to be there still at the end of this month: product of (1 - hazard) so far (Kaplan and Meier 1958)',
        standard_error DOUBLE COMMENT 'of survival (Greenwood 1926); NULL once nobody is left',
        low DOUBLE COMMENT 'lower end of the 95 % interval of survival, on the scale of log(-log) so that it stays between 0 and 1; NULL where survival is 0 or 1',
        high DOUBLE COMMENT 'upper end of that interval; NULL as low',
        """
    ),
    key=("as_of", "question", "breakdown", "value", "month"),
    slice="as_of",
    doc="One row per as_of, question, group and month of the life, as far as anybody is at risk in every month before."
    " Readers: analysts, the report.",
)

HAZARD = Table(
    "gold.hazard",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of insights.yaml (leavers) that says who is meant',
        breakdown STRING NOT NULL COMMENT 'column of gold.customer by which customers are told apart; month of the life, or calendar month; all for everybody',
        value STRING NOT NULL COMMENT 'value of that column, number of months since the start, or yyyy-MM; all for everybody, unknown where it is NULL',
        at_risk BIGINT NOT NULL COMMENT 'months of customers who could leave',
        leavers BIGINT NOT NULL COMMENT 'of these, months in which the customer left',
        hazard DOUBLE NOT NULL COMMENT 'leavers / at_risk: probability to leave in one month',
        low DOUBLE NOT NULL COMMENT 'lower end of the 95 % interval of the hazard (Wilson 1927)',
        high DOUBLE NOT NULL COMMENT 'upper end of that interval',
        expected DOUBLE COMMENT 'mean hazard of these months that the drivers let expect; NULL without a model',
        """
    ),
    key=("as_of", "question", "breakdown", "value"),
    slice="as_of",
    doc="One row per as_of, question and group, month of the life or calendar month: how many leave in a month. Readers: analysts, the report.",
)

DRIVER = Table(
    "gold.driver",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of insights.yaml (leavers) that says who is meant',
        position INT NOT NULL COMMENT 'rank by weight, not by coefficient: 1 is the strongest to either side; 0 for the intercept',
        driver STRING NOT NULL COMMENT 'driver, or (intercept)',
        expression STRING NOT NULL COMMENT 'SQL that gives x',
        meaning STRING NOT NULL COMMENT 'what the driver says, in words',
        coefficient DOUBLE NOT NULL COMMENT 'log-odds per unit of x; of the intercept, the log-odds where every x is 0',
        standard_error DOUBLE NOT NULL COMMENT 'of the coefficient; of the intercept, of the log-odds where every x is at its mean',
        z DOUBLE NOT NULL COMMENT 'coefficient / standard_error',
        p_value DOUBLE NOT NULL COMMENT 'probability of a z so far from 0 where the driver has no effect, both sides',
        direction STRING NOT NULL COMMENT 'raises or lowers the odds; unclear where p_value is above 0.05',
        odds_ratio DOUBLE NOT NULL COMMENT 'factor of the odds per unit of x: exp(coefficient)',
        odds_ratio_low DOUBLE NOT NULL COMMENT 'lower end of its 95 % interval',
        odds_ratio_high DOUBLE NOT NULL COMMENT 'upper end of its 95 % interval',
        weight DOUBLE NOT NULL COMMENT 'coefficient * deviation: log-odds per standard deviation, by which drivers compare; 0 for the intercept',
        mean DOUBLE NOT NULL COMMENT 'mean of x over the rows where it is known; stands in place of a NULL',
        deviation DOUBLE NOT NULL COMMENT 'standard deviation of x over the rows; 0 for the intercept',
        unknown BIGINT NOT NULL COMMENT 'rows where x is NULL',
        rows BIGINT NOT NULL COMMENT 'rows: months of customers at risk',
        events BIGINT NOT NULL COMMENT 'of these, those with the outcome',
        remark STRING COMMENT 'drivers that are left out, and why; NULL where none is',
        """
    ),
    key=("as_of", "question", "driver"),
    slice="as_of",
    doc="One row per as_of, question and driver of a logistic regression without a penalty; a driver that is constant, collinear with earlier ones, or that every exit or none has, is left out."
    " It is a discrete-time hazard model: one row of it is a month of a customer (Allison 1982). Readers: analysts, the report.",
)

TRAFFIC = Table(
    "gold.traffic",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        days INT NOT NULL COMMENT 'days up to as_of over which touches and conversions are counted, each for itself',
        breakdown STRING NOT NULL COMMENT 'source: by channel and kind of device; screens: by all kinds of devices of a visitor together',
        channel STRING NOT NULL COMMENT 'marketing channel; all for every one; none for conversions without a touch',
        device STRING NOT NULL COMMENT 'kind of device; all for every one; of screens those of a visitor, joined by +',
        touches BIGINT NOT NULL COMMENT 'arrivals',
        visitors BIGINT NOT NULL COMMENT 'distinct customers, and cookies or devices of visitors whom nobody knows',
        customers BIGINT NOT NULL COMMENT 'distinct customers among the visitors',
        conversions_first BIGINT COMMENT 'conversions whose first touch, within the days of the settings, came so; NULL of screens, and where no conversion is defined',
        conversions_last BIGINT COMMENT 'conversions whose last touch came so; NULL as conversions_first',
        conversions_any BIGINT COMMENT 'conversions with any such touch: one may count in several channels; NULL as conversions_first',
        converted BIGINT COMMENT 'distinct customers among these who converted within the days of the settings after such a touch; NULL where no conversion is defined',
        conversion_rate DOUBLE COMMENT 'converted / customers, 0 to 1: visitors whom nobody knows cannot be seen to convert; NULL without customers, and as converted',
        """
    ),
    key=("as_of", "days", "breakdown", "channel", "device"),
    slice="as_of",
    doc="One row per as_of, window, channel and kind of device, and sums over them. Readers: analysts, the report.",
)

PLACE_TRAFFIC = Table(
    "gold.place_traffic",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        breakdown STRING NOT NULL COMMENT 'column of gold.customer; distance for bands of the distance to the nearest place; all for everybody',
        value STRING NOT NULL COMMENT 'value of that column, or band; unknown where it is NULL',
        position INT NOT NULL COMMENT 'place among bands of distance, from 1; 0 for others',
        customers BIGINT NOT NULL COMMENT 'customers there',
        share DOUBLE NOT NULL COMMENT 'of all customers counted, 0 to 1',
        figure STRING NOT NULL COMMENT 'figure of insights.yaml (places)',
        meaning STRING NOT NULL COMMENT 'what the figure says, with its unit',
        number DOUBLE COMMENT 'the figure over the customers there; NULL where it has no value',
        """
    ),
    key=("as_of", "breakdown", "value", "figure"),
    slice="as_of",
    doc="One row per as_of, group of customers by place, and figure. Readers: analysts, the report.",
)

FACTOR = Table(
    "gold.factor",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of insights.yaml (repurchase)',
        position INT NOT NULL COMMENT 'place of the eigenvalue, 1 is the largest; of kept factors the place by the variance explained',
        factor STRING COMMENT 'name of the settings, or of the item that loads highest, numbered where two factors have it; NULL where no factor is kept',
        eigenvalue DOUBLE NOT NULL COMMENT 'of the correlation matrix, falling: variance of so many items',
        at_random DOUBLE NOT NULL COMMENT 'what this eigenvalue hardly exceeds where items have nothing in common: percentile of random matrices (Horn 1965)',
        explained DOUBLE COMMENT 'share of the variance of all items that the rotated factor explains, 0 to 1; NULL as factor',
        items STRING COMMENT 'items that load on it by 0.4 or more, the highest first, with a minus for negative loadings; NULL as factor',
        score STRING COMMENT 'SQL over the items, named as in gold.factor_loading, that gives the score by regression (Thurstone 1935): mean 0; NULL as factor',
        rows BIGINT NOT NULL COMMENT 'customers with all items, whom the correlations are over',
        kmo DOUBLE NOT NULL COMMENT 'sampling adequacy of all items, 0 to 1, at least 0.6 by custom (Kaiser 1974)',
        bartlett DOUBLE NOT NULL COMMENT 'chi-square of the test of sphericity (Bartlett 1951)',
        bartlett_p DOUBLE NOT NULL COMMENT 'its p-value: small where items are correlated at all',
        remark STRING COMMENT 'items that are left out, and why; why no factor is kept; NULL where there is nothing to say',
        """
    ),
    key=("as_of", "question", "position"),
    slice="as_of",
    doc="One row per as_of, question and eigenvalue; the first are factors. Readers: analysts, the report.",
)

FACTOR_LOADING = Table(
    "gold.factor_loading",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of insights.yaml (repurchase)',
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
    slice="as_of",
    doc="One row per as_of, question, item and factor. Readers: analysts, the report.",
)

FACTOR_WEIGHT = Table(
    "gold.factor_weight",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of insights.yaml (repurchase)',
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
    slice="as_of",
    doc="One row per as_of, question and factor: what it weighs for buying again, by logistic regression without a penalty."
    " Readers: analysts, the report.",
)

MAINTENANCE_PLAN = Table(
    "gold.maintenance_plan",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        plan STRING NOT NULL COMMENT 'plan of insights.yaml (maintenance)',
        customer_id STRING NOT NULL COMMENT 'the customer',
        probability DOUBLE NOT NULL COMMENT 'predicted probability to leave, 0 to 1: of gold.spell within its horizon, or of gold.score',
        because STRING COMMENT 'driver or feature that raises it most; NULL where none does',
        value_at_risk DECIMAL(18,2) NOT NULL COMMENT 'what is lost when the customer leaves, by the SQL of the plan, in the currency of the deployment',
        loss_avoided DECIMAL(18,2) NOT NULL COMMENT 'probability * value_at_risk * assumed effect of a contact, in the currency of the deployment',
        offer STRING COMMENT 'what to offer: the first item of gold.recommendation, or the first offer of the plan that suits; NULL where neither has one',
        offer_source STRING COMMENT 'rule and its antecedent, or what the plan says of the offer; NULL as offer',
        channel STRING COMMENT 'first channel of the plan that suits the customer; NULL where none does',
        cost DECIMAL(18,2) COMMENT 'of one contact by it, in the currency of the deployment; NULL as channel',
        weekday STRING COMMENT 'best day of the week, the usual one by the SQL of the plan; NULL when unknown',
        hour STRING COMMENT 'best local hour of the day, the usual one by the SQL of the plan; NULL when unknown',
        month_day INT COMMENT 'day of the month on which money came most often in the last year, 1 to 31; NULL where none came',
        occasion STRING COMMENT 'earliest occasion of the plan ahead; NULL without one',
        occasion_day DATE COMMENT 'its day; NULL without one',
        worth BOOLEAN NOT NULL COMMENT 'true where loss_avoided exceeds cost: only they are to be contacted',
        reason STRING NOT NULL COMMENT 'the calculation in words, why this offer, and why then',
        """
    ),
    key=("as_of", "plan", "customer_id"),
    slice="as_of",
    doc="One row per as_of, plan and customer at or above its min_probability, worth the cost or not. Readers: campaigns, BI.",
)

ALL = (
    SPELL,
    CHURN,
    SURVIVAL,
    HAZARD,
    DRIVER,
    TRAFFIC,
    PLACE_TRAFFIC,
    FACTOR,
    FACTOR_LOADING,
    FACTOR_WEIGHT,
    MAINTENANCE_PLAN,
)
