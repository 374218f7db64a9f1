"""The command line of scripts/compare."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bullseye.errors import BullseyeError
from bullseye.renames import RENAMES
from bullseye.suite import contracts, load_settings
from comparison.lakes import compare_lakes
from comparison.names import Exceptions, Names, read
from comparison.show import show, show_table

_ROOT = Path(__file__).parents[1]


def main(
    lake_a: Annotated[Path, typer.Argument(metavar="LAKE_A", help="Folder of the lake before.")],
    lake_b: Annotated[Path, typer.Argument(metavar="LAKE_B", help="Folder of the lake after.")],
    names: Annotated[
        Path | None, typer.Option(help="YAML file: new names of tables and columns by their old ones.")
    ] = None,
    upgraded: Annotated[  # noqa: FBT002  a command line's flag
        bool,
        typer.Option(
            "--upgraded", help="LAKE_A has the names of the version before, those that bullseye migrate changes."
        ),
    ] = False,
    except_: Annotated[
        Path | None, typer.Option("--except", help="YAML file: differences that are allowed, each with its reason.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0, max=0.1, help="DOUBLE values are equal within this share of the larger one.")
    ] = 1e-9,
    memory: Annotated[str, typer.Option(help="Memory for rows; what does not fit goes to a temporary folder.")] = "2GB",
) -> None:
    """Compare every table of two lakes row by row, and the figures of their newest reports.

    Rows are matched by the key of the table's contract; all other columns must be equal: decimals and texts exactly, DOUBLE
    within the tolerance. Of rows only counts are printed, never values. Ids of runs, times of runs and Delta versions may
    differ; the output names them.

    --names FILE has new names by old ones: {tables: {gold.old: gold.new}, columns: {gold.new: {old_column: new_column}}}

    --upgraded adds the new names of this version, and allows the columns that it has no longer.

    --except FILE allows differences: {exceptions: [{table: gold.score, column: score, reason: "dropped"}]}. Without a
    column it is the whole table, with rows: true its rows that only one lake has, with figure: "chart x*" one of the report.
    Names are those of LAKE_B; * is any text.

    Exit codes: 0 equal, 1 different, 2 a lake, a file or an option is wrong.
    """
    try:
        keys = {table.name: table.key for table in contracts(load_settings(_ROOT / "conf" / "retail")).values()}
        given = read(names, Names) if names else Names()
        allowed = read(except_, Exceptions) if except_ else Exceptions()
        result = compare_lakes(
            (lake_a, lake_b),
            names=given.after(RENAMES) if upgraded else given,
            exceptions=allowed.after(RENAMES) if upgraded else allowed,
            keys=keys,
            tolerance=tolerance,
            memory=memory,
            report=show_table,
        )
    except BullseyeError as error:
        sys.stderr.write(f"bullseye: {error}\n")
        raise typer.Exit(2) from error
    show(result)
    raise typer.Exit(1 if result.differences else 0)


if __name__ == "__main__":
    typer.run(main)
