"""The tables of churn."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

SPELL = Table(
    "gold.spell",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of churn.yaml',
        customer_id STRING NOT NULL COMMENT 'the customer',
        spell INT NOT NULL COMMENT 'number of the spell of this customer, from 1: who comes back begins another',
        start_month DATE COMMENT 'first day of the month in which it began; NULL where it is older than the data and no other source has it',
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
    writing=AS_OF,
    doc="One row per as_of, question, customer and spell of months with the event. Readers: plans, campaigns, analysts.",
)

CHURN = Table(
    "gold.churn",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of churn.yaml',
        breakdown STRING NOT NULL COMMENT 'column of gold.customer by which customers are grouped; all for all customers',
        value STRING NOT NULL COMMENT 'value of that column; all for all customers, unknown where it is NULL',
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
    writing=AS_OF,
    doc="One row per as_of, question, group and horizon: who is there, who could leave, and who did. Readers: analysts, the report.",
)

SURVIVAL = Table(
    "gold.survival",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of churn.yaml',
        breakdown STRING NOT NULL COMMENT 'column of gold.customer by which customers are grouped; all for all customers',
        value STRING NOT NULL COMMENT 'value of that column; all for all customers, unknown where it is NULL',
        month INT NOT NULL COMMENT 'months since the month of the start, from 1',
        at_risk BIGINT NOT NULL COMMENT 'customers seen in this month of their life who could leave in it; who was there before the data enters late',
        leavers BIGINT NOT NULL COMMENT 'of these, those who left in it',
        hazard DOUBLE NOT NULL COMMENT 'leavers / at_risk',
        survival DOUBLE NOT NULL COMMENT 'probability to be there still at the end of this month: product of (1 - hazard) so far (Kaplan and Meier 1958)',
        standard_error DOUBLE COMMENT 'of survival (Greenwood 1926); NULL once no customer is left',
        low DOUBLE COMMENT 'lower end of the 95 % interval of survival, on the scale of log(-log) so that it stays between 0 and 1; NULL where survival is 0 or 1',
        high DOUBLE COMMENT 'upper end of that interval; NULL as low',
        """
    ),
    key=("as_of", "question", "breakdown", "value", "month"),
    writing=AS_OF,
    doc="One row per as_of, question, group and month of the life, as long as customers are at risk in every month before."
    " Readers: analysts, the report.",
)

HAZARD = Table(
    "gold.hazard",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of churn.yaml',
        breakdown STRING NOT NULL COMMENT 'column of gold.customer by which customers are grouped; month of the life, or calendar month; all for all customers',
        value STRING NOT NULL COMMENT 'value of that column, number of months since the start, or yyyy-MM; all for all customers, unknown where it is NULL',
        at_risk BIGINT NOT NULL COMMENT 'months of customers who could leave',
        leavers BIGINT NOT NULL COMMENT 'of these, months in which the customer left',
        hazard DOUBLE NOT NULL COMMENT 'leavers / at_risk: probability to leave in one month',
        low DOUBLE NOT NULL COMMENT 'lower end of the 95 % interval of the hazard (Wilson 1927)',
        high DOUBLE NOT NULL COMMENT 'upper end of that interval',
        expected DOUBLE COMMENT 'mean hazard of these months that the drivers let expect; NULL without a model',
        """
    ),
    key=("as_of", "question", "breakdown", "value"),
    writing=AS_OF,
    doc="One row per as_of, question and group, month of the life or calendar month: how many leave in a month. Readers: analysts, the report.",
)

DRIVER = Table(
    "gold.driver",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        question STRING NOT NULL COMMENT 'question of churn.yaml',
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
        mean DOUBLE NOT NULL COMMENT 'mean of x over the rows where it is known; replaces NULL',
        deviation DOUBLE NOT NULL COMMENT 'standard deviation of x over the rows; 0 for the intercept',
        unknown BIGINT NOT NULL COMMENT 'rows where x is NULL',
        rows BIGINT NOT NULL COMMENT 'rows: months of customers at risk',
        events BIGINT NOT NULL COMMENT 'of these, those with the outcome',
        remark STRING COMMENT 'drivers that are left out, and why; NULL where none is',
        """
    ),
    key=("as_of", "question", "driver"),
    writing=AS_OF,
    doc="One row per as_of, question and driver of a logistic regression without a penalty; a driver that is constant, collinear with earlier ones, or that every exit or none has, is left out."
    " It is a discrete-time hazard model: one row of it is a month of a customer (Allison 1982). Readers: analysts, the report.",
)


TABLES = (
    SPELL,
    CHURN,
    SURVIVAL,
    HAZARD,
    DRIVER,
)
