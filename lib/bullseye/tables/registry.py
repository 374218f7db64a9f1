"""All contracts of a deployment by name."""

from __future__ import annotations

from bullseye.core.contract import Table
from bullseye.settings import Settings
from bullseye.tables import features, gold, identity, insights, models, ops, silver
from bullseye.tables.customer import customer


def contracts(settings: Settings) -> dict[str, Table]:
    """Every table's contract; those of measures and customers follow from the settings."""
    measures = settings.measures
    resolved = (
        features.IDENTITY_MAP,
        features.CUSTOMER_NUMBER,
        features.PERSON_READ,
        features.PERSON_KNOWN,
        features.party_day(measures),
        features.PARTY_DAY_ITEM,
        features.training_snapshot(measures),
        customer(measures),
    )
    tables = (*silver.ALL, *resolved, *gold.ALL, *identity.ALL, *insights.ALL, *models.ALL, *ops.ALL)
    return {table.name: table for table in tables}
