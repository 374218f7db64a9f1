"""One run of the suite, and what each of its jobs took.

Figures come from four places: `ops.run` of the lake (seconds, Spark jobs, commits), Spark's event log (CPU-seconds and bytes of
tasks), and the samples of the tree of processes (all CPU-seconds, peak memory), which are attributed to jobs by time and
therefore only where jobs run one after the other.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from deltalake import DeltaTable

from benchmark.eventlog import EventLog, Work, read_event_log
from benchmark.process import Cost, between, run
from bullseye.settings import Settings
from bullseye.settings.sources import Sources

ROOT = Path(__file__).resolve().parents[1]
LOCAL_CONF = ROOT / "conf" / "spark" / "local.conf"


@dataclass(frozen=True)
class JobCost:
    """What one job took; `cpu_seconds` and `peak_bytes` are None where jobs ran side by side."""

    job: str
    seconds: float
    cpu_seconds: float | None
    task_cpu_seconds: float
    spark_jobs: int
    tasks: int
    shuffled_bytes: int
    spilled_bytes: int
    commits: int
    peak_bytes: int | None


@dataclass(frozen=True)
class SuiteRun:
    """The whole command, and its jobs in the order in which they began (none without an event log)."""

    cost: Cost
    jobs: tuple[JobCost, ...] = ()


def run_suite(
    settings: Settings, paths: Mapping[str, str], *, work: Path, lake: Path, event_log: bool, parallel: int
) -> SuiteRun:
    """Run the whole suite into a fresh lake by scripts/submit, on all cores of this machine.

    With `event_log`, Spark writes every task down, which costs a little by itself: totals come from a run without it.
    """
    shutil.rmtree(lake, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    events = work / "events"
    environment = {}
    if event_log:
        shutil.rmtree(events, ignore_errors=True)
        events.mkdir()
        environment["BULLSEYE_SPARK_CONF"] = str(_conf(work / "spark.conf", events))
    command = [str(ROOT / "scripts" / "submit"), "run_suite", "--deployment", str(settings.folder), "--lake", str(lake)]
    command += ["--parallel", str(parallel), *_source_options(settings, paths)]
    log = work / "suite.log"
    cost = run(command, log=log, environment=environment)
    if cost.exit_code:
        raise SystemExit(f"the suite failed with exit code {cost.exit_code}; see {log}")
    if not event_log:
        return SuiteRun(cost)
    return SuiteRun(cost, job_costs(lake, read_event_log(events), cost, alone=parallel == 1))


def job_costs(lake: Path, events: EventLog, cost: Cost, *, alone: bool) -> tuple[JobCost, ...]:
    """One row a job of the newest run of the lake; `alone` says that no two jobs ran at the same time."""
    rows = DeltaTable(str(lake / "ops" / "run")).to_pyarrow_table().sort_by("started_at").to_pylist()
    found = []
    for row in rows:
        start = row["started_at"].timestamp()
        cpu, peak = between(cost.samples, start, start + row["seconds"]) if alone else (None, None)
        work = events.work.get(row["job"], Work())
        found.append(
            JobCost(
                job=row["job"],
                seconds=row["seconds"],
                cpu_seconds=cpu,
                task_cpu_seconds=work.cpu_seconds,
                spark_jobs=events.spark_jobs.get(row["job"], 0),
                tasks=work.tasks,
                shuffled_bytes=work.shuffled_bytes,
                spilled_bytes=work.spilled_bytes,
                commits=row["commits"],
                peak_bytes=peak,
            )
        )
    return tuple(found)


def stage_rows(events: EventLog, *, top: int) -> list[dict[str, object]]:
    """The stages whose tasks took most CPU-seconds, as rows for the JSON file."""
    stages = sorted(events.stages.items(), key=lambda found: -found[1].work.cpu_seconds)[:top]
    return [
        {"stage": number, "job": stage.job, "name": stage.name, "seconds": stage.seconds, **asdict(stage.work)}
        for number, stage in stages
    ]


def _source_options(settings: Settings, paths: Mapping[str, str]) -> list[str]:
    """`--set` options for the sources that were replicated; the others stay what they are in the deployment."""
    options = []
    for index, source in enumerate(settings[Sources].sources):
        if Path(paths[source.name]).is_dir():
            options += ["--set", f"sources.sources.{index}.path={paths[source.name]}"]
    return options


def _conf(file: Path, events: Path) -> Path:
    """The settings for one machine, with a plain event log in one file."""
    added = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": events.as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
    }
    given = Path(os.environ.get("BULLSEYE_SPARK_CONF", LOCAL_CONF)).read_text(encoding="utf-8")
    file.write_text(given + "".join(f"{key}  {value}\n" for key, value in added.items()), encoding="utf-8")
    return file
