"""A small lake made without Spark: two runs, two releases of one table, the quality of one ingest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from tests.shop import Shop

EARLY, LATE = date(2025, 5, 31), date(2025, 6, 30)
FIRST, SECOND = "20250601T020000-aaaaaa", "20250701T020000-bbbbbb"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 7, day, hour, minute, tzinfo=UTC)


def write(lake: Path, table: str, rows: list[dict[str, object]], schema: list[tuple[str, pa.DataType]]) -> None:
    """Replace a table of the lake by one commit."""
    write_deltalake(lake / table.replace(".", "/"), pa.Table.from_pylist(rows, pa.schema(schema)), mode="overwrite")


TIME = pa.timestamp("us", tz="UTC")
RUN = [
    ("run_id", pa.string()),
    ("job", pa.string()),
    ("as_of", pa.date32()),
    ("status", pa.string()),
    ("reason", pa.string()),
    ("started_at", TIME),
    ("seconds", pa.float64()),
    ("spark_jobs", pa.int32()),
    ("commits", pa.int32()),
]
RELEASE = [
    ("release_id", pa.string()),
    ("released_at", TIME),
    ("as_of", pa.date32()),
    ("table", pa.string()),
    ("version", pa.int64()),
    ("rows", pa.int64()),
]
QUALITY = [
    ("run_id", pa.string()),
    ("source", pa.string()),
    ("rule", pa.string()),
    ("action", pa.string()),
    ("checked", pa.int64()),
    ("failed", pa.int64()),
    ("share", pa.float64()),
    ("allowed", pa.float64()),
    ("passed", pa.bool_()),
]
LEASE = [
    ("run_id", pa.string()),
    ("host", pa.string()),
    ("pid", pa.int32()),
    ("user", pa.string()),
    ("heartbeat_at", TIME),
    ("released", pa.bool_()),
]
TAG = [
    ("as_of", pa.date32()),
    ("customer_id", pa.string()),
    ("tag", pa.string()),
    ("position", pa.int32()),
    ("value", pa.string()),
    ("number", pa.float64()),
]


def run_row(run_id: str, job: str, status: str, start: datetime, seconds: float, **other: object) -> dict[str, object]:
    row = {"run_id": run_id, "job": job, "as_of": None, "status": status, "reason": "first run", "started_at": start}
    return row | {"seconds": seconds, "spark_jobs": 5, "commits": 2} | other


@pytest.fixture
def lake(shop: Shop) -> Path:
    """The lake of the shop's settings, of which gold.customer_tag has moved on since the newest release."""
    root = shop.lake
    tag = {"customer_id": "card:C001", "tag": "regular", "position": 1}
    write(root, "gold.customer_tag", [{"as_of": EARLY, **tag}], TAG)
    both = [{"as_of": EARLY, **tag}, {"as_of": LATE, **tag}, {"as_of": LATE, **tag, "customer_id": "card:C002"}]
    write(root, "gold.customer_tag", both, TAG)
    write(root, "gold.customer_tag", [{"as_of": date(2025, 7, 1), **tag}], TAG)
    write(
        root,
        "ops.run",
        [
            run_row(FIRST, "build_tags", "done", at(1, 2), 10.0, as_of=EARLY),
            run_row(SECOND, "ingest_sources", "up to date", at(2, 2), 0.5),
            run_row(SECOND, "build_customers", "done", at(2, 2, 1), 30.0, as_of=LATE),
            run_row(SECOND, "build_tags", "failed", at(2, 2, 2), 15.0, as_of=LATE, reason="no column 'x'"),
        ],
        RUN,
    )
    write(
        root,
        "ops.release",
        [
            {
                "release_id": FIRST,
                "released_at": at(1, 3),
                "as_of": EARLY,
                "table": "gold.customer_tag",
                "version": 0,
                "rows": 1,
            },
            {
                "release_id": SECOND,
                "released_at": at(2, 3),
                "as_of": LATE,
                "table": "gold.customer_tag",
                "version": 1,
                "rows": 2,
            },
        ],
        RELEASE,
    )
    gate = {"rule": "rows", "action": "gate", "allowed": 0.01}
    write(
        root,
        "ops.quality",
        [
            {"run_id": FIRST, "source": "orders", "checked": 10, "failed": 1, "share": 0.1, "passed": False, **gate},
            {"run_id": SECOND, "source": "orders", "checked": 200, "failed": 1, "share": 0.005, "passed": True, **gate},
        ],
        QUALITY,
    )
    return root
