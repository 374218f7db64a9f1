"""Command lines: one for every job, one for the whole suite."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bullseye.cli.console import LogFormat, fail
from bullseye.cli.run import Request, run_jobs
from bullseye.cli.suite import JOBS
from bullseye.core.graph import select
from bullseye.core.job import Job
from bullseye.errors import BullseyeError

_Deployment = Annotated[Path, typer.Option(help="Folder of the deployment's settings, such as conf/retail.")]
_AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], help="Look back from the end of this day; default: the last complete day in the data."
    ),
]
_Lake = Annotated[
    str | None, typer.Option(help="Folder or URI of the lake; default: deployment.yaml, else lake/<deployment>.")
]
_Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Override a setting, such as association.min_support=0.02. May be repeated."
    ),
]
_Force = Annotated[bool, typer.Option("--force", help="Run even what is up to date.")]
_Log = Annotated[str, typer.Option(help="text for people, json for one JSON line an event.", metavar="text|json")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would run and why, and change nothing.")]


def main(job: Job) -> None:
    """Be the command line of one job; exits with the code of the error's kind."""

    def command(
        deployment: _Deployment,
        as_of: _AsOf = None,
        lake: _Lake = None,
        set_: _Set = None,
        force: _Force = False,  # noqa: FBT002  a command line's flag
        dry_run: _DryRun = False,  # noqa: FBT002  a command line's flag
        log: _Log = "text",
    ) -> None:
        _run(_request(deployment, as_of, lake, set_, force=force, dry_run=dry_run, log=log), [job])

    command.__doc__ = f"{job.doc}\n\nReads {', '.join(job.reads) or 'the sources'}.\n\nWrites {', '.join(job.writes)}."
    _start(command)


def main_suite() -> None:
    """Be the command line of the whole suite."""

    def command(
        deployment: _Deployment,
        as_of: _AsOf = None,
        lake: _Lake = None,
        set_: _Set = None,
        jobs: Annotated[str | None, typer.Option(help="Only these jobs, separated by commas.")] = None,
        start: Annotated[str | None, typer.Option("--from", help="Begin with this job.")] = None,
        until: Annotated[str | None, typer.Option(help="End with this job.")] = None,
        parallel: Annotated[
            int, typer.Option(min=1, help="Jobs that run side by side, where neither needs the other's tables.")
        ] = 3,
        force: _Force = False,  # noqa: FBT002  a command line's flag
        dry_run: _DryRun = False,  # noqa: FBT002  a command line's flag
        log: _Log = "text",
    ) -> None:
        request = replace(
            _request(deployment, as_of, lake, set_, force=force, dry_run=dry_run, log=log), parallel=parallel
        )
        only = [name.strip() for name in jobs.split(",") if name.strip()] if jobs else []
        try:
            chosen = select(JOBS, only=only, start=start, until=until)
        except BullseyeError as error:
            fail(str(error), log=request.log)
            raise typer.Exit(error.exit_code) from error
        _run(request, chosen)

    command.__doc__ = (
        "Run the suite: from source files to one release of all tables and a report.\n\nJobs, in their order: "
        + ", ".join(job.name for job in select(JOBS))
        + ".\n\nWhat is up to date is skipped; a run that was stopped goes on where it was.\n\n"
        "Exit codes: 0 done, 1 a job failed, 2 usage or settings are wrong, 3 a quality gate stopped it."
    )
    _start(command)


def _start(command: object) -> None:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command()(command)  # type: ignore[type-var]  # typer takes any function
    app()


def _request(
    deployment: Path,
    as_of: datetime | None,
    lake: str | None,
    overrides: Sequence[str] | None,
    *,
    force: bool,
    dry_run: bool,
    log: str,
) -> Request:
    if log not in ("text", "json"):
        raise typer.BadParameter("is text or json", param_hint="--log")
    assignments = {}
    for assignment in overrides or ():
        key, equals, value = assignment.partition("=")
        if not equals:
            raise typer.BadParameter(f"{assignment!r} is not KEY=VALUE", param_hint="--set")
        assignments[key] = value
    format_: LogFormat = "json" if log == "json" else "text"
    return Request(
        deployment, as_of.date() if as_of else None, lake, assignments, force=force, dry_run=dry_run, log=format_
    )


def _run(request: Request, jobs: Sequence[Job]) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        run_jobs(request, jobs, JOBS)
    except BullseyeError as error:
        fail(str(error), log=request.log)
        raise typer.Exit(error.exit_code) from error
