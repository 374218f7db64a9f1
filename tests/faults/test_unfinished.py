"""Rows that no finished run recorded never count: of failed runs, of other programs, of damaged logs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.sequences import FIRST, play_all
from tests.tiny import (
    COUNT,
    DATES,
    DAY,
    ITEM,
    JOBS,
    LINE,
    PERSON,
    TABLES,
    TOTAL,
    commit_file,
    contents,
    holds,
    run,
)

from bullseye.core.contract import Table
from bullseye.core.decision import Plan
from bullseye.core.frames import local_frame
from bullseye.core.job import Context
from bullseye.core.lake import Lake, Stamp
from bullseye.core.own_tables import RUN
from bullseye.core.plan import Planner
from bullseye.core.runlog import Entry, RunLog
from bullseye.core.standing import LakeStanding
from bullseye.errors import ContractError, LakeError

pytestmark = pytest.mark.beside

INGEST, DAYS, _, TOTALS = JOBS
EARLIER, LATER = DATES
MADE = datetime(2025, 2, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def base(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake in which everything is up to date for `LATER`."""
    root = tmp_path_factory.mktemp("base") / "lake"
    run(Lake(spark, str(root)), FIRST, LATER, "run-1")
    return root


@pytest.fixture
def lake(base: Path, spark: SparkSession, tmp_path: Path) -> Lake:
    """A copy of that lake."""
    return Lake(spark, str(shutil.copytree(base, tmp_path / "lake")))


def planned(lake: Lake, *, as_of: object = LATER) -> Iterator[Plan]:
    """What the planner says of every job, without running any."""
    context = Context(lake.spark, FIRST, TABLES, as_of, "run-9", lake.root)  # type: ignore[arg-type]  # stands for Settings
    planner = Planner(context, lake, RunLog(lake, "run-9"))
    for job in JOBS:
        yield planner.plan(job, job.externals(context))


@pytest.mark.fault(
    "a job fails after it wrote one of its tables, then the change is taken back",
    right="the table is made again; readers refuse its rows until then; the error speaks of the other table only",
)
def test_a_table_of_a_failed_run_is_made_again_when_the_change_is_taken_back(lake: Lake) -> None:
    wrong = replace(FIRST, factor=100, broken=ITEM.name, lines=(*FIRST.lines, (LATER, "zoe", 4)))
    with pytest.raises(
        ContractError, match=r"silver\.item breaks .*\n.*\n.*\(made by ingest; this table was not written\)"
    ):
        run(lake, wrong, LATER, "run-2", jobs=[INGEST])
    holds(lake, LINE, company=wrong, as_of=LATER)
    refusal = r"build_days cannot use its input: silver\.line was changed by its version 2 \(run run-2\), which no finished run"
    with pytest.raises(LakeError, match=refusal):
        run(lake, FIRST, LATER, "run-3", jobs=[DAYS])
    entries = run(lake, FIRST, LATER, "run-4", jobs=[INGEST, DAYS])
    assert entries["ingest"].reason.startswith("silver.line was changed by its version 2 (run run-2)")
    assert entries["build_days"].status == "up to date", "the rows are those that it read before"
    holds(lake, LINE, ITEM, DAY, as_of=LATER, company=FIRST)
    assert contents(lake.root, LATER)[PERSON.name] == [("ann",), ("bob",), ("zoe",)], "a registry forgets no one"


def cut(lake: Lake, table: Table, *, to: float) -> None:
    file = commit_file(lake, table)
    text = file.read_bytes()
    file.write_bytes(text[: int(len(text) * to)])
    file.with_name(f".{file.name}.crc").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("table", "to"),
    [
        pytest.param(
            table,
            to,
            id=f"{table.name} {name}",
            marks=pytest.mark.fault(
                f"the newest commit file of {kind} {name}",
                right="a LakeError names table, file and remedy; nothing is written",
            ),
        )
        for table, kind in ((TOTAL, "a table by as_of"), (PERSON, "a registry"), (RUN, "ops.run"))
        for to, name in ((0.0, "is cut to 0 bytes"), (0.7, "is cut in its middle"))
    ],
)
def test_a_damaged_commit_file_stops_the_run_with_the_remedy(lake: Lake, table: Table, to: float) -> None:
    cut(lake, table, to=to)
    file = commit_file(lake, table)
    with pytest.raises(LakeError) as error:
        list(planned(lake))
    assert f"{table.name} is damaged: its commit file {file.name}" in str(error.value)
    assert f"{file}\n  put the file back from a backup; or remove the folder {file.parents[1]} and run again" in str(
        error.value
    )


@pytest.mark.fault(
    "an older commit file of a table is cut to 0 bytes", right="a LakeError names table, file and remedy"
)
def test_an_older_commit_file_that_is_empty_stops_the_run(lake: Lake) -> None:
    run(lake, FIRST, LATER, "run-2", jobs=[TOTALS], force=True)
    older = commit_file(lake, TOTAL).with_name(f"{lake.version(TOTAL.name) - 1:020d}.json")
    older.write_bytes(b"")
    with pytest.raises(LakeError, match=f"gold.total is damaged: its commit file {older.name} is empty"):
        list(planned(lake))


