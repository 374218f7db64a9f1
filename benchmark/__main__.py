"""The command line of scripts/benchmark."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmark.compare import compare
from benchmark.data import originals, replicated
from benchmark.eventlog import read_event_log
from benchmark.peer.run import PeerRun, run_peer
from benchmark.report import show_comparison, show_jobs, show_steps, show_totals
from benchmark.suite import ROOT, SuiteRun, run_suite, stage_rows
from bullseye.settings import Settings
from bullseye.suite import load_settings

_STAGES = 30


def main(
    times: Annotated[str, typer.Option(help="How many times the demo's households, separated by commas.")] = "1,10,50",
    work: Annotated[
        Path, typer.Option(help="Folder for copies of the data (kept for the next time), lakes, logs and figures.")
    ] = ROOT / ".cache" / "benchmark",
    suite: Annotated[bool, typer.Option("--suite/--no-suite", help="Run it as the demo does.")] = True,  # noqa: FBT002  a command line's flag
    peer: Annotated[bool, typer.Option("--peer/--no-peer", help="Run the single-machine program.")] = True,  # noqa: FBT002
    jobs: Annotated[bool, typer.Option("--jobs/--no-jobs", help="Run it job after job.")] = True,  # noqa: FBT002
) -> None:
    """Seconds, CPU-seconds, Spark jobs, bytes shuffled, commits and peak memory: of the whole suite, of its jobs, of a peer.

    Of each size the suite runs as scripts/demo does, which gives the totals; once more with one job at a time and Spark's
    event log, which gives the figures by job; then the peer. All that is measured goes to WORK/figures-TIMES.json.
    Nothing else should run on the machine.
    """
    settings = load_settings(ROOT / "conf" / "retail")
    for number in _numbers(times):
        folder = work.resolve() / f"times-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        figures = _measure(settings, number, folder, suite=suite, peer=peer, jobs=jobs)
        text = json.dumps({**_machine(), "times": number, **figures}, indent=1, default=str)
        (work / f"figures-{number}.json").write_text(text, encoding="utf-8")
    known = [json.loads(file.read_text(encoding="utf-8")) for file in work.glob("figures-*.json")]
    show_totals(sorted(known, key=lambda found: int(found["times"])))


def _measure(settings: Settings, times: int, folder: Path, *, suite: bool, peer: bool, jobs: bool) -> dict[str, Any]:
    paths = replicated(originals(settings), times=times, folder=folder / "data")
    found: dict[str, Any] = {}
    if jobs:
        one_by_one = run_suite(settings, paths, work=folder / "jobs", lake=folder / "lake", event_log=True, parallel=1)
        show_jobs(times, one_by_one)
        found["suite job after job"] = _cost(one_by_one)
        found["jobs"] = [asdict(job) for job in one_by_one.jobs]
        found["stages"] = stage_rows(read_event_log(folder / "jobs" / "events"), top=_STAGES)
    if suite:
        whole = run_suite(settings, paths, work=folder / "whole", lake=folder / "lake", event_log=False, parallel=3)
        found["suite"] = _cost(whole)
    if peer:
        other = run_peer(settings, paths, work=folder / "peer", lake=folder / "peer-lake")
        show_steps(times, other)
        found["peer"] = _cost(other)
        found["peer steps"] = other.steps
    if (folder / "lake").exists() and (folder / "peer-lake").exists():
        differences = list(compare(folder / "lake", folder / "peer-lake"))
        show_comparison(differences)
        found["comparison"] = [asdict(difference) for difference in differences]
    return found


def _cost(run: SuiteRun | PeerRun) -> dict[str, float]:
    return {"seconds": run.cost.seconds, "cpu_seconds": run.cost.cpu_seconds, "peak_bytes": run.cost.peak_bytes}


def _machine() -> dict[str, Any]:
    load = os.getloadavg()[0]
    return {"at": datetime.now(UTC), "cores": os.cpu_count(), "machine": platform.machine(), "load_at_the_end": load}


def _numbers(times: str) -> list[int]:
    try:
        found = [int(number) for number in times.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1:
        raise typer.BadParameter(f"{times!r} is no list of whole numbers such as 1,10", param_hint="--times")
    return found


if __name__ == "__main__":
    typer.run(main)
