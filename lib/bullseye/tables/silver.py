"""Canonical facts. A deployment fills those it has, by one SQL file each."""

from __future__ import annotations

from bullseye.core.contract import DAYS, MONTHS, Table, columns

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
        known_since DATE COMMENT 'local day on which the source first had the person, such as of registration; NULL when unknown',
        source STRING COMMENT 'source system, for survivorship; where NULL, the part of party_id before the first colon',
        updated_at TIMESTAMP COMMENT 'when the source last changed the row, UTC; NULL when unknown',
        attributes MAP<STRING, STRING> COMMENT 'further attributes of the source by name; NULL when it has none',
        """
    ),
    key=("party_id",),
    doc="One row per party known to a source, as of today. Readers: identity, customers.",
)

IDENTIFIER = Table(
    "silver.identifier",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'who holds the value',
        id_type STRING NOT NULL COMMENT 'type of identity.yaml, such as email, phone or card',
        id_value STRING NOT NULL COMMENT 'HMAC-SHA256 of type and normalised value, with the salt as key; the normalised value where the type has hash: false',
        source STRING COMMENT 'source system of the value; NULL when not stated',
        first_seen DATE COMMENT 'first day on which the party is known to have held it; NULL when unknown: since ever',
        last_seen DATE COMMENT 'last day on which the party is known to have held it; NULL when unknown: still',
        """
    ),
    key=("party_id", "id_type", "id_value"),
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
    writing=MONTHS,
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
        product_id STRING COMMENT 'product that it sells; NULL when there is no single one',
        cost_per_contact DECIMAL(18,2) COMMENT 'cost of one contact, in the currency of the deployment; NULL when unknown',
        coupon_value DECIMAL(18,2) COMMENT 'worth of one coupon, in the currency of the deployment; NULL where there is none',
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
        place_id STRING COMMENT 'branch or store that made the contact; NULL when none did',
        manager_id STRING COMMENT 'who in the company made the contact; NULL when there was none',
        """
    ),
    key=("campaign_id", "party_id"),
    writing=DAYS,
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
        value DECIMAL(18,2) COMMENT 'amount that was agreed or bought, in the currency of the deployment; NULL when unknown',
        reason STRING COMMENT 'why it was rejected; NULL for other stages',
        """
    ),
    key=("response_id",),
    writing=DAYS,
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

EVENT = Table(
    "silver.event",
    columns=columns(
        """
        event_id STRING NOT NULL COMMENT 'the event, unique over all sources',
        party_id STRING NOT NULL COMMENT 'who did it, or to whom it happened',
        happened_at TIMESTAMP NOT NULL COMMENT 'time of the event, UTC',
        day DATE NOT NULL COMMENT 'local day of the event',
        hour INT COMMENT 'local hour of the event, 0 to 23; NULL where only the day is known',
        type STRING NOT NULL COMMENT 'what happened, such as login, view, search, review, visit, call, payroll or transfer_out',
        channel STRING COMMENT 'channel that it came by; NULL when there is none',
        device STRING COMMENT 'kind of device, such as phone or desktop; NULL when there is none',
        place_id STRING COMMENT 'branch or store where it happened; NULL when there is none',
        product_id STRING COMMENT 'product that it is about; NULL when it is about none',
        item STRING COMMENT 'what else it is about, such as a page, a topic or a kind of merchant; NULL when there is nothing',
        counterparty STRING COMMENT 'the other side, such as a bank or an employer; NULL when there is none',
        own_name BOOLEAN COMMENT 'true where the other side is the same person elsewhere; NULL when unknown',
        value DECIMAL(18,2) COMMENT 'amount in the currency of the deployment, negative for what the customer pays; what the type counts for others, such as stars; NULL without a number',
        text STRING COMMENT 'words, such as those searched for or of a review; NULL when there are none',
        duration_seconds DOUBLE COMMENT 'how long it took; NULL when unknown',
        """
    ),
    key=("event_id",),
    writing=MONTHS,
    doc="One row per event that is no line of an order. Readers: customers, scoring.",
)

BALANCE = Table(
    "silver.balance",
    columns=columns(
        """
        party_id STRING NOT NULL COMMENT 'whose account it is',
        account_id STRING NOT NULL COMMENT 'account',
        day DATE NOT NULL COMMENT 'local day at whose end the balance was read, such as a month end',
        balance DECIMAL(18,2) NOT NULL COMMENT 'in the currency of the deployment, negative for what is owed',
        product_id STRING COMMENT 'product that the account is; NULL when unknown',
        """
    ),
    key=("account_id", "day"),
    writing=MONTHS,
    doc="One row per account and day on which its balance was read; all accounts of a party are read on the same days. Readers: customers.",
)

