"""Options that several command lines share, each with its help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

LogFormat = Literal["text", "json"]

Deployment = Annotated[Path, typer.Option(help="Folder of the deployment's settings, such as conf/retail.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], help="Look back from the end of this day; default: the last complete day in the data."
    ),
]
Lake = Annotated[
    str | None, typer.Option(help="Folder or URI of the lake; default: deployment.yaml, else lake/<deployment>.")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Override a setting, such as association.min_support=0.02. May be repeated."
    ),
]
Only = Annotated[str | None, typer.Option("--jobs", help="Only these jobs, separated by commas.")]
From = Annotated[str | None, typer.Option("--from", help="Begin with this job.")]
Until = Annotated[str | None, typer.Option(help="End with this job.")]
Parallel = Annotated[
    int, typer.Option(min=1, help="Jobs that run side by side, where neither needs the other's tables.")
]
Force = Annotated[bool, typer.Option("--force", help="Run even what is up to date.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would run and why, and change nothing.")]
Log = Annotated[LogFormat, typer.Option(help="text for people, json for one JSON line an event.")]


def assignments(given: Sequence[str] | None, *, option: str = "--set", form: str = "KEY=VALUE") -> dict[str, str]:
    """What a repeated option sets, by key; raises typer's error for what has not its form."""
    values = {}
    for assignment in given or ():
        key, equals, value = assignment.partition("=")
        if not equals:
            raise typer.BadParameter(f"{assignment!r} is not {form}", param_hint=option)
        values[key] = value
    return values


def listed(names: str | None) -> list[str]:
    """The names in a text that separates them by commas.

    >>> listed("build_tags, build_segments,")
    ['build_tags', 'build_segments']
    """
    return [name.strip() for name in names.split(",") if name.strip()] if names else []
