"""What a person sees of a run: a live line, a final table, or one JSON line an event."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TextIO

import typer
from pyspark.sql import SparkSession
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bullseye.cli.options import LogFormat
from bullseye.core.failure import named
from bullseye.core.runlog import Entry
from bullseye.core.runner import job_group
from bullseye.core.trace import chain, write_trace


@dataclass(frozen=True)
class _Running:
    """What the live line of a job shows."""

    place: str
    since: float
    stage: str = ""


class Report:
    """Tells of a run on standard error (standard output for JSON lines)."""

    def __init__(self, spark: SparkSession, *, log: LogFormat) -> None:
        self._spark = spark
        self._json = log == "json"
        self._console = Console(stderr=True)
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()

    def event(self, name: str, **fields: object) -> None:
        """One JSON line; nothing in text mode."""
        if self._json:
            _write_line(sys.stdout, json.dumps({"event": name, **fields}, default=str))

    def say(self, text: str) -> None:
        """One line for a person; nothing in JSON mode."""
        if not self._json:
            self._console.print(text, highlight=False)

    @contextmanager
    def live(self, run_id: str) -> Iterator[None]:
        """A live line for each job that runs: its name, its stage, Spark's tasks, the time. Only on a terminal."""
        if self._json or not self._console.is_terminal:
            yield
            return
        ended = threading.Event()
        with Live(console=self._console, refresh_per_second=4, transient=True) as live:

            def draw() -> None:
                while not ended.wait(0.25):
                    live.update(Text("\n".join(self._lines(run_id))))

            painter = threading.Thread(target=draw, name="progress", daemon=True)
            painter.start()
            try:
                yield
            finally:
                ended.set()
                painter.join()

    def started(self, job: str, place: str) -> None:
        """A job begins."""
        with self._lock:
            self._running[job] = _Running(place, time.monotonic())
        self.event("job started", job=job)

    def stage(self, job: str, text: str) -> None:
        """What a running job does now."""
        with self._lock:
            self._running[job] = replace(self._running[job], stage=text)

    def ended(self, job: str) -> None:
        """A job has come to its end, whatever that was."""
        with self._lock:
            del self._running[job]

    def _lines(self, run_id: str) -> list[str]:
        with self._lock:
            running = dict(self._running)
        return [
            f"{shown.place} {job}  {shown.stage}  {self._tasks(job_group(run_id, job))}  {time.monotonic() - shown.since:.0f} s"
            for job, shown in running.items()
        ]

    def _tasks(self, group: str) -> str:
        """Tasks done of the stages that run now; stages that adaptive execution skipped are not counted."""
        tracker = self._spark.sparkContext.statusTracker()
        active = set(tracker.getActiveStageIds())
        jobs = [tracker.getJobInfo(job) for job in {*tracker.getJobIdsForGroup(group)} & {*tracker.getActiveJobsIds()}]
        stages = [tracker.getStageInfo(stage) for job in jobs if job for stage in job.stageIds if stage in active]
        done = sum(info.numCompletedTasks for info in stages if info)
        total = sum(info.numTasks for info in stages if info)
        return f"{done}/{total} tasks" if total else ""

    def finished(self, entry: Entry, place: str) -> None:
        """One line a job that has ended."""
        self.event(
            "job finished",
            job=entry.job,
            status=entry.status,
            reason=entry.reason,
            rows=entry.rows,
            seconds=round(entry.seconds, 1),
            spark_jobs=entry.spark_jobs,
            commits=entry.commits,
        )
        detail = (
            f"{entry.rows:>12,} rows  {entry.seconds:6.1f} s"
            if entry.status == "done"
            else f"{entry.status}: {entry.reason}"
        )
        self.say(f"{place} {entry.job:<26} {detail}")

    def summary(self, entries: Iterable[Entry]) -> None:
        """The final table: job, status, rows, seconds, Spark jobs, commits, output versions."""
        if self._json:
            return
        table = Table(title="Run", title_justify="left")
        for heading, right in (
            ("job", False),
            ("status", False),
            ("rows", True),
            ("seconds", True),
            ("Spark jobs", True),
            ("commits", True),
        ):
            table.add_column(heading, justify="right" if right else "left")
        table.add_column("versions written")
        for entry in entries:
            versions = {output.table: output.version for output in entry.outputs}
            table.add_row(
                entry.job,
                entry.status,
                f"{entry.rows:,}" if entry.outputs else "",
                f"{entry.seconds:.1f}",
                str(entry.spark_jobs),
                str(entry.commits),
                ", ".join(f"{name}@{version}" for name, version in versions.items()),
            )
        (self._console if self._console.is_terminal else Console(stderr=True, width=160)).print(table)


def fail(message: str, *, log: LogFormat) -> None:
    """The error on standard error, and as a JSON line too where that is the format."""
    if log == "json":
        _write_line(sys.stdout, json.dumps({"event": "error", "message": message}))
    _write_line(sys.stderr, f"error: {message}")


@contextmanager
def named_errors(log: LogFormat) -> Iterator[None]:
    """Report any error in plain words, and exit with its code; its trace goes to the log file.

    An interruption (Ctrl-C: 130, SIGTERM: 143) lets what runs release its lease; a second Ctrl-C after that ends at once.
    """
    messages = logging.StreamHandler(sys.stderr)
    messages.setFormatter(_WithoutTraces("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[messages])
    here = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _terminate) if here else None
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError, SystemExit):
        raise
    except BaseException as error:
        if code := _interrupted(error):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            fail("interrupted; what was committed stays, and the next run goes on where this one was", log=log)
            raise typer.Exit(code) from error
        problem = named(error)
        fail(str(problem), log=log)
        raise typer.Exit(problem.exit_code) from error
    finally:
        if here:
            signal.signal(signal.SIGTERM, before)


class _WithoutTraces(logging.Formatter):
    """Messages of libraries without the traces that some add, as py4j does for a second Ctrl-C; those go to the log file."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  the name is that of the standard library
        if ei[1] is not None:
            write_trace(ei[1])
        return ""


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a run as Ctrl-C does."""


def _terminate(number: int, frame: object) -> None:
    raise _Terminated


def _interrupted(error: BaseException) -> int:
    """The exit code of an interruption, also where Java ended first and another error came on top; else 0."""
    kinds = [type(link) for link in chain(error)]
    if _Terminated in kinds:
        return 128 + signal.SIGTERM
    return 128 + signal.SIGINT if KeyboardInterrupt in kinds else 0


def _write_line(stream: TextIO, text: str) -> None:
    stream.write(f"{text}\n")
    stream.flush()
