"""What a lake's last runs did, what is released, and whether the sources were sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bullseye.cli.reading import Reader, Row

_RUNS = """
SELECT run_id, min(started_at) AS started_at, max(as_of) AS as_of,
  CASE WHEN sum(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) > 0 THEN 'failed'
       WHEN sum(CASE WHEN status = 'done' THEN 1 ELSE 0 END) > 0 THEN 'done' ELSE 'up to date' END AS status,
  sum(CASE WHEN status = 'done' THEN 1 ELSE 0 END) AS done,
  sum(CASE WHEN status = 'up to date' THEN 1 ELSE 0 END) AS up_to_date,
  sum(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) AS failed,
  max(date_part('epoch', started_at) + seconds) - min(date_part('epoch', started_at)) AS seconds,
  sum(spark_jobs) AS spark_jobs, sum(commits) AS commits,
  max(CASE WHEN status = 'failed' THEN concat(job, ': ', reason) END) AS error
FROM rows GROUP BY run_id ORDER BY {order} LIMIT {last}
"""
_RELEASES = """
SELECT release_id, max(released_at) AS released_at, max(as_of) AS as_of, count(*) AS tables,
  max(CASE WHEN "table" = 'gold.customer' THEN "rows" END) AS customers
FROM rows GROUP BY release_id ORDER BY released_at DESC LIMIT {last}
"""
_QUALITY = """
SELECT source, checked AS "rows", failed AS rejected, share, allowed, passed
FROM rows WHERE action = 'gate' AND run_id = '{run_id}' ORDER BY source
"""
_CHECKED = "SELECT DISTINCT run_id FROM rows WHERE action = 'gate'"
_ORDER = "SELECT run_id, coalesce(max(sequence), 0) AS sequence FROM rows GROUP BY run_id"
_LEASE = "SELECT run_id, host, pid, user, heartbeat_at FROM rows WHERE NOT released"

NOTHING = {
    "run": "No run yet: bullseye run starts one.",
    "release": "No release yet: a run ends with one, unless a job fails or a quality gate stops it.",
    "source": "No source was checked yet.",
    "lease": "No run is writing to the lake.",
}
"""What it means that there are no rows of a kind."""


def status(reader: Reader, *, last: int) -> Mapping[str, list[Row]]:
    """The last runs and releases, the newest first, the sources of the newest ingest, and who holds the lease.

    Runs are in the order in which ops.run recorded them, whatever their clocks.

    Rows by their kind: run, release, source, lease. A run whose driver was killed has rows for the jobs that ended only.
    """
    withdrawn = {row["release_id"] for row in reader.rows("SELECT release_id FROM rows", "ops.withdrawal")}
    numbered = reader.exists("ops.run") and "sequence" in reader.columns("ops.run")
    order = "max(sequence) DESC NULLS LAST, started_at DESC" if numbered else "started_at DESC"
    runs = reader.rows(_RUNS.format(last=last, order=order), "ops.run")
    orders = {row["run_id"]: row["sequence"] for row in reader.rows(_ORDER, "ops.run")} if numbered else {}
    # A run that is not in ops.run was killed after the others.
    ingests = sorted(
        (row["run_id"] for row in reader.rows(_CHECKED, "ops.quality")),
        key=lambda run_id: (orders.get(run_id, float("inf")), run_id),
    )
    return {
        "run": [_without_nulls(row, "error") for row in runs],
        "release": [
            {**row, "withdrawn": row["release_id"] in withdrawn}
            for row in reader.rows(_RELEASES.format(last=last), "ops.release")
        ],
        "source": reader.rows(_QUALITY.format(run_id=ingests[-1]), "ops.quality") if ingests else [],
        "lease": reader.rows(_LEASE, "ops.lease"),
    }


def _without_nulls(row: Row, key: str) -> dict[str, Any]:
    """The row, with an empty text for a NULL that means nothing to say."""
    return {**row, key: row[key] or ""}
