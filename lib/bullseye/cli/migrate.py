"""Brings a lake of an earlier version to the names of this one: session, lease, migration."""

from __future__ import annotations

from pathlib import Path

from bullseye.cli.options import LogFormat
from bullseye.cli.progress import Report
from bullseye.cli.run import migrated, new_run_id
from bullseye.core.access import keep_private
from bullseye.core.lake import Lake
from bullseye.core.lease import lease
from bullseye.core.own_tables import RUN
from bullseye.core.session import start_session, wait_for_executors
from bullseye.errors import LakeError
from bullseye.suite import contracts, load_settings


def migrate_lake(deployment: Path, *, lake: str | None, log: LogFormat) -> None:
    """Bring the lake to the names of this version, and report what has another name.

    Raises LakeError for a lake of a later version and where there is none; nothing is changed then.
    """
    keep_private()
    settings = load_settings(deployment)
    tables = contracts(settings)
    spark = start_session(f"bullseye migrate {settings.name}")
    wait_for_executors(spark)
    report, lake_ = Report(spark, log=log), Lake(spark, settings.lake_root(lake))
    if not lake_.exists(RUN.name):
        raise LakeError(
            f"{lake_.root} has no tables yet; run the suite first: bullseye run, or name another lake: --lake"
        )
    run_id = new_run_id()
    with lease(lake_, run_id):
        if not migrated(lake_, tables, run_id, report):
            report.say(f"{lake_.root} has the names of this version: nothing to do")
