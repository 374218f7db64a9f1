"""The sections of the report, one file a topic, and the chapters that they are laid out in."""

from __future__ import annotations

from bullseye.report.section import Chapter
from bullseye.topics.association import report as association
from bullseye.topics.churn import report as churn
from bullseye.topics.customers import report as customers
from bullseye.topics.first_product import report as first_product
from bullseye.topics.holdings import report as holdings
from bullseye.topics.identity import report as identity
from bullseye.topics.portraits import report as portraits
from bullseye.topics.preferences import report as preferences
from bullseye.topics.recommend import report as recommend
from bullseye.topics.repurchase import report as repurchase
from bullseye.topics.retain_customers import report as retain_customers
from bullseye.topics.scoring import report as scoring
from bullseye.topics.segments import report as segments
from bullseye.topics.sources import report as sources
from bullseye.topics.tags import report as tags
from bullseye.topics.tiers import report as tiers
from bullseye.topics.traffic import report as traffic
from bullseye.topics.wallet import report as wallet

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
