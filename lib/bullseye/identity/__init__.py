"""Who is who: parties of source systems to customers, with ids and numbers that stay."""

from bullseye.identity.components import connected_components
from bullseye.identity.resolve import assigned, number_customers, resolve_identity

__all__ = ["assigned", "connected_components", "number_customers", "resolve_identity"]
