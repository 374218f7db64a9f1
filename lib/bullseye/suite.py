"""The suite: every topic there is, and what follows from this list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bullseye.core.contract import Table
from bullseye.core.entries import Entry
from bullseye.core.job import Job
from bullseye.publish.job import release_job
from bullseye.settings import Deployment, Settings
from bullseye.settings.documents import SettingsFile
from bullseye.settings.load import load
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

FILES: tuple[type[SettingsFile], ...] = (Deployment, *(file for topic in TOPICS for file in topic.settings))
"""Files of the settings, in the order of the reference pages."""
PUBLISHED = tuple(table for topic in TOPICS for table in topic.released)
"""Tables that a release shows."""
SECTIONS = tuple(topic.section for topic in TOPICS)
"""Where the sections of the report are."""
SHOWN = tuple(dict.fromkeys(file for topic in TOPICS for file in topic.shows))
PUBLISH_RELEASE = release_job(PUBLISHED, SECTIONS, SHOWN)
JOBS: tuple[Job, ...] = (*(job for topic in TOPICS for job in topic.jobs), PUBLISH_RELEASE)
"""The order in which they run follows from the tables that they read and write."""


def load_settings(folder: Path, overrides: Mapping[str, str] | None = None) -> Settings:
    """Read and validate a deployment's folder.

    `overrides` maps `file.key` (such as `deployment.lake` or `tags.tags.0.where`) to YAML text.
    Raises SettingsError that lists every mistake with file, line and remedy.
    """
    return load(folder, FILES, overrides)


def contracts(settings: Settings) -> dict[str, Table]:
    """The contract of every table, by its name; those of measures and customers follow from the settings."""
    tables = (*silver.ALL, *(table for topic in TOPICS for table in topic.contracts(settings)), *ops.ALL)
    optional = {table for topic in TOPICS for table in topic.optional}
    return {t.name: replace(t, is_published=t.name in PUBLISHED, is_optional=t.name in optional) for t in tables}


def entries(settings: Settings) -> list[Entry]:
    """All named entries of the settings, topic by topic."""
    return [entry for topic in TOPICS for entry in topic.explained(settings)]
