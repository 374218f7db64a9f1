"""The command line of scripts/generate_bank."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bullseye.errors import BullseyeError
from synthetic.bank.generate import LEAST_PERSONS, MOST_PERSONS, generate

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def main(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the bank's files go; a bank that is there is replaced.")
    ],
    persons: Annotated[
        int, typer.Option(min=LEAST_PERSONS, max=MOST_PERSONS, help="How many persons there are.")
    ] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and number of persons give the same bytes.")] = 1,
    truth: Annotated[
        Path | None, typer.Option(help="Where the truth goes, outside FOLDER; default: FOLDER with -truth appended.")
    ] = None,
) -> None:
    """Make up a bank: files as its systems would drop them, and the truth behind them in a folder that no job reads.

    Core banking, credit cards, app and web do not share an id; branches, call centre and campaigns have logs and lists of
    their own. What every file holds and what is planted in it: docs/reference/bank_data.md.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("persons", total=persons)
        try:
            told = generate(
                folder, persons=persons, seed=seed, truth=truth, told=lambda done: progress.update(task, completed=done)
            )
        except BullseyeError as error:
            console.print(f"generate_bank: {error}", markup=False, highlight=False)
            sys.exit(error.exit_code)
    typer.echo(f"{folder}: the files of {persons:,} persons\n{told}: the truth behind them")


if __name__ == "__main__":
    app(prog_name="scripts/generate_bank")
