"""Canonical facts. A deployment fills those it has, by one SQL file each."""

from __future__ import annotations

from bullseye.core.contract import Table, columns

PERSON = Table(
    "silver.person",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'person as one source system knows them: <source>:<id in that source>',
        birth_date DATE COMMENT 'date of birth; NULL when unknown',
        gender STRING COMMENT 'gender as the source states it; NULL when unknown',
        age_band STRING COMMENT 'age range as the source states it; NULL when unknown',
        income_band STRING COMMENT 'income range as the source states it; NULL when unknown',
        marital_status STRING COMMENT 'marital status as the source states it; NULL when unknown',
        household_size STRING COMMENT 'persons in the household; NULL when unknown',
        region STRING COMMENT 'region of residence; NULL when unknown',
        given_name STRING COMMENT 'given name as the source writes it; NULL when unknown',
        family_name STRING COMMENT 'family name as the source writes it; NULL when unknown',
        address STRING COMMENT 'street and number; NULL when unknown',
        city STRING COMMENT 'place of residence; NULL when unknown',
        postcode STRING COMMENT 'postal code; NULL when unknown',
        source STRING COMMENT 'source system, for survivorship; where NULL, what stands before the first colon of party_id',
        updated_at TIMESTAMP COMMENT 'when the source last changed the row, UTC; NULL when unknown',
        attributes MAP<STRING, STRING> COMMENT 'further attributes of the source by name; NULL when it has none',
        """
    ),
    key=("party_id",),
    optional=("given_name", "family_name", "address", "city", "postcode", "source", "updated_at"),
    doc="One row per party known to a source, as of today. Readers: identity, customers.",
)

IDENTIFIER = Table(
    "silver.identifier",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'who holds the value',
        id_type STRING NOT NULL COMMENT 'type of identity.yaml, such as email, phone or card',
        id_value STRING NOT NULL COMMENT 'the value, normalised; its salted hash where the type says so',
        source STRING COMMENT 'source system that says so; NULL when not stated',
        first_seen DATE COMMENT 'first day on which the party is known to have held it; NULL when unknown: since ever',
        last_seen DATE COMMENT 'last day on which the party is known to have held it; NULL when unknown: still',
        """
    ),
    key=("party_id", "id_type", "id_value"),
    optional=("source", "first_seen", "last_seen"),
    unique_by_construction=True,
    doc="One row per party, identifier type and value, as of today. silver/identifier.sql gives values as the sources write them;"
    " they are normalised, and hashed, before they are written. Readers: identity.",
)

PRODUCT = Table(
    "silver.product",
    columns=columns(
        """
        product_id STRING NOT NULL COMMENT 'product, as order lines name it',
        name STRING COMMENT 'product name or type; NULL when unknown',
        brand STRING COMMENT 'brand; NULL when unknown',
        private_label BOOLEAN COMMENT 'true for the own brands of the company; NULL when unknown',
        category_1 STRING COMMENT 'widest level, such as department; NULL when unknown',
        category_2 STRING COMMENT 'category; NULL when unknown',
        category_3 STRING COMMENT 'narrowest level; NULL when unknown',
        package STRING COMMENT 'package size as the source states it; NULL when unknown',
        """
    ),
    key=("product_id",),
    doc="One row per product, as of today. Readers: customers, association.",
)

ORDER_LINE = Table(
    "silver.order_line",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'who bought',
        order_id STRING NOT NULL COMMENT 'order or basket',
        line_id STRING NOT NULL COMMENT 'line within the order',
        ordered_at TIMESTAMP NOT NULL COMMENT 'time of the purchase, UTC',
        day DATE NOT NULL COMMENT 'local day of the purchase',
        hour INT NOT NULL COMMENT 'local hour of the purchase, 0 to 23',
        product_id STRING COMMENT 'product; may be absent from silver.product',
        is_item BOOLEAN NOT NULL COMMENT 'false for lines that are money only, such as fuel or vouchers: they count as spend, never as units or basket items',
        quantity DECIMAL(18,3) COMMENT 'units; NULL where is_item is false',
        amount DECIMAL(18,2) NOT NULL COMMENT 'what the company received, in the currency of the deployment; returns are negative',
        loyalty_discount DECIMAL(18,2) NOT NULL COMMENT 'discount of the loyalty programme, positive',
        coupon_discount DECIMAL(18,2) NOT NULL COMMENT 'discount by coupons of the manufacturer, positive',
        coupon_match_discount DECIMAL(18,2) NOT NULL COMMENT 'discount by which the company matched a coupon, positive',
        on_promotion BOOLEAN COMMENT 'true when the product was on display or in the mailer of the store in that week; NULL when unknown',
        store_id STRING COMMENT 'store; NULL when there is none',
        channel STRING COMMENT 'sales channel; NULL when there is only one',
        """
    ),
    key=("order_id", "line_id"),
    slice="day",
    by_month=True,
    doc="One row per line of an order. Readers: customers, association, scoring.",
)

CAMPAIGN = Table(
    "silver.campaign",
    columns=columns(
        """
        campaign_id STRING NOT NULL COMMENT 'campaign',
        campaign_type STRING COMMENT 'type as the company names it; NULL when unknown',
        start_day DATE NOT NULL COMMENT 'first day',
        end_day DATE NOT NULL COMMENT 'last day',
        coupons INT COMMENT 'distinct coupons in the campaign; NULL when unknown',
        products INT COMMENT 'distinct products that its coupons are good for; NULL when unknown',
        """
    ),
    key=("campaign_id",),
    doc="One row per campaign. Readers: customers, scoring.",
)

CONTACT = Table(
    "silver.contact",
    columns=columns(
        """
        campaign_id STRING NOT NULL COMMENT 'campaign',
        party_id STRING NOT NULL COMMENT 'who was contacted',
        day DATE NOT NULL COMMENT 'local day of the contact; the first day of the campaign where the source has none',
        arm STRING NOT NULL COMMENT 'treated or control',
        channel STRING COMMENT 'visit, phone, branch, e-mail, sms or mail; NULL when unknown',
        """
    ),
    key=("campaign_id", "party_id"),
    slice="day",
    doc="One row per campaign and party contacted or held out. Readers: customers, scoring.",
)

RESPONSE = Table(
    "silver.response",
    columns=columns(
        """
        response_id STRING NOT NULL COMMENT 'the response, unique in its source',
        campaign_id STRING NOT NULL COMMENT 'campaign that it answers',
        party_id STRING NOT NULL COMMENT 'who responded',
        day DATE NOT NULL COMMENT 'local day; may lie outside the campaign',
        stage STRING NOT NULL COMMENT 'opened, applied, contracted, rejected, redeemed or purchased',
        coupon_id STRING COMMENT 'coupon that was redeemed; NULL for other stages',
        """
    ),
    key=("response_id",),
    slice="day",
    doc="One row per response to a campaign. Readers: customers, scoring.",
)

COUPON = Table(
    "silver.coupon",
    columns=columns(
        """
        campaign_id STRING NOT NULL COMMENT 'campaign that gave out the coupon',
        coupon_id STRING NOT NULL COMMENT 'coupon',
        product_id STRING NOT NULL COMMENT 'product that it is good for',
        """
    ),
    key=("campaign_id", "coupon_id", "product_id"),
    doc="One row per campaign, coupon and product that the coupon is good for. Readers: analysts.",
)

ALL = (PERSON, IDENTIFIER, PRODUCT, ORDER_LINE, CAMPAIGN, CONTACT, RESPONSE, COUPON)