HOLDING = Table(
    "silver.holding",
    columns=columns(
        """
        holding_id STRING NOT NULL COMMENT 'account or contract, unique over all sources',
        party_id STRING NOT NULL COMMENT 'who holds it',
        product_id STRING COMMENT 'product; may be absent from silver.product',
        opened_day DATE NOT NULL COMMENT 'first local day',
        closed_day DATE COMMENT 'local day on which it ended; NULL while it goes on',
        matures_day DATE COMMENT 'local day on which the agreed term ends; NULL without a term',
        principal DECIMAL(18,2) COMMENT 'amount agreed, in the currency of the deployment; of a loan, what was lent; NULL without one',
        yearly_rate DOUBLE COMMENT 'interest of a year, 0.02 are 2 per cent; NULL when unknown',
        place_id STRING COMMENT 'branch or store that keeps it; NULL when unknown',
        """
    ),
    key=("holding_id",),
    doc="One row per account or contract that a party has or had, as of today. Readers: customers.",
)

TOUCH = Table(
    "silver.touch",
    columns=columns(
        """
        touch_id STRING NOT NULL COMMENT 'the touch, unique over all sources',
        party_id STRING COMMENT 'who was touched; NULL for an unknown visitor',
        anonymous_id STRING COMMENT 'cookie or device of the visitor; NULL when there is none',
        touched_at TIMESTAMP NOT NULL COMMENT 'time of the touch, UTC',
        day DATE NOT NULL COMMENT 'local day of the touch',
        channel STRING NOT NULL COMMENT 'marketing channel, such as paid_search, partner, banner or e-mail',
        kind STRING NOT NULL COMMENT 'impression, click or visit',
        device STRING COMMENT 'kind of device, such as phone or desktop; NULL when unknown',
        campaign_id STRING COMMENT 'campaign that it belongs to; NULL when there is none',
        cost DECIMAL(18,2) COMMENT 'what it cost, in the currency of the deployment; NULL when unknown',
        """
    ),
    key=("touch_id",),
    writing=MONTHS,
    doc="One row per touch of a marketing channel with a person or an unknown visitor. Readers: customers, analysts.",
)

PLACE = Table(
    "silver.place",
    columns=columns(
        """
        place_id STRING NOT NULL COMMENT 'branch or store, as facts name it',
        name STRING COMMENT 'name; NULL when unknown',
        type STRING COMMENT 'branch, store or another kind of place; NULL when there is only one kind',
        city STRING COMMENT 'city; NULL when unknown',
        region STRING COMMENT 'region; NULL when unknown',
        latitude DOUBLE COMMENT 'degrees north; NULL when unknown',
        longitude DOUBLE COMMENT 'degrees east; NULL when unknown',
        """
    ),
    key=("place_id",),
    doc="One row per branch or store, as of today. Readers: analysts.",
)

MARKET_EVENT = Table(
    "silver.market_event",
    columns=columns(
        """
        market_event_id STRING NOT NULL COMMENT 'the event, unique over all sources',
        type STRING NOT NULL COMMENT 'what happens, such as offer or holiday',
        area STRING COMMENT 'where, as an attribute of customers names it; NULL for everywhere',
        actor STRING COMMENT 'who does it, such as a competitor; NULL when unknown',
        first_day DATE NOT NULL COMMENT 'first local day',
        last_day DATE COMMENT 'last local day; NULL while it goes on',
        """
    ),
    key=("market_event_id",),
    doc="One row per event of the market around the customers, as of today. Readers: churn.",
)

ALL = (
    PERSON,
    IDENTIFIER,
    PRODUCT,
    ORDER_LINE,
    EVENT,
    BALANCE,
    HOLDING,
    TOUCH,
    PLACE,
    MARKET_EVENT,
    CAMPAIGN,
    CONTACT,
    RESPONSE,
    COUPON,
)

FACTS = tuple(table for table in ALL if table.slice == "day" and "party_id" in table.names)
"""Dated facts about parties: what daily measures can sum."""

PARTIES = tuple(table for table in ALL if "party_id" in table.names)
"""Tables by which a party is known."""
