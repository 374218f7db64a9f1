"""What Spark's event log says of every job of the suite: Spark jobs, tasks, their CPU-seconds, bytes shuffled and spilled.

The log is a file of JSON lines; only lines of the few kinds that are counted are parsed, the others (plans, mostly) are
most of its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OUTSIDE = "(outside jobs)"
"""Spark jobs that no job of the suite started: start-up, checks of the settings, the run log."""
_KINDS = ("JobStart", "StageSubmitted", "StageCompleted", "TaskEnd")
_PREFIXES = tuple(f'{{"Event":"SparkListener{kind}"' for kind in _KINDS)


@dataclass
class Work:
    """What tasks did; bytes shuffled are those written for a shuffle."""

    tasks: int = 0
    cpu_seconds: float = 0.0
    gc_seconds: float = 0.0
    shuffled_bytes: int = 0
    spilled_bytes: int = 0
    read_bytes: int = 0
    """Bytes read from files, as Spark counts them: those of Parquet columns that it looked at."""
    written_bytes: int = 0

    def add(self, task: dict[str, Any]) -> None:
        """Count one task of the event log; one that failed before it began has no metrics."""
        metrics = task.get("Task Metrics") or {}
        self.tasks += 1
        self.cpu_seconds += metrics.get("Executor CPU Time", 0) / 1e9
        self.gc_seconds += metrics.get("JVM GC Time", 0) / 1e3
        self.shuffled_bytes += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
        self.spilled_bytes += metrics.get("Disk Bytes Spilled", 0)
        self.read_bytes += metrics.get("Input Metrics", {}).get("Bytes Read", 0)
        self.written_bytes += metrics.get("Output Metrics", {}).get("Bytes Written", 0)


@dataclass
class Stage:
    """One stage, as it is written into the log when it ends."""

    job: str
    name: str
    seconds: float = 0.0
    work: Work = field(default_factory=Work)


@dataclass
class EventLog:
    """Of every job of the suite its Spark jobs and its work; and all stages by their ids."""

    spark_jobs: dict[str, int] = field(default_factory=dict)
    work: dict[str, Work] = field(default_factory=dict)
    stages: dict[int, Stage] = field(default_factory=dict)


def read_event_log(folder: Path) -> EventLog:
    """The one event log in a folder."""
    files = [path for path in folder.iterdir() if not path.name.startswith(".")]
    if len(files) != 1:
        raise SystemExit(f"{folder} should hold one event log, and holds {len(files)}")
    with files[0].open(encoding="utf-8") as lines:
        return count_events(lines)


def count_events(lines: Iterable[str]) -> EventLog:
    """Count the events of one application."""
    found = EventLog()
    for event in _events(lines):
        match event["Event"].removeprefix("SparkListener"):
            case "JobStart":
                job = _job(event.get("Properties"))
                found.spark_jobs[job] = found.spark_jobs.get(job, 0) + 1
            case "StageSubmitted":
                info = event["Stage Info"]
                found.stages.setdefault(info["Stage ID"], Stage(_job(event.get("Properties")), info["Stage Name"]))
            case "StageCompleted":
                info = event["Stage Info"]
                took = info.get("Completion Time", 0) - info.get("Submission Time", 0)
                found.stages[info["Stage ID"]].seconds += took / 1e3
            case "TaskEnd":
                stage = found.stages[event["Stage ID"]]
                stage.work.add(event)
                found.work.setdefault(stage.job, Work()).add(event)
    return found


def _events(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.startswith(_PREFIXES):
            yield json.loads(line)


def _job(properties: dict[str, str] | None) -> str:
    """The job of the suite: groups are named `<run>/<job>`."""
    group = (properties or {}).get("spark.jobGroup.id", "")
    return group.partition("/")[2] or OUTSIDE
