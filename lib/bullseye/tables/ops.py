"""Tables about the runs themselves."""

from __future__ import annotations

from bullseye.core.contract import Table, columns
from bullseye.core.own_tables import LEASE, QUALITY, QUARANTINE, RUN

SOURCE_FILE = Table(
    "ops.source_file",
    columns=columns(
        """
        source STRING NOT NULL COMMENT 'source of sources.yaml',
        file STRING NOT NULL COMMENT 'file, below the path of the source',
        bytes BIGINT NOT NULL COMMENT 'size',
        modified_at TIMESTAMP NOT NULL COMMENT 'last change of the file, UTC',
        delivered_at TIMESTAMP COMMENT 'when the file was delivered, UTC: its last change, at most the start of the run that read it first; that start where most of its rows are later than its last change',
        rows BIGINT COMMENT 'rows read from all files of the source',
        """
    ),
    key=("source", "file"),
    doc="One row per source file of the newest ingest. Readers: the data engineer.",
)

IDENTITY_LEDGER = Table(
    "ops.identity_ledger",
    columns=columns(
        """
        event_id STRING NOT NULL COMMENT 'hash of event, customer and party, and of how many events the party had before',
        event STRING NOT NULL COMMENT 'assigned, merged or split',
        customer_id STRING NOT NULL COMMENT 'customer after the event',
        party_id STRING NOT NULL COMMENT 'party that the event is about',
        from_customer_id STRING COMMENT 'customer before the event; NULL when assigned',
        rule STRING NOT NULL COMMENT 'rule of the strongest link of the party, or, where its customer was merged, of that customer to another; own_id for a party by itself, no_link for one that was split off and is by itself',
        linked_party_id STRING COMMENT 'party that the link leads to; NULL where there is none',
        evidence STRING COMMENT 'hash of the value that both hold, or the match weight; NULL where nothing links',
        run_id STRING NOT NULL COMMENT 'run that made it',
        """
    ),
    key=("event_id",),
    keep_known=True,
    doc="One row per party and change of its customer; nothing is deleted here. merged: the customer before is no more, and all"
    " that it had went to the older one. split: the customer before lives on without the party. Readers: identity, auditors.",
)

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
    keep_known=True,
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
    keep_known=True,
    doc="One row per release that was withdrawn; its rows in ops.release stay. Readers: whatever shows the newest release.",
)

ALL = (RUN, LEASE, QUALITY, QUARANTINE, SOURCE_FILE, IDENTITY_LEDGER, RELEASE, WITHDRAWAL)
