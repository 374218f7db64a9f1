"""The figures as tables for the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmark.compare import Difference
from benchmark.peer.run import PeerRun
from benchmark.suite import SuiteRun

MINING = "mine_associations"
Figures = Mapping[str, Any]
"""What was measured of one size, as it stands in its JSON file."""

# A file has no width of its own, and rich would take 80 columns.
_console = Console(width=None if sys.stdout.isatty() else 120)


def show_jobs(times: int, run: SuiteRun) -> None:
    """One row a job, run one after the other."""
    rows = [
        (
            job.job, f"{job.seconds:.1f}", _number(job.cpu_seconds), f"{job.task_cpu_seconds:.1f}", str(job.spark_jobs),
            str(job.tasks), _mega(job.shuffled_bytes), _mega(job.spilled_bytes), str(job.commits), _giga(job.peak_bytes),
        )
        for job in run.jobs
    ]  # fmt: skip
    headings = (
        "job",
        "seconds",
        "CPU-s",
        "of it in tasks",
        "Spark jobs",
        "tasks",
        "shuffled MB",
        "spilled MB",
        "commits",
        "peak GB",
    )
    _show(f"the suite, {times} times the demo, job after job with an event log", headings, rows)
    cost = run.cost
    _console.print(
        f"whole command: {cost.seconds:.0f} s, {cost.cpu_seconds:.0f} CPU-seconds, peak {_giga(cost.peak_bytes)} GB\n"
    )


def show_steps(times: int, run: PeerRun) -> None:
    """One row a step of the peer."""
    rows = [
        (step["step"], f"{step['seconds']:.1f}", f"{step['cpu_seconds']:.1f}", _giga(step["peak_bytes_so_far"]))
        for step in run.steps
    ]
    _show(f"the peer, {times} times the demo", ("step", "seconds", "CPU-s", "peak GB so far"), rows)


def without_mining(figures: Figures) -> tuple[float, float] | None:
    """CPU-seconds of suite and peer without association mining; None where something was not measured.

    What the suite's mining takes is known from the run of job after job.

    >>> mined = {"jobs": [{"job": MINING, "cpu_seconds": 30}], "peer steps": [{"step": MINING, "cpu_seconds": 10}]}
    >>> without_mining({"suite": {"cpu_seconds": 90}, "peer": {"cpu_seconds": 40}, **mined})
    (60, 30)
    """
    if not {"suite", "peer", "jobs", "peer steps"} <= set(figures):
        return None
    mined = sum(job["cpu_seconds"] or 0.0 for job in figures["jobs"] if job["job"] == MINING)
    theirs = sum(step["cpu_seconds"] for step in figures["peer steps"] if step["step"] == MINING)
    return figures["suite"]["cpu_seconds"] - mined, figures["peer"]["cpu_seconds"] - theirs


def show_totals(figures: Sequence[Figures]) -> None:
    """All sizes: both programs, their ratio, and the growth of the suite's time over that of the demo."""
    demo = next((f["suite"]["seconds"] for f in figures if f["times"] == 1 and "suite" in f), None)
    rows = []
    for found in figures:
        cells = [str(found["times"])]
        for program in ("suite", "peer"):
            cost = found.get(program)
            cells += (
                [f"{cost['seconds']:.0f}", f"{cost['cpu_seconds']:.0f}", _giga(cost["peak_bytes"])]
                if cost
                else [""] * 3
            )
        both, apart = "suite" in found and "peer" in found, without_mining(found)
        cells.append(f"{found['suite']['cpu_seconds'] / found['peer']['cpu_seconds']:.1f}" if both else "")
        cells.append(f"{apart[0] / apart[1]:.1f}" if apart else "")
        cells.append(f"{found['suite']['seconds'] / demo:.1f}" if demo and "suite" in found else "")
        rows.append(cells)
    headings = (
        "times",
        "suite s",
        "CPU-s",
        "peak GB",
        "peer s",
        "CPU-s",
        "peak GB",
        "CPU ratio",
        "without mining",
        "s, demo = 1",
    )
    _show("whole commands", headings, rows)


def show_comparison(differences: Iterable[Difference]) -> None:
    """What the two made, and what differs."""
    rows = [
        (
            d.table,
            d.what,
            "" if d.suite is None else str(d.suite),
            "" if d.peer is None else str(d.peer),
            str(d.differing),
        )
        for d in differences
    ]
    _show("outputs of suite and peer", ("table", "what", "suite", "peer", "differing"), rows)


def _show(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place == 0 else "right")
    for row in rows:
        table.add_row(*row)
    _console.print(table)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _mega(size: int) -> str:
    return f"{size / 1e6:,.0f}"


def _giga(size: int | None) -> str:
    return "" if size is None else f"{size / 1e9:.1f}"