@pytest.mark.fault("a damaged table is removed, as its error says", right="the next run makes it again")
def test_a_damaged_table_that_is_removed_is_made_again(lake: Lake) -> None:
    cut(lake, TOTAL, to=0)
    shutil.rmtree(lake.path(TOTAL.name))
    assert run(lake, FIRST, LATER, "run-2", jobs=[TOTALS])["build_totals"].reason == "gold.total is missing"
    holds(lake, TOTAL, COUNT, as_of=LATER, company=FIRST)


def delete_rows(lake: Lake) -> None:
    lake.spark.sql(f"DELETE FROM delta.`{lake.path(TOTAL.name)}` WHERE customer = 'ann'")


def restore(lake: Lake) -> None:
    lake.spark.sql(f"RESTORE TABLE delta.`{lake.path(TOTAL.name)}` TO VERSION AS OF 0")


def lose_a_commit(lake: Lake) -> None:
    commit_file(lake, TOTAL).unlink()


def make_anew(lake: Lake) -> None:
    shutil.rmtree(lake.path(TOTAL.name))
    lake.ensure(TOTAL, Stamp("by hand", ""))


CHANGED = r"gold.total was changed by its version \d+ \(no run of the suite\), which no finished run recorded"
LOST = "gold.total lacks the commit that ops.run recorded"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(
            change,
            reason,
            id=what,
            marks=pytest.mark.fault(
                f"another program changes a table: {what}", right="the job that writes it runs again"
            ),
        )
        for change, reason, what in (
            (delete_rows, CHANGED, "DELETE"),
            (restore, CHANGED, "RESTORE"),
            (lose_a_commit, LOST, "the newest commit file is removed"),
            (make_anew, LOST, "the table is dropped and made again, empty"),
        )
    ],
)
def test_a_table_that_another_program_changed_is_made_again(
    lake: Lake, change: Callable[[Lake], None], reason: str
) -> None:
    change(lake)
    *others, totals = planned(lake)
    assert [plan.runs for plan in others] == [False, False, False]
    assert totals.runs
    assert re.fullmatch(reason, totals.reason)


@pytest.mark.fault("a table is compacted and vacuumed", right="nothing is made again")
def test_maintenance_makes_nothing_stale(lake: Lake) -> None:
    for table in (LINE, TOTAL):
        lake.spark.sql(f"OPTIMIZE delta.`{lake.path(table.name)}`").collect()
        lake.spark.sql(f"VACUUM delta.`{lake.path(table.name)}`").collect()
    lake.spark.sql(f"ALTER TABLE delta.`{lake.path(LINE.name)}` SET TBLPROPERTIES ('delta.checkpointInterval' = '20')")
    assert lake.version(LINE.name) >= 4
    assert not any(plan.runs for plan in planned(lake))
    run(lake, FIRST, LATER, "run-2", jobs=[INGEST])
    recorded = [commit_file(lake, LINE).with_name(f"{version:020d}.json") for version in range(lake.version(LINE.name))]
    for file in recorded:
        # As the clean-up of a log does; the checkpoint stands for them.
        file.unlink()
    assert not next(planned(lake)).runs, "the newest commit was recorded in place of those that it only compacted"


@pytest.mark.fault("the clock of a later run is two hours back", right="what the later run recorded is the newest")
def test_the_order_of_runs_is_that_of_their_commits(lake: Lake) -> None:
    def entry(fingerprint: str, at: datetime) -> Entry:
        return Entry("job", None, "done", "", at, 1.0, fingerprint=fingerprint)

    RunLog(lake, "20250201T12").record([entry("old", MADE)])
    RunLog(lake, "20250201T10").record([entry("new", MADE - timedelta(hours=2))])
    assert RunLog(lake, "run-9").job_fingerprint("job", None) == "new"


def test_rows_from_before_runs_were_numbered_are_older_than_all_others(lake: Lake, spark: SparkSession) -> None:
    old = {"run_id": "old", "job": "job", "status": "done", "seconds": 1.0, "spark_jobs": 1, "commits": 1}
    rows = [
        {**old, "started_at": MADE + timedelta(hours=hours), "fingerprint": name}
        for hours, name in ((1, "older"), (2, "old"))
    ]
    lake.append(RUN, local_frame(spark, rows, RUN.schema()), Stamp("old", "runlog"))
    assert RunLog(lake, "run-9").job_fingerprint("job", None) == "old"
    RunLog(lake, "run-2").record([Entry("job", None, "done", "", MADE, 1.0, fingerprint="new")])
    assert RunLog(lake, "run-9").job_fingerprint("job", None) == "new"


@pytest.mark.fault("only the release is run, over a table that a failed run left", right="nothing is published")
def test_a_table_that_no_finished_run_recorded_is_not_published(lake: Lake) -> None:
    delete_rows(lake)
    context = Context(lake.spark, FIRST, TABLES, LATER, "run-9", lake.root)  # type: ignore[arg-type]  # stands for Settings
    log = RunLog(lake, "run-9")
    log.compare([TOTAL, COUNT])
    standing = LakeStanding(lake, log, context, MADE)
    assert standing.rows(COUNT.name) == 1
    with pytest.raises(LakeError, match=r"gold.total was changed by its version .*\n  run the whole suite"):
        standing.rows(TOTAL.name)


@pytest.mark.fault(
    "ten random sequences of changes, failures, kills, changes taken back and clocks set back",
    right="the next run ends as a run in a new lake",
)
def test_a_disturbed_lake_ends_as_a_new_one(base: Path, spark: SparkSession, tmp_path: Path) -> None:
    play_all(spark, tmp_path, range(10), steps=1, base=base)
