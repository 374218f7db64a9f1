from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import EARLY, FIRST, LATE, LEASE, SECOND, at, write

from bullseye.cli.reading import Reader
from bullseye.cli.status import status


def test_runs_and_releases_come_newest_first_and_a_failed_run_names_its_job(lake: Path) -> None:
    found = status(Reader(str(lake)), last=5)
    counts = {"spark_jobs": 15, "commits": 6, "done": 1, "up_to_date": 1, "failed": 1}
    error = "build_tags: no column 'x'"
    assert found["run"] == [
        {"run_id": SECOND, "started_at": at(2, 2), "as_of": LATE, "status": "failed", **counts, "seconds": 135.0}
        | {"error": error},
        {"run_id": FIRST, "started_at": at(1, 2), "as_of": EARLY, "status": "done", "done": 1, "up_to_date": 0}
        | {"failed": 0, "seconds": 10.0, "spark_jobs": 5, "commits": 2, "error": ""},
    ]
    assert found["release"] == [
        {"release_id": SECOND, "released_at": at(2, 3), "as_of": LATE, "tables": 1, "customers": None}
        | {"withdrawn": False},
        {"release_id": FIRST, "released_at": at(1, 3), "as_of": EARLY, "tables": 1, "customers": None}
        | {"withdrawn": False},
    ]


def test_no_more_than_the_last_runs_and_releases_are_told(lake: Path) -> None:
    found = status(Reader(str(lake)), last=1)
    assert [row["run_id"] for row in found["run"]] == [SECOND]
    assert [row["release_id"] for row in found["release"]] == [SECOND]


def test_quality_is_that_of_the_newest_ingest(lake: Path) -> None:
    assert status(Reader(str(lake)), last=1)["source"] == [
        {"source": "orders", "rows": 200, "rejected": 1, "share": 0.005, "allowed": 0.01, "passed": True}
    ]


def test_a_lease_is_told_while_it_is_held(lake: Path) -> None:
    held = {"run_id": SECOND, "host": "etl-1", "pid": 17, "user": "etl", "heartbeat_at": at(2, 2)}
    write(lake, "ops.lease", [{**held, "released": False}], LEASE)
    assert status(Reader(str(lake)), last=1)["lease"] == [held]
    write(lake, "ops.lease", [{**held, "released": True}], LEASE)
    assert status(Reader(str(lake)), last=1)["lease"] == []


def test_a_lake_without_tables_has_nothing_to_tell(tmp_path: Path) -> None:
    assert status(Reader(str(tmp_path)), last=5) == {"run": [], "release": [], "source": [], "lease": []}
