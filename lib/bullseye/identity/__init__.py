"""Who is who: parties of source systems to customers, with numbers that stay."""

from bullseye.identity.resolve import assigned, number_customers, resolve_identity

__all__ = ["assigned", "number_customers", "resolve_identity"]
