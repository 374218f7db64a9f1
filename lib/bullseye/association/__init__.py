"""From receipts to rules: what is bought together, and what such rules are worth."""

from bullseye.association.baskets import order_baskets
from bullseye.association.job import mine_associations
from bullseye.association.mining import frequent_itemsets
from bullseye.association.rules import association_rules

__all__ = ["association_rules", "frequent_itemsets", "mine_associations", "order_baskets"]
