"""Command lines: one for every job, one for the whole suite."""

from __future__ import annotations

import typer

from bullseye.cli.options import (
    AsOf,
    Deployment,
    DryRun,
    Force,
    From,
    Lake,
    Log,
    Only,
    Parallel,
    Set,
    Until,
    assignments,
    listed,
)
from bullseye.cli.progress import named_errors
from bullseye.cli.run import Request, run_jobs
from bullseye.core.graph import select
from bullseye.core.job import Job
from bullseye.suite import JOBS


def main(job: Job) -> None:
    """Be the command line of one job; exits with the code of the error's kind."""
    job_app(job)()


def main_suite() -> None:
    """Be the command line of the whole suite."""
    suite_app()()


def job_app(job: Job) -> typer.Typer:
    """The command line of one job."""

    def command(
        deployment: Deployment,
        as_of: AsOf = None,
        lake: Lake = None,
        set_: Set = None,
        force: Force = False,  # noqa: FBT002  a command line's flag
        dry_run: DryRun = False,  # noqa: FBT002  a command line's flag
        log: Log = "text",
    ) -> None:
        day, overrides = as_of.date() if as_of else None, assignments(set_)
        with named_errors(log):
            run_jobs(Request(deployment, day, lake, overrides, force=force, dry_run=dry_run, log=log), [job], JOBS)

    command.__doc__ = f"{job.doc}\n\nReads {', '.join(job.reads) or 'the sources'}.\n\nWrites {', '.join(job.writes)}."
    return app_of(command)


def suite_app() -> typer.Typer:
    """The command line of the whole suite."""

    def command(
        deployment: Deployment,
        as_of: AsOf = None,
        lake: Lake = None,
        set_: Set = None,
        jobs: Only = None,
        start: From = None,
        until: Until = None,
        parallel: Parallel = 3,
        force: Force = False,  # noqa: FBT002  a command line's flag
        dry_run: DryRun = False,  # noqa: FBT002  a command line's flag
        log: Log = "text",
    ) -> None:
        day, overrides = as_of.date() if as_of else None, assignments(set_)
        run_suite(
            Request(deployment, day, lake, overrides, force=force, dry_run=dry_run, parallel=parallel, log=log),
            only=jobs,
            start=start,
            until=until,
        )

    command.__doc__ = (
        "Run the suite: from source files to one release of all tables and a report.\n\nJobs, in their order: "
        + ", ".join(job.name for job in select(JOBS))
        + ".\n\nWhat is up to date is skipped; a run that was stopped goes on where it was.\n\n"
        "Exit codes: 0 done, 1 a job failed, 2 usage or settings are wrong, 3 a quality gate stopped it."
    )
    return app_of(command)


def run_suite(request: Request, *, only: str | None, start: str | None, until: str | None) -> None:
    """Run the jobs chosen by their names; exits with the code of the error's kind."""
    with named_errors(request.log):
        run_jobs(request, select(JOBS, only=listed(only), start=start, until=until), JOBS)


def app_of(command: object) -> typer.Typer:
    """The command line that a function with typer's options describes."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command()(command)  # type: ignore[type-var]  # typer takes any function
    return app
