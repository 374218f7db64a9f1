"""The suite: every job there is. Their order follows from the tables that they read and write."""

from __future__ import annotations

from bullseye.association.job import JOB as MINE_ASSOCIATIONS
from bullseye.core.job import Job
from bullseye.customers.job import CUSTOMERS, PARTY_DAYS, PERSONS, TRAINING_SNAPSHOTS
from bullseye.identity.job import JOB as RESOLVE_IDENTITY
from bullseye.insights.jobs.estimates import JOB as ESTIMATE_AMOUNTS
from bullseye.insights.jobs.leavers import JOB as STUDY_LEAVERS
from bullseye.insights.jobs.lines import JOB as COUNT_LINES
from bullseye.insights.jobs.maintenance import JOB as PLAN_MAINTENANCE
from bullseye.insights.jobs.portraits import JOB as DRAW_PORTRAITS
from bullseye.insights.jobs.preferences import JOB as FIND_PREFERENCES
from bullseye.insights.jobs.prospects import JOB as NAME_FIRST_LINES
from bullseye.insights.jobs.repurchase import JOB as STUDY_REPURCHASE
from bullseye.insights.jobs.tiers import JOB as BUILD_TIERS
from bullseye.insights.jobs.traffic import JOB as COUNT_TRAFFIC
from bullseye.publish.job import JOB as PUBLISH_RELEASE
from bullseye.recommend.job import JOB as RECOMMEND_ITEMS
from bullseye.scoring.job import SCORE, TRAIN
from bullseye.segments.job import JOB as BUILD_SEGMENTS
from bullseye.sources.job import JOB as INGEST_SOURCES
from bullseye.tags.job import JOB as BUILD_TAGS

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
