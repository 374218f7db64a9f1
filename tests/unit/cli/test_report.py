"""What a person and a program see of a run, without Spark: a stand-in tells the state of the stages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bullseye.cli.progress import Report
from bullseye.core.runlog import Entry, Output

DONE = Entry(
    "build_tags",
    date(2025, 1, 31),
    "done",
    "its code changed",
    datetime(2025, 2, 1, tzinfo=UTC),
    12.34,
    spark_jobs=7,
    commits=2,
    outputs=(
        Output("gold.customer_tag", "2025-01-31", "f", 1200, 5),
        Output("gold.tag_catalog", "2025-01-31", "f", 34, 3),
    ),
)
SAME = replace(
    DONE, job="build_customers", status="up to date", reason="nothing it reads has changed", outputs=(), commits=0
)


class Tracker:
    """Spark's tracker: job 1 of the group runs stages 10 (3 of 8 tasks) and 11 (1 of 2), job 2 has ended."""

    stages = {10: (3, 8), 11: (1, 2), 20: (5, 5)}

    def getActiveStageIds(self) -> list[int]:  # noqa: N802  Spark's own name
        return [10, 11]

    def getActiveJobsIds(self) -> list[int]:  # noqa: N802  Spark's own name
        return [1]

    def getJobIdsForGroup(self, group: str) -> list[int]:  # noqa: N802  Spark's own name
        return [1, 2] if group == "run-1/build_tags" else []

    def getJobInfo(self, job: int) -> Any:  # noqa: N802  Spark's own name
        return SimpleNamespace(stageIds=[10, 11] if job == 1 else [20])

    def getStageInfo(self, stage: int) -> Any:  # noqa: N802  Spark's own name
        done, total = self.stages[stage]
        return SimpleNamespace(numCompletedTasks=done, numTasks=total)


SPARK = SimpleNamespace(sparkContext=SimpleNamespace(statusTracker=Tracker))


def report(log: str = "text") -> Report:
    return Report(SPARK, log=log)  # type: ignore[arg-type]  # stand-ins


def test_a_running_job_shows_its_place_stage_and_the_tasks_of_the_stages_that_run() -> None:
    shown = report()
    shown.started("build_tags", "[ 6/23]")
    shown.started("mine_associations", "[ 8/23]")
    shown.stage("build_tags", "writing gold.customer_tag")
    assert [line.rsplit("  ", 1)[0] for line in shown._lines("run-1")] == [
        "[ 6/23] build_tags  writing gold.customer_tag  4/10 tasks",
        "[ 8/23] mine_associations    ",
    ]
    shown.ended("build_tags")
    assert len(shown._lines("run-1")) == 1


def test_a_job_that_ended_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    report().finished(DONE, "[ 6/23]")
    report().finished(SAME, "[ 5/23]")
    assert capsys.readouterr().err.splitlines() == [
        "[ 6/23] build_tags                        1,234 rows    12.3 s",
        "[ 5/23] build_customers            up to date: nothing it reads has changed",
    ]


def test_a_program_gets_one_json_line_an_event_and_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    shown = report("json")
    shown.started("build_tags", "[ 6/23]")
    shown.finished(DONE, "[ 6/23]")
    shown.summary([DONE])
    shown.say("a line for a person")
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"event": "job started", "job": "build_tags"},
        {
            "event": "job finished",
            "job": "build_tags",
            "status": "done",
            "reason": "its code changed",
            "rows": 1234,
            "seconds": 12.3,
            "spark_jobs": 7,
            "commits": 2,
        },
    ]
    assert err == ""


def test_the_summary_has_a_row_a_job_with_the_versions_that_it_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    report().summary([SAME, DONE])
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in capsys.readouterr().err.splitlines()
        if line.startswith("│")
    ]
    assert rows == [
        ["build_customers", "up to date", "", "12.3", "7", "0", ""],
        ["build_tags", "done", "1,234", "12.3", "7", "2", "gold.customer_tag@5, gold.tag_catalog@3"],
    ]


def test_without_a_terminal_there_is_no_live_line(capsys: pytest.CaptureFixture[str]) -> None:
    with report().live("run-1"):
        pass
    assert capsys.readouterr() == ("", "")
