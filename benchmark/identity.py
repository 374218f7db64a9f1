"""The command line of `scripts/benchmark identity`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmark.febrl import IDENTITY, LINKS, customers, largest_wrong, pairwise, resolved, silver
from benchmark.febrl import febrl as records_of
from benchmark.process import run
from benchmark.suite import ROOT
from bullseye.core.session import start_session
from bullseye.errors import BullseyeError
from bullseye.settings.identity import Identity
from bullseye.suite import load_settings
from synthetic.bank.generate import generate

SEED = 7
SALT = "a salt for made-up persons"
_COLUMNS = {
    "persons": "{:,}",
    "parties": "{:,}",
    "generate_seconds": "{:,.1f}",
    "read_seconds": "{:,.1f}",
    "first_seconds": "{:,.1f}",
    "next_seconds": "{:,.1f}",
    "peak_gib": "{:.1f}",
    "precision": "{:.4f}",
    "recall": "{:.4f}",
    "f1": "{:.4f}",
    "customers": "{:,}",
    "largest_customer": "{}",
    "wrong_customers": "{:,}",
    "largest_wrong_customer": "{}",
    "split_persons": "{:,}",
}


def main(
    persons: Annotated[str, typer.Option(help="Numbers of persons, separated by commas.")] = "20000,200000,1000000",
    similar: Annotated[bool, typer.Option("--similar/--rules", help="Add links by similarity to the rules.")] = False,  # noqa: FBT002  a command line's flag
    febrl: Annotated[bool, typer.Option("--febrl/--no-febrl", help="Resolve the Febrl sets too.")] = True,  # noqa: FBT002  a command line's flag
    work: Annotated[Path, typer.Option(help="Folder for banks, lakes, logs and figures.")] = ROOT
    / ".cache"
    / "benchmark-identity",
) -> None:
    """Seconds and peak memory of resolving the persons of generated banks by conf/bank, and how right the result is.

    Of each number of persons: making the bank, reading their records, the first resolution, and that of a day on which a
    hundredth of them gave up a phone; memory is that of all but the making. A bank that is in the folder already is used
    again. Nothing else should run on the machine.
    """
    work = work.resolve()
    for number in filter(None, persons.split(",")):
        _show(_measured(int(number), work / number, similar=similar))
    if febrl:
        Console().print(_febrl())


def _show(figures: dict[str, Any]) -> None:
    """One bank: its figures, and those that the job gives itself."""
    shown = Table(*(name.replace("_", " ") for name in _COLUMNS))
    shown.add_row(*(text.format(figures[name]) for name, text in _COLUMNS.items()))
    Console(width=200).print(shown)
    told = Table("figure", "item", "number")
    for row in figures["quality"]:
        told.add_row(row["figure"], row["item"], f"{row['number']:,}")
    Console().print(told)


def _febrl() -> Table:
    """Pairwise precision, recall and F1 of the four Febrl sets, and the parties of the largest customer of several persons:
    by the social security number and similarity, and by similarity alone.
    """
    os.environ.setdefault(str(IDENTITY.salt_env), SALT)
    spark = start_session("Febrl")
    shown = Table("Febrl", "by", "records", "true pairs", "seconds", "precision", "recall", "F1", "largest wrong")
    ways = {"rule and similarity": IDENTITY, "similarity": IDENTITY.model_copy(update={"rules": ()})}
    for number, links in LINKS.items():
        given = silver(spark, records_of(number))
        for way, identity in ways.items():
            started = time.monotonic()
            context, made = resolved(spark, given, run_id=f"febrl-{number}", identity=identity)
            found = customers(given["silver.person"], made["features.identity_map"])
            seconds = time.monotonic() - started
            context.release()
            rates = (f"{rate:.4f}" for rate in pairwise(found))
            counts = (f"{len(found):,}", f"{links:,}", f"{seconds:.1f}")
            shown.add_row(str(number), way, *counts, *rates, str(largest_wrong(found)))
    spark.stop()
    return shown


def _measured(persons: int, work: Path, *, similar: bool) -> dict[str, Any]:
    """Make the bank where it is not there yet, and resolve its persons in a process of its own."""
    kind = "similar" if similar else "rules"
    lake, told = work / f"lake-{kind}", work / f"figures-{kind}.json"
    seconds = _generated(persons, work)
    shutil.rmtree(lake, ignore_errors=True)
    log = work / f"log-{kind}.txt"
    command = [sys.executable, "-m", "benchmark.resolve", str(work), str(lake), str(told), kind]
    salt = str(load_settings(ROOT / "conf" / "bank")[Identity].salt_env)
    cost = run(command, log=log, environment={salt: os.environ.get(salt, SALT)})
    if cost.exit_code:
        raise BullseyeError(f"resolving {persons:,} persons failed; its log is {log}")
    figures: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    figures |= {"generate_seconds": seconds, "peak_gib": cost.peak_bytes / 2**30}
    told.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


def _generated(persons: int, work: Path) -> float:
    """Seconds that it took to make the bank in `work`: now, or earlier by the same generator."""
    made, bank = work / "generated.json", work / "data" / "bank"
    key = generator_key(persons)
    known = json.loads(made.read_text(encoding="utf-8")) if made.exists() else {}
    if known.get("key") == key:
        return float(known["seconds"])
    made.unlink(missing_ok=True)
    shutil.rmtree(bank, ignore_errors=True)
    shutil.rmtree(work / "truth", ignore_errors=True)
    bank.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    generate(bank, persons=persons, seed=SEED, truth=work / "truth")
    seconds = round(time.monotonic() - started, 1)
    made.write_text(json.dumps({"key": key, "seconds": seconds}), encoding="utf-8")
    return seconds


def generator_key(persons: int) -> str:
    """What a generated bank depends on: the source of the generator, the number of persons and the seed."""
    sources = sorted((ROOT / "synthetic").rglob("*.py"))
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    return f"{code} {persons} {SEED}"


if __name__ == "__main__":
    typer.run(main)
