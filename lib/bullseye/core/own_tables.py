"""The tables of the engine itself: runs, the lease, and what checks of rows state."""

from __future__ import annotations

from bullseye.core.contract import Table, columns

RUN = Table(
    "ops.run",
    columns=columns(
        """
        run_id STRING NOT NULL COMMENT 'one start of the suite or of a job',
        job STRING NOT NULL COMMENT 'name of the job',
        as_of DATE COMMENT 'date the job looked back from; NULL for jobs about facts',
        status STRING NOT NULL COMMENT 'done, up to date or failed',
        reason STRING COMMENT 'why it ran or was skipped, or the first line of the error',
        started_at TIMESTAMP NOT NULL COMMENT 'start, UTC',
        seconds DOUBLE NOT NULL COMMENT 'wall time',
        spark_jobs INT NOT NULL COMMENT 'Spark jobs that it started',
        commits INT NOT NULL COMMENT 'Delta commits that it made',
        fingerprint STRING COMMENT 'hash of code, settings and inputs; NULL unless done',
        outputs ARRAY<STRUCT<name: STRING, slice: STRING, fingerprint: STRING, rows: BIGINT, version: BIGINT>> COMMENT 'slices written, each with fingerprint, rows and table version',
        heads MAP<STRING, STRING> COMMENT 'hash of the newest commit of each table written, by the name of the table; NULL before this column existed',
        sequence BIGINT COMMENT 'number of the commit of this table that added the row, which orders runs; NULL before this column existed',
        """
    ),
    key=("run_id", "job"),
    doc="One row per run and job. Readers: operations. Kept for good; the newest done row of a job has the inputs of its slices.",
    unique_by_construction=True,
)

LEASE = Table(
    "ops.lease",
    columns=columns(
        """
        run_id STRING NOT NULL COMMENT 'run that holds or held the lease',
        host STRING NOT NULL COMMENT 'machine of its driver',
        pid INT NOT NULL COMMENT 'process of its driver',
        user STRING NOT NULL COMMENT 'account that started it',
        heartbeat_at TIMESTAMP NOT NULL COMMENT 'last sign of life, UTC, by the clock of its driver',
        released BOOLEAN NOT NULL COMMENT 'true when the run has ended',
        number BIGINT COMMENT 'number of the lease, one higher than that of the holder before; NULL before leases had numbers',
        """
    ),
    key=(),
    doc="One row: the run that may write to this lake. Readers: every run at its start.",
    unique_by_construction=True,
)

QUALITY = Table(
    "ops.quality",
    columns=columns(
        """
        run_id STRING NOT NULL COMMENT 'run that checked',
        source STRING NOT NULL COMMENT 'source of the rows',
        rule STRING NOT NULL COMMENT 'rule of sources.yaml, or one of the suite, such as: duplicate, superseded, later than its delivery, rows, gone rows, lost days',
        action STRING NOT NULL COMMENT 'reject, warn, or gate for a limit that stops the run',
        checked BIGINT NOT NULL COMMENT 'rows looked at; of gone rows, rows of the last ingest; of lost days, days of the last ingest',
        failed BIGINT NOT NULL COMMENT 'rows that break the rule; of gone rows, rows that are gone; of lost days, days without rows',
        share DOUBLE NOT NULL COMMENT 'failed / checked; 0 where nothing was checked',
        allowed DOUBLE COMMENT 'largest share that passes; NULL where there is no limit',
        passed BOOLEAN NOT NULL COMMENT 'false when the share is above the limit',
        """
    ),
    key=("run_id", "source", "rule"),
    doc="One row per run, source and rule. Readers: the data engineer, the quality gate and the report.",
)

QUARANTINE = Table(
    "ops.quarantine",
    columns=columns(
        """
        row_id STRING NOT NULL COMMENT 'hash of source, row and its number among equal rows',
        source STRING NOT NULL COMMENT 'source the row came from',
        reasons ARRAY<STRING> NOT NULL COMMENT 'every rule that the row broke',
        raw STRING NOT NULL COMMENT 'the declared columns of the row as JSON, as they were read, of a malformed line only the key or else the first required one; personal ones are hashed, or left out without a salt',
        first_run_id STRING NOT NULL COMMENT 'run that rejected it first',
        last_seen DATE NOT NULL COMMENT 'day, UTC, of the last ingest that rejected it',
        """
    ),
    key=("row_id",),
    doc="One row per rejected row. A row that no ingest has rejected for deployment.keep.rejected_days is removed by the next. Readers: the data engineer who mends the source.",
)
