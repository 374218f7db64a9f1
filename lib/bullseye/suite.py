"""The suite: every topic there is, and what follows from this list."""

from __future__ import annotations

from dataclasses import replace

from bullseye.core.contract import Table
from bullseye.core.job import Job
from bullseye.publish.job import release_job
from bullseye.settings import Settings
from bullseye.tables import ops, silver
from bullseye.topics.association import TOPIC as ASSOCIATION
from bullseye.topics.churn import TOPIC as CHURN
from bullseye.topics.customers import TOPIC as CUSTOMERS
from bullseye.topics.first_product import TOPIC as FIRST_PRODUCT
from bullseye.topics.holdings import TOPIC as HOLDINGS
from bullseye.topics.identity import TOPIC as IDENTITY
from bullseye.topics.portraits import TOPIC as PORTRAITS
from bullseye.topics.preferences import TOPIC as PREFERENCES
from bullseye.topics.recommend import TOPIC as RECOMMEND
from bullseye.topics.repurchase import TOPIC as REPURCHASE
from bullseye.topics.retain_customers import TOPIC as RETAIN_CUSTOMERS
from bullseye.topics.scoring import TOPIC as SCORING
from bullseye.topics.segments import TOPIC as SEGMENTS
from bullseye.topics.sources import TOPIC as SOURCES
from bullseye.topics.tags import TOPIC as TAGS
from bullseye.topics.tiers import TOPIC as TIERS
from bullseye.topics.traffic import TOPIC as TRAFFIC
from bullseye.topics.wallet import TOPIC as WALLET

TOPICS = (
    SOURCES,
    IDENTITY,
    CUSTOMERS,
    TAGS,
    SEGMENTS,
    ASSOCIATION,
    RECOMMEND,
    SCORING,
    TIERS,
    HOLDINGS,
    PORTRAITS,
    WALLET,
    PREFERENCES,
    FIRST_PRODUCT,
    CHURN,
    REPURCHASE,
    RETAIN_CUSTOMERS,
    TRAFFIC,
)
"""Each brings its jobs, tables, settings and section of the report, in this order where nothing else decides."""

PUBLISHED = tuple(table for topic in TOPICS for table in topic.released)
"""Tables that a release shows."""
SECTIONS = tuple(topic.section for topic in TOPICS)
"""Where the sections of the report are."""
PUBLISH_RELEASE = release_job(PUBLISHED, SECTIONS)
JOBS: tuple[Job, ...] = (*(job for topic in TOPICS for job in topic.jobs), PUBLISH_RELEASE)
"""The order in which they run follows from the tables that they read and write."""


def contracts(settings: Settings) -> dict[str, Table]:
    """The contract of every table, by its name; those of measures and customers follow from the settings."""
    tables = (*silver.ALL, *(table for topic in TOPICS for table in topic.contracts(settings)), *ops.ALL)
    optional = {table for topic in TOPICS for table in topic.optional}
    return {t.name: replace(t, is_published=t.name in PUBLISHED, is_optional=t.name in optional) for t in tables}
