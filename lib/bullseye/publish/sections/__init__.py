"""The sections of the report, one file a topic, and the chapters that they are laid out in."""

from __future__ import annotations

from bullseye.publish.section import Chapter
from bullseye.publish.sections import (
    association,
    churn,
    customers,
    first_product,
    holdings,
    identity,
    portraits,
    preferences,
    recommend,
    repurchase,
    retain_customers,
    scoring,
    segments,
    sources,
    tags,
    tiers,
    traffic,
    wallet,
)

CHAPTERS = (
    Chapter("changes", "What changed"),
    Chapter("customers", "Customers"),
    Chapter("value", "Value"),
    Chapter("segments", "Segments"),
    Chapter("tags", "Tags"),
    Chapter("rules", "Rules and recommendations", link="Rules"),
    Chapter("models", "Models"),
    Chapter("behaviour", "Leavers, causes and places", link="Leavers and places"),
    Chapter("lists", "Lists"),
    Chapter("quality", "Data quality"),
    Chapter("run", "Run and release", link="Run"),
)
"""The page, from top to bottom: the business first, the run last. A chapter without blocks is left out."""
SECTIONS = (
    customers.SECTION,
    tiers.SECTION,
    holdings.SECTION,
    portraits.SECTION,
    wallet.SECTION,
    preferences.SECTION,
    first_product.SECTION,
    segments.SECTION,
    association.SECTION,
    recommend.SECTION,
    tags.SECTION,
    scoring.SECTION,
    churn.SECTION,
    repurchase.SECTION,
    retain_customers.SECTION,
    traffic.SECTION,
    sources.SECTION,
    identity.SECTION,
)
"""The sections of all topics, in the order in which they are asked and stand within their chapter."""
