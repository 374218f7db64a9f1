"""The tables of retain customers."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

MAINTENANCE_PLAN = Table(
    "gold.maintenance_plan",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        plan STRING NOT NULL COMMENT 'plan of retain_customers.yaml',
        customer_id STRING NOT NULL COMMENT 'the customer',
        probability DOUBLE NOT NULL COMMENT 'predicted probability to leave, 0 to 1: of gold.spell within its horizon, or of gold.score',
        reason STRING COMMENT 'driver or feature that raises it most; NULL where none does',
        value_at_risk DECIMAL(18,2) NOT NULL COMMENT 'what is lost when the customer leaves, by the SQL of the plan, in the currency of the deployment',
        effect DOUBLE COMMENT 'assumed share of those who would leave that a contact keeps, 0 to 1, as retain_customers.yaml has it',
        loss_avoided DECIMAL(18,2) NOT NULL COMMENT 'probability * value_at_risk * assumed effect of a contact, in the currency of the deployment',
        offer STRING COMMENT 'what to offer: the first item of gold.recommendation, or the first offer of the plan that suits; NULL where neither has one',
        offer_from STRING COMMENT 'recommendation: the first item of gold.recommendation; plan: an offer of retain_customers.yaml; NULL as offer',
        offer_reason STRING COMMENT 'for a recommendation the antecedent of its rule, which the customer bought; for an offer of the plan its doc; NULL as offer',
        channel STRING COMMENT 'first channel of the plan that suits the customer; NULL where none does',
        cost DECIMAL(18,2) COMMENT 'of one contact by it, in the currency of the deployment; NULL as channel',
        weekday STRING COMMENT 'best day of the week, the usual one by the SQL of the plan; NULL when unknown',
        hour STRING COMMENT 'best local hour of the day, the usual one by the SQL of the plan; NULL when unknown',
        month_day INT COMMENT 'day of the month on which money came most often in the last year, 1 to 31; NULL where none came',
        occasion STRING COMMENT 'earliest occasion of the plan ahead; NULL without one',
        occasion_day DATE COMMENT 'its day; NULL without one',
        is_worthwhile BOOLEAN NOT NULL COMMENT 'true where loss_avoided exceeds cost: only they are to be contacted',
        """
    ),
    key=("as_of", "plan", "customer_id"),
    writing=AS_OF,
    doc="One row per as_of, plan and customer at or above its min_probability, worth the cost or not. Readers: campaigns, BI.",
)


TABLES = (MAINTENANCE_PLAN,)
