"""From daily measures to the customer table, now and as it was at any date."""

from bullseye.customers.build import build_customers, build_training_snapshots
from bullseye.customers.days import build_party_days

__all__ = ["build_customers", "build_party_days", "build_training_snapshots"]
