"""The suite: every job there is. Their order follows from the tables that they read and write."""

from __future__ import annotations

from bullseye.core.job import Job
from bullseye.publish.job import JOB as PUBLISH_RELEASE
from bullseye.topics.association.job import JOB as MINE_ASSOCIATIONS
from bullseye.topics.churn.job import JOB as STUDY_LEAVERS
from bullseye.topics.customers.job import CUSTOMERS, PARTY_DAYS, PERSONS, TRAINING_SNAPSHOTS
from bullseye.topics.first_product.job import JOB as NAME_FIRST_LINES
from bullseye.topics.holdings.job import JOB as COUNT_LINES
from bullseye.topics.identity.job import JOB as RESOLVE_IDENTITY
from bullseye.topics.portraits.job import JOB as DRAW_PORTRAITS
from bullseye.topics.preferences.job import JOB as FIND_PREFERENCES
from bullseye.topics.recommend.job import JOB as RECOMMEND_ITEMS
from bullseye.topics.repurchase.job import JOB as STUDY_REPURCHASE
from bullseye.topics.retain_customers.job import JOB as PLAN_MAINTENANCE
from bullseye.topics.scoring.job import SCORE, TRAIN
from bullseye.topics.segments.job import JOB as BUILD_SEGMENTS
from bullseye.topics.sources.job import JOB as INGEST_SOURCES
from bullseye.topics.tags.job import JOB as BUILD_TAGS
from bullseye.topics.tiers.job import JOB as BUILD_TIERS
from bullseye.topics.traffic.job import JOB as COUNT_TRAFFIC
from bullseye.topics.wallet.job import JOB as ESTIMATE_AMOUNTS

JOBS: tuple[Job, ...] = (
    INGEST_SOURCES,
    RESOLVE_IDENTITY,
    PARTY_DAYS,
    PERSONS,
    CUSTOMERS,
    BUILD_TAGS,
    BUILD_SEGMENTS,
    MINE_ASSOCIATIONS,
    RECOMMEND_ITEMS,
    TRAINING_SNAPSHOTS,
    TRAIN,
    SCORE,
    BUILD_TIERS,
    COUNT_LINES,
    DRAW_PORTRAITS,
    ESTIMATE_AMOUNTS,
    FIND_PREFERENCES,
    NAME_FIRST_LINES,
    STUDY_LEAVERS,
    STUDY_REPURCHASE,
    PLAN_MAINTENANCE,
    COUNT_TRAFFIC,
    PUBLISH_RELEASE,
)
