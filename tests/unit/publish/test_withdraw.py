"""Taking a release back, and which release is the newest."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.conftest import ROOT
from tests.leases import hold

from bullseye.cli.progress import Report
from bullseye.cli.reading import Reader
from bullseye.cli.run import _report_withdrawn
from bullseye.cli.withdraw import withdraw_release
from bullseye.core.contract import Table
from bullseye.core.frames import local_frame
from bullseye.core.lake import Lake, Stamp
from bullseye.core.own_tables import LEASE
from bullseye.core.runlog import Entry
from bullseye.errors import LakeError, LeaseError
from bullseye.release.published import HISTORY
from bullseye.release.release import newest_release, releases_state
from bullseye.release.withdraw import Withdrawal, repeated, withdraw
from bullseye.settings import Settings
from bullseye.suite import contracts

MONDAY, TUESDAY, FUTURE = date(2025, 2, 24), date(2025, 2, 25), date(2052, 1, 1)
EARLY, LATE = datetime(2025, 3, 1, 1, tzinfo=UTC), datetime(2025, 3, 1, 3, tzinfo=UTC)
Row = tuple[str, datetime, date, int | None]


@pytest.fixture(scope="module")
def tables(retail: Settings) -> dict[str, Table]:
    return contracts(retail)


def lake_of(spark: SparkSession, root: Path, tables: dict[str, Table], *releases: Row) -> Lake:
    """A lake with releases of one table."""
    lake = Lake(spark, str(root))
    rows = [
        (name, at, day, "gold.customer", place, 3, number) for place, (name, at, day, number) in enumerate(releases)
    ]
    lake.append(tables[HISTORY], local_frame(spark, rows, tables[HISTORY].schema()), Stamp("run", "publish_release"))
    return lake


def put(lake: Lake, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        file = Path(lake.root) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def texts(lake: Lake, *folders: str) -> dict[str, str]:
    root = Path(lake.root)
    files = [file for folder in folders for file in (root / folder).rglob("*") if file.is_file()]
    return {str(file.relative_to(root)): file.read_text() for file in files}


def take_back(lake: Lake, tables: dict[str, Table], release_id: str) -> Withdrawal:
    return withdraw(lake, tables, release_id, run_id="run-9", at=LATE, by="ann", reason="a line of 2052")


@pytest.mark.fault("one line dated 2052 made a release", right="withdrawn, the release before it is shown everywhere")
def test_the_release_before_is_shown_again(spark: SparkSession, tmp_path: Path, tables: dict[str, Table]) -> None:
    lake = lake_of(
        spark, tmp_path, tables, ("r1", EARLY, MONDAY, 1), ("r2", EARLY, FUTURE, 2), ("r3", LATE, TUESDAY, 3)
    )
    # r3 was of an older day than r2 when it was published.
    put(lake, {"report/index.html": "2052", "report/lists/lapse.csv": "2052", "report/lists/other.csv": "2052"})
    put(lake, {"report/2052-01-01.html": "2052", "report/lists/2052-01-01/lapse.csv": "2052"})
    put(lake, {"releases/r2/index.html": "2052", "releases/r3/index.html": "tue", "releases/r3/lists/lapse.csv": "t"})
    assert newest_release(lake, tables).release_id == "r2"
    before = releases_state(lake)
    done = take_back(lake, tables, "r2")
    assert (done.shown.release_id, done.has_report, done.again) == ("r3", True, False)
    assert releases_state(lake) != before, "by which the SQL server sees it"
    released = Reader(str(tmp_path)).released()
    assert released is not None
    assert released.release_id == newest_release(lake, tables).release_id == "r3"
    assert texts(lake, "report") == {"report/index.html": "tue", "report/lists/lapse.csv": "t"}
    assert set(texts(lake, "releases")) == {"releases/r3/index.html", "releases/r3/lists/lapse.csv"}
    for view in texts(lake, "views").values():
        assert view.startswith("-- Release r3 of 2025-02-25")
    assert (repeated(lake, tables, FUTURE), repeated(lake, tables, TUESDAY)) == ("r2", None)


@pytest.mark.fault("a withdrawal dies before its files are written", right="the same command again writes them")
def test_a_second_withdrawal_completes_the_first(spark: SparkSession, tmp_path: Path, tables: dict[str, Table]) -> None:
    lake = lake_of(spark, tmp_path, tables, ("r1", EARLY, MONDAY, 1), ("r2", EARLY, TUESDAY, 2))
    with pytest.raises(LakeError, match=r"has no release 'r22' \(did you mean 'r2'\?\); bullseye status"):
        take_back(lake, tables, "r22")
    take_back(lake, tables, "r2")
    put(lake, {"report/index.html": "r2", "views/spark.sql": "r2"})
    done = take_back(lake, tables, "r2")
    assert (done.shown.release_id, done.again, done.has_report) == ("r1", True, False)
    assert (
        "Release r1 of 2025-02-24 is shown again. Its report was not kept" in texts(lake, "report")["report/index.html"]
    )
    assert "r1" in texts(lake, "views")["views/spark.sql"]
    with pytest.raises(LakeError, match=r"r1 is the only release that is shown[^\n]*\n  publish another one first"):
        take_back(lake, tables, "r1")
    assert newest_release(lake, tables).release_id == "r1"


@pytest.mark.fault("the clock was put back before the second release of a day", right="the second is the newest")
def test_of_one_day_the_release_that_was_committed_last_is_the_newest(
    spark: SparkSession, tmp_path: Path, tables: dict[str, Table]
) -> None:
    lake = lake_of(
        spark, tmp_path, tables, ("r0", LATE, TUESDAY, None), ("r1", LATE, TUESDAY, 1), ("r2", EARLY, TUESDAY, 2)
    )
    released = Reader(str(tmp_path)).released()
    assert released is not None
    assert released.release_id == newest_release(lake, tables).release_id == "r2"


@pytest.mark.fault(
    "a release is withdrawn while a run is active",
    right="the command names the run and changes nothing; later it works",
)
def test_the_command_holds_the_lease_and_a_later_run_states_what_it_does_not_publish(
    spark: SparkSession, tmp_path: Path, tables: dict[str, Table], capsys: pytest.CaptureFixture[str]
) -> None:
    lake = lake_of(spark, tmp_path, tables, ("r1", EARLY, MONDAY, 1), ("r2", EARLY, TUESDAY, 2))
    hold(lake, beat_at=datetime.now(UTC))
    command = partial(withdraw_release, ROOT / "conf" / "retail", "r2", lake=str(tmp_path), reason=None, log="json")
    with pytest.raises(LeaseError, match="another run is writing to this lake: run-9"):
        command()
    assert not lake.exists("ops.withdrawal")
    hold(lake, beat_at=datetime.now(UTC), released=True)
    command()
    entry = Entry("publish_release", TUESDAY, "up to date", "", EARLY, 0.0)
    _report_withdrawn([entry], lake, tables, Report(spark, log="json"))
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(event["event"], event["release_id"]) for event in events] == [("withdrawn", "r2"), ("not published", "r2")]
    assert events[0]["shown"] == "r1"
    assert [row["number"] for row in lake.read(LEASE).collect()] == [8]
