"""Runs that die while they publish, and releases that are taken back, on a lake with every published table."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.released import DAY, FIRST_RUN, LATER_RUN, ReleasedLake, make_released_lake

from bullseye.cli.reading import Reader
from bullseye.core import runner as suite
from bullseye.core import text_files as files
from bullseye.core.job import Texts
from bullseye.core.lake import Lake
from bullseye.release.withdraw import repeated, withdraw
from bullseye.settings import Settings
from bullseye.suite import PUBLISH_RELEASE as PUBLISH
from bullseye.suite import contracts

NEXT_RUN, LAST_RUN = "20180103T010000-cccccc", "20180104T010000-dddddd"


class Killed(BaseException):
    """The end of a process, which no code of the suite sees."""


@pytest.fixture(scope="module")
def made(spark: SparkSession, retail: Settings, tmp_path_factory: pytest.TempPathFactory) -> ReleasedLake:
    """A lake with one release, whose customers have changed since."""
    return make_released_lake(spark, retail, tmp_path_factory.mktemp("released"))


@pytest.fixture
def lake(made: ReleasedLake, tmp_path: Path) -> ReleasedLake:
    """A copy of it."""
    shutil.copytree(made.root, tmp_path / "lake")
    return ReleasedLake(made.spark, made.settings, tmp_path / "lake")


def releases(lake: ReleasedLake) -> set[str]:
    rows = lake.spark.read.format("delta").load(f"{lake.root}/ops/release").select("release_id").distinct()
    return {row["release_id"] for row in rows.collect()}


def written(lake: ReleasedLake) -> dict[str, str]:
    """What the release shows beside its tables."""
    shown = [file for folder in ("views", "report") for file in (lake.root / folder).rglob("*") if file.is_file()]
    return {str(file.relative_to(lake.root)): file.read_text() for file in shown}


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(
            0,
            marks=pytest.mark.fault(
                "a run is killed after it committed a release and before it wrote views and report",
                right="the next run completes that release and makes no second one",
            ),
            id="before the first file",
        ),
        pytest.param(
            3,
            marks=pytest.mark.fault(
                "a run is killed in the middle of the files of a release",
                right="the next run completes that release and makes no second one",
            ),
            id="in the middle of the files",
        ),
    ],
)
def test_a_release_whose_run_died_is_completed(lake: ReleasedLake, monkeypatch: pytest.MonkeyPatch, texts: int) -> None:
    def die(lake: Lake, made: Texts) -> None:
        for name in list(made.files)[-texts:] if texts else ():
            files.write_text(lake, name, made.files[name])
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(suite, "write_texts", die)
        with pytest.raises(Killed):
            lake.run(PUBLISH, LATER_RUN, force=True)
    assert releases(lake) == {FIRST_RUN, LATER_RUN}
    assert lake.run(PUBLISH, NEXT_RUN, force=True).rows == 0
    assert releases(lake) == {FIRST_RUN, LATER_RUN}
    found = written(lake)
    for name in ("views/spark.sql", "views/duckdb.sql", "views/trino.sql"):
        assert found[name].startswith(f"-- Release {LATER_RUN} of {DAY}")
    assert LATER_RUN in found["report/index.html"]
    assert (lake.root / "releases" / LATER_RUN / "index.html").read_text() == found["report/index.html"]
    assert lake.run(PUBLISH, LAST_RUN).status == "up to date"


@pytest.mark.fault(
    "a release is withdrawn",
    right="views, report and lists are those of the one before; no run publishes the same again",
)
def test_a_withdrawn_release_is_not_published_again_unless_forced(lake: ReleasedLake) -> None:
    before = written(lake)
    lake.run(PUBLISH, LATER_RUN, force=True)
    assert written(lake)["report/index.html"] != before["report/index.html"]
    own, tables = Lake(lake.spark, str(lake.root)), contracts(lake.settings)
    withdraw(own, tables, LATER_RUN, run_id=NEXT_RUN, at=datetime.now(UTC), by="ann", reason=None)
    after = written(lake)
    reports = {name for name in before if name.startswith("report/")}
    assert {name: after[name] for name in reports} == {name: before[name] for name in reports}
    assert after.keys() == before.keys()
    first = "/gold/customer` VERSION AS OF"
    assert after["views/spark.sql"].partition(first)[2][:3] == before["views/spark.sql"].partition(first)[2][:3]
    assert lake.run(PUBLISH, NEXT_RUN).status == "up to date"
    assert repeated(own, tables, DAY) == LATER_RUN
    assert lake.run(PUBLISH, LAST_RUN, force=True).rows > 0
    assert repeated(own, tables, DAY) is None
    released = Reader(str(lake.root)).released()
    assert released is not None
    assert released.release_id == LAST_RUN
    numbers = lake.spark.read.format("delta").load(f"{lake.root}/ops/release").select("release_id", "number").distinct()
    assert {row["release_id"]: row["number"] for row in numbers.collect()} == {FIRST_RUN: 1, LATER_RUN: 2, LAST_RUN: 3}
