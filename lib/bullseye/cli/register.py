"""Registers the newest release in the cluster's own catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bullseye.cli.app import app_of
from bullseye.cli.options import Deployment, Lake, Log, LogFormat
from bullseye.cli.progress import Report, named_errors
from bullseye.core.lake import Lake as Tables
from bullseye.core.session import start_session, wait_for_executors
from bullseye.migration.migrate import require_names
from bullseye.release.release import newest_release
from bullseye.renames import RENAMES
from bullseye.serving.catalog import register_release, require_catalog
from bullseye.suite import contracts, load_settings


def main_register() -> None:
    """Be the command line; exits with the code of the error's kind."""
    register_app()()


def register_app() -> typer.Typer:
    """The command line."""

    def command(
        deployment: Deployment,
        lake: Lake = None,
        database: Annotated[
            str, typer.Option(help="Database of the catalog that holds the views and tables.")
        ] = "bullseye",
        log: Log = "text",
    ) -> None:
        """Register the newest release in the session's catalog, such as a Hive metastore: views that show the release,
        and next to each the table with all its versions. Run it after each release; only the catalog is written.
        """
        with named_errors(log):
            register(deployment, lake, database=database, log=log)

    return app_of(command)


def register(deployment: Path, lake: str | None, *, database: str, log: LogFormat) -> None:
    """Register the newest release.

    Raises LakeError where the session has no catalog that lasts, or the lake no release.
    """
    settings = load_settings(deployment)
    tables = contracts(settings)
    spark = start_session(f"bullseye catalog {settings.name}")
    require_catalog(spark)
    wait_for_executors(spark)
    report = Report(spark, log=log)
    root = Tables(spark, settings.lake_root(lake))
    require_names(root, RENAMES)
    release = newest_release(root, tables)
    names = register_release(spark, release, tables, database=database)
    report.event("registered", database=database, release_id=release.release_id, names=names)
    report.say(f"{database} shows release {release.release_id} of {release.as_of}: {len(names)} views and tables")
