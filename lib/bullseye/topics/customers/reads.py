"""The tables that customers are made of."""

from __future__ import annotations

from bullseye.tables.silver import FACTS, PARTIES

FACT_TABLES = tuple(table.name for table in FACTS)

DATED_TABLES = (*FACT_TABLES, "silver.holding")
"""Tables whose rows show that a party was known on their day."""

_ALWAYS = (
    "features.identity_map",
    "features.customer_number",
    "features.party_day",
    "features.party_day_item",
    "features.person_known",
    "silver.person",
    "silver.contact",
    "silver.response",
)
STANDING_TABLES = (*(table.name for table in PARTIES if table.name not in _ALWAYS), "silver.product")
"""Tables that last values and states may read, in addition to those of every deployment."""

READS = (*_ALWAYS, *STANDING_TABLES)
