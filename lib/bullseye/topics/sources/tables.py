"""The tables of sources."""

from __future__ import annotations

from bullseye.core.contract import Table, columns

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


TABLES = (SOURCE_FILE,)
