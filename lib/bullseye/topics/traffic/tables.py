"""The tables of traffic."""

from __future__ import annotations

from bullseye.core.contract import AS_OF, Table, columns

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
        visitors BIGINT NOT NULL COMMENT 'distinct customers, and cookies or devices of unknown visitors',
        customers BIGINT NOT NULL COMMENT 'distinct customers among the visitors',
        conversions_first BIGINT COMMENT 'conversions whose first touch, within the days of the settings, came so; NULL of screens, and where no conversion is defined',
        conversions_last BIGINT COMMENT 'conversions whose last touch came so; NULL as conversions_first',
        conversions_any BIGINT COMMENT 'conversions with any such touch: one may count in several channels; NULL as conversions_first',
        converted BIGINT COMMENT 'distinct customers among these who converted within the days of the settings after such a touch; NULL where no conversion is defined',
        conversion_rate DOUBLE COMMENT 'converted / customers, 0 to 1: unknown visitors cannot be seen to convert; NULL without customers, and as converted',
        """
    ),
    key=("as_of", "days", "breakdown", "channel", "device"),
    writing=AS_OF,
    doc="One row per as_of, window, channel and kind of device, and sums over them. Readers: analysts, the report.",
)

PLACE_TRAFFIC = Table(
    "gold.place_traffic",
    columns=columns(
        """
        as_of DATE NOT NULL COMMENT 'state at the end of this day',
        breakdown STRING NOT NULL COMMENT 'column of gold.customer; distance for bands of the distance to the nearest place; all for all customers',
        value STRING NOT NULL COMMENT 'value of that column, or band; unknown where it is NULL',
        position INT NOT NULL COMMENT 'place among bands of distance, from 1; 0 for others',
        customers BIGINT NOT NULL COMMENT 'customers there',
        share DOUBLE NOT NULL COMMENT 'of all customers counted, 0 to 1',
        figure STRING NOT NULL COMMENT 'figure of traffic.yaml',
        meaning STRING NOT NULL COMMENT 'what the figure says, with its unit',
        number DOUBLE COMMENT 'the figure over the customers there; NULL where it has no value',
        """
    ),
    key=("as_of", "breakdown", "value", "figure"),
    writing=AS_OF,
    doc="One row per as_of, group of customers by place, and figure. Readers: analysts, the report.",
)


TABLES = (
    TRAFFIC,
    PLACE_TRAFFIC,
)
