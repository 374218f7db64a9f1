"""Named tiers of customers."""
