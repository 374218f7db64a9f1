"""Withdraws a release: session, lease, commit, files."""

from __future__ import annotations

import getpass
from pathlib import Path

from bullseye.cli.options import LogFormat
from bullseye.cli.progress import Report
from bullseye.cli.run import new_run_id
from bullseye.core.access import keep_private
from bullseye.core.lake import Lake
from bullseye.core.lease import lease
from bullseye.core.runlog import now
from bullseye.core.session import start_session, wait_for_executors
from bullseye.migration.migrate import require_names
from bullseye.release.withdraw import withdraw
from bullseye.renames import RENAMES
from bullseye.suite import contracts, load_settings


def withdraw_release(
    deployment: Path, release_id: str, *, lake: str | None, reason: str | None, log: LogFormat
) -> None:
    """Withdraw the release and report which one is shown now.

    Raises a BullseyeError where it cannot be withdrawn, or a run holds the lease; nothing is changed then.
    """
    settings = load_settings(deployment)
    keep_private()
    tables = contracts(settings)
    spark = start_session(f"bullseye withdraw {settings.name}")
    wait_for_executors(spark)
    report, lake_ = Report(spark, log=log), Lake(spark, settings.lake_root(lake))
    require_names(lake_, RENAMES)
    run_id = new_run_id()
    with lease(lake_, run_id):
        done = withdraw(lake_, tables, release_id, run_id=run_id, at=now(), by=getpass.getuser(), reason=reason)
    shown = done.shown
    report.event(
        "withdrawn",
        release_id=done.release_id,
        as_of=done.as_of,
        again=done.again,
        shown=shown.release_id,
        shown_as_of=shown.as_of,
        has_report=done.has_report,
    )
    what = "had been withdrawn before; its files were checked" if done.again else "is withdrawn"
    report.say(f"release {done.release_id} of {done.as_of} {what}")
    report.say(f"shown now: release {shown.release_id} of {shown.as_of}, {len(shown.tables)} tables")
    if not done.has_report:
        report.say(
            "its report was not kept; to make one of the current tables: bullseye run --jobs publish_release --force"
        )
    report.say("a run publishes the withdrawn content again only when something has changed, or with --force")
