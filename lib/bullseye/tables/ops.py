"""Tables about the runs themselves."""

from __future__ import annotations

from bullseye.core.contract import REGISTRY, Table, columns
from bullseye.core.own_tables import LEASE, QUALITY, QUARANTINE, RUN

RELEASE = Table(
    "ops.release",
    columns=columns(
        """
        release_id STRING NOT NULL COMMENT 'the release: the run that published it',
        released_at TIMESTAMP NOT NULL COMMENT 'time of the release, UTC',
        as_of DATE NOT NULL COMMENT 'day that its tables describe',
        table STRING NOT NULL COMMENT 'table, as layer.name',
        version BIGINT NOT NULL COMMENT 'Delta version that readers of the release see',
        rows BIGINT NOT NULL COMMENT 'rows of the table that the release shows: those of as_of where the table is sliced by it',
        number BIGINT COMMENT 'order of the releases of a lake, from 1; NULL before releases had numbers',
        """
    ),
    key=("release_id", "table"),
    writing=REGISTRY,
    doc="One row per release and table, all rows of a release in one commit. Readers: views, the report, the removal of old files.",
)

WITHDRAWAL = Table(
    "ops.withdrawal",
    columns=columns(
        """
        release_id STRING NOT NULL COMMENT 'release that is no longer shown',
        withdrawn_at TIMESTAMP NOT NULL COMMENT 'time of the withdrawal, UTC',
        withdrawn_by STRING NOT NULL COMMENT 'account that withdrew it',
        reason STRING COMMENT 'why, in words; NULL where none was given',
        """
    ),
    key=("release_id",),
    writing=REGISTRY,
    doc="One row per release that was withdrawn; its rows in ops.release stay. Readers: whatever shows the newest release.",
)

ALL = (RUN, LEASE, QUALITY, QUARANTINE, RELEASE, WITHDRAWAL)
