"""The figures as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmark.compare import Difference
from benchmark.peer.run import PeerRun
from benchmark.suite import SuiteRun

MINING = "mine_associations"
_console = Console()


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


def show_totals(times: int, suite: SuiteRun, peer: PeerRun, jobs: Sequence[dict[str, Any]]) -> None:
    """Both programs as wholes, and what is left of each without association mining.

    What the suite's mining takes is known from the run of job after job; in the other run it lies beside other jobs, so that
    only its CPU-seconds can be taken off, not its wall time.
    """
    rows = [
        ("whole command", "seconds", suite.cost.seconds, peer.cost.seconds),
        ("whole command", "CPU-seconds", suite.cost.cpu_seconds, peer.cost.cpu_seconds),
        ("whole command", "peak GB", suite.cost.peak_bytes / 1e9, peer.cost.peak_bytes / 1e9),
    ]
    mined = sum(job["cpu_seconds"] or 0.0 for job in jobs if job["job"] == MINING)
    if jobs:
        ours = suite.cost.cpu_seconds - mined
        theirs = peer.cost.cpu_seconds - sum(step["cpu_seconds"] for step in peer.steps if step["step"] == MINING)
        rows.append(("without association mining", "CPU-seconds", ours, theirs))
    shown = [(what, unit, f"{a:.1f}", f"{b:.1f}", f"{a / b:.1f}") for what, unit, a, b in rows]
    _show(f"totals, {times} times the demo", ("", "", "suite", "peer", "ratio"), shown)


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
