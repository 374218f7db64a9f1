"""The command line of `scripts/benchmark identity`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmark.febrl import IDENTITY, LINKS, customers, pairwise, resolved, silver
from benchmark.febrl import febrl as records_of
from benchmark.process import run
from benchmark.suite import ROOT
from bullseye.core.session import start_session
from bullseye.errors import BullseyeError

_COLUMNS = {
    "persons": "{:,}",
    "parties": "{:,}",
    "first_seconds": "{:,.1f}",
    "next_seconds": "{:,.1f}",
    "peak_gib": "{:.1f}",
    "precision": "{:.4f}",
    "recall": "{:.4f}",
    "f1": "{:.4f}",
    "largest_wrong_customer": "{}",
}


def main(
    persons: Annotated[str, typer.Option(help="Numbers of persons, separated by commas.")] = "20000,200000,1000000",
    febrl: Annotated[bool, typer.Option("--febrl/--no-febrl", help="Resolve the Febrl sets too.")] = True,  # noqa: FBT002  a command line's flag
    work: Annotated[Path, typer.Option(help="Folder for lakes, logs and figures.")] = ROOT
    / ".cache"
    / "benchmark-identity",
) -> None:
    """Seconds and peak memory of resolving made-up persons of three systems, and how right the result is.

    Of each number the first resolution, which learns the weights and compares everyone, and the one of a day on which a
    hundredth of the persons have changed. Nothing else should run on the machine.
    """
    work = work.resolve()
    found = [_measured(int(number), work / number) for number in persons.split(",") if number]
    shown = Table(*(name.replace("_", " ") for name in _COLUMNS))
    for figures in found:
        shown.add_row(*(text.format(figures[name]) for name, text in _COLUMNS.items()))
    Console().print(shown)
    if febrl:
        Console().print(_febrl())


def _febrl() -> Table:
    """Pairwise precision, recall and F1 of the four Febrl sets."""
    os.environ.setdefault(str(IDENTITY.salt_env), "benchmark")
    spark = start_session("Febrl")
    shown = Table("Febrl", "records", "true pairs", "seconds", "precision", "recall", "F1")
    for number, links in LINKS.items():
        given = silver(spark, records_of(number))
        started = time.monotonic()
        context, made = resolved(spark, given, run_id=f"febrl-{number}")
        found = customers(given["silver.person"], made["features.identity_map"])
        seconds = time.monotonic() - started
        context.release()
        rates = (f"{rate:.4f}" for rate in pairwise(found))
        shown.add_row(str(number), f"{len(found):,}", f"{links:,}", f"{seconds:.1f}", *rates)
    spark.stop()
    return shown


def _measured(persons: int, work: Path) -> dict[str, object]:
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    command = [sys.executable, "-m", "benchmark.resolve", str(persons), str(work / "lake"), str(work / "figures.json")]
    salt = os.environ.get("BENCHMARK_SALT", "benchmark")
    cost = run(command, log=work / "log.txt", environment={"BENCHMARK_SALT": salt})
    if cost.exit_code:
        raise BullseyeError(f"resolving {persons:,} persons failed; its log is {work / 'log.txt'}")
    figures: dict[str, object] = json.loads((work / "figures.json").read_text(encoding="utf-8"))
    figures["peak_gib"] = cost.peak_bytes / 2**30
    (work / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


if __name__ == "__main__":
    typer.run(main)
