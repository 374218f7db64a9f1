"""Taking a release back: the one before it is shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.frames import table_frame
from bullseye.core.job import Texts
from bullseye.core.lake import Lake, Stamp
from bullseye.core.text_files import read_texts, remove_texts, write_texts
from bullseye.errors import LakeError, did_you_mean
from bullseye.release.copies import below, copies_to_keep, copy_folder
from bullseye.release.published import HISTORY, WITHDRAWN
from bullseye.release.release import Release, newest_release, place, visible
from bullseye.release.views import views

JOB = "withdraw"
_NO_COPY = """<!doctype html>
<meta charset="utf-8">
<title>Bullseye</title>
<p>Release {release.release_id} of {release.as_of} is shown again. Its report was not kept. To make a report of the current
tables, run: bullseye run --jobs publish_release --force</p>
"""


@dataclass(frozen=True)
class Withdrawal:
    """A release that is no longer shown, and the one that is; `again` where it had been withdrawn before."""

    release_id: str
    as_of: date
    shown: Release
    has_report: bool
    again: bool


def withdraw(
    lake: Lake, tables: Mapping[str, Table], release_id: str, *, run_id: str, at: datetime, by: str, reason: str | None
) -> Withdrawal:
    """Withdraw a release by one commit, then let views, report and lists show the newest one that is left.

    A second time completes what a first one that died has left undone. The caller holds the lease.
    Raises LakeError for a release that is not there, and for the only one that is shown.
    """
    all_, withdrawals = lake.read(tables[HISTORY]), lake.read(tables[WITHDRAWN])
    as_of = _as_of(lake, all_, release_id)
    left = visible(all_, withdrawals).where(F.col("release_id") != release_id)
    if left.isEmpty():
        raise LakeError(
            f"{release_id} is the only release that is shown, so that none is left to show in its place\n"
            f"  publish another one first (bullseye run), then: bullseye withdraw {release_id}"
        )
    again = not withdrawals.where(F.col("release_id") == release_id).isEmpty()
    if not again:
        row = {"release_id": release_id, "withdrawn_at": at, "withdrawn_by": by, "reason": reason}
        lake.add_new(tables[WITHDRAWN], table_frame(lake.spark, tables[WITHDRAWN], [row]), Stamp(run_id, JOB))
    shown = newest_release(lake, tables)
    has_report = _show(lake, tables, shown, left, as_of)
    return Withdrawal(release_id, as_of, shown, has_report, again)


def repeated(lake: Lake, tables: Mapping[str, Table], as_of: date) -> str | None:
    """The withdrawn release of a day, where no other one of the day has followed it; None else.

    What is up to date then has been published already, and was taken back.
    """
    if not lake.exists(WITHDRAWN):
        return None
    newest = lake.read(tables[HISTORY]).where(F.col("as_of") == F.lit(as_of)).orderBy(place().desc()).first()
    if newest is None:
        return None
    withdrawn = lake.read(tables[WITHDRAWN]).where(F.col("release_id") == newest["release_id"])
    return None if withdrawn.isEmpty() else str(newest["release_id"])


def _as_of(lake: Lake, releases: DataFrame, release_id: str) -> date:
    # one row a release
    days = {row["release_id"]: row["as_of"] for row in releases.select("release_id", "as_of").distinct().collect()}
    if release_id in days:
        as_of: date = days[release_id]
        return as_of
    raise LakeError(
        f"{lake.root} has no release {release_id!r}{did_you_mean(release_id, days)}; bullseye status lists the last ones"
    )


def _show(lake: Lake, tables: Mapping[str, Table], shown: Release, left: DataFrame, withdrawn_day: date) -> bool:
    """Write the files of the release that is shown now; returns whether its report was kept."""
    copy = read_texts(lake, copy_folder(shown.release_id))
    page = copy or {"index.html": _NO_COPY.format(release=shown)}
    files = {**views(shown, tables), **below("report", page)}
    write_texts(lake, Texts(files, ("report/lists",), {"releases": copies_to_keep(shown.release_id, left)}))
    if withdrawn_day != shown.as_of:
        remove_texts(lake, f"report/{withdrawn_day}.html", f"report/lists/{withdrawn_day}")
    return bool(copy)
