"""A release: which version of every published table belongs together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.job import Context, Inputs, Standing
from bullseye.core.lake import Lake
from bullseye.core.quality import gate_remedies, gate_text
from bullseye.core.runlog import newest_run
from bullseye.errors import BullseyeError, LakeError, QualityGateError
from bullseye.release.published import HISTORY, WITHDRAWN


@dataclass(frozen=True)
class Released:
    """One table of a release."""

    table: str
    path: str
    version: int
    rows: int


@dataclass(frozen=True)
class Release:
    """What is published together."""

    release_id: str
    released_at: datetime
    as_of: date
    tables: tuple[Released, ...]
    number: int | None = None

    def rows(self, table: str) -> int:
        """Rows that the release shows of a table; 0 where it has none of it."""
        return next((found.rows for found in self.tables if found.table == table), 0)


def publish_release(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The rows of `ops.release` for the tables as they stand; none where a run has committed them and died before it had
    written the files: that release is completed.

    Raises QualityGateError when a gate of the newest ingest failed, and BullseyeError when a table has nothing for
    as_of: a release is whole or it is not made.
    """
    check_gates(inputs["ops.quality"], standing_of(context).runs())
    release = release_of(context, published(inputs, context))
    if unfinished(release, inputs, context):
        return context.empty(HISTORY)
    newest = inputs[HISTORY].agg(F.max("number").alias("number")).first()
    number = ((newest["number"] if newest else None) or 0) + 1
    rows = [
        {
            "release_id": release.release_id,
            "released_at": release.released_at,
            "as_of": release.as_of,
            "table": released.table,
            "version": released.version,
            "rows": released.rows,
            "number": number,
        }
        for released in release.tables
    ]
    return {HISTORY: context.frame(HISTORY, rows)}


def published(inputs: Inputs, context: Context) -> tuple[str, ...]:
    """Those of the inputs that a release shows."""
    return tuple(table for table in inputs if context.tables[table].is_published)


def unfinished(release: Release, inputs: Inputs, context: Context) -> Release | None:
    """The release of the same day and versions whose run has not finished: this one once it is committed, or one whose
    run died before views and report were written. None where there is none.
    """
    published = F.col("status").eqNullSafe("done") & F.exists("outputs", lambda output: output["name"] == HISTORY)
    finished = standing_of(context).runs().where(published).select(F.col("run_id").alias("release_id"))
    rows = visible(inputs[HISTORY], inputs[WITHDRAWN]).where(F.col("as_of") == F.lit(release.as_of))
    # one row a table of the releases that died
    died = rows.join(finished, on="release_id", how="left_anti").orderBy("release_id").collect()
    pinned = {found.table: found.version for found in release.tables}
    for first in {row["release_id"]: row for row in died}.values():
        versions = {row["table"]: row["version"] for row in died if row["release_id"] == first["release_id"]}
        if versions == pinned:
            return replace(
                release,
                release_id=first["release_id"],
                released_at=first["released_at"].astimezone(UTC),
                number=first["number"],
            )
    return None


def visible(releases: DataFrame, withdrawals: DataFrame) -> DataFrame:
    """The rows of releases that were not withdrawn."""
    return releases.join(withdrawals.select("release_id"), on="release_id", how="left_anti")


def place() -> Column:
    """Place of a release among those of its day: order of commits, which its number states; clocks only before numbers."""
    return F.struct(F.coalesce("number", F.lit(0)), "released_at", "release_id")


def check_gates(quality: DataFrame, runs: DataFrame) -> None:
    """Stop when the newest ingest did not pass a gate: the tables are older than the sources then.

    `runs` (ops.run) gives the order of the runs.
    Raises QualityGateError that lists every gate that failed.
    """
    # one row a source and ingest
    gates = quality.where(F.col("action") == "gate").collect()
    newest = newest_run(runs, {row["run_id"] for row in gates})
    found = sorted(
        (row for row in gates if row["run_id"] == newest and not row["passed"]), key=lambda row: str(row["source"])
    )
    if found:
        listed = "\n".join(f"  {gate_text(row)}" for row in found)
        raise QualityGateError(
            f"the newest ingest did not pass its quality gates, nothing is published\n{listed}\n{gate_remedies(found)}\n"
            "  then run ingest_sources again"
        )


def release_of(context: Context, tables: tuple[str, ...]) -> Release:
    """The release that publishes the tables as they are: newest version, and rows of as_of; optional tables only where
    they are made.

    Raises BullseyeError that lists every other table that no job has made for as_of.
    """
    standing = standing_of(context)
    found = {table: standing.rows(table) for table in tables}
    rows = {table: count for table, count in found.items() if count is not None}
    if missing := [table for table in tables if table not in rows and not context.tables[table].is_optional]:
        raise BullseyeError(
            f"there is no release for {context.as_of} yet: nothing has been made for it in {', '.join(missing)};"
            " run_suite makes what is missing, in order"
        )
    return Release(
        context.run_id,
        standing.started_at,
        context.as_of,
        tuple(Released(table, standing.path(table), standing.version(table), count) for table, count in rows.items()),
    )


def newest_release(lake: Lake, tables: Mapping[str, Table]) -> Release:
    """The newest release of the newest day that was not withdrawn, with the list of all releases as one more table.

    Raises LakeError when there is none.
    """
    releases = visible(lake.read(tables[HISTORY]), lake.read(tables[WITHDRAWN]))
    newest = releases.orderBy(F.col("as_of").desc(), place().desc()).first()
    if newest is None:
        raise LakeError(
            f"{lake.root} has no release yet; run the suite first: bullseye run, or name another lake: --lake"
        )
    # one row a published table
    rows = releases.where(F.col("release_id") == newest["release_id"]).orderBy("table").collect()
    shown = [Released(row["table"], lake.path(row["table"]), row["version"], row["rows"]) for row in rows]
    shown.append(Released(HISTORY, lake.path(HISTORY), lake.version(HISTORY), 0))
    return Release(newest["release_id"], newest["released_at"], newest["as_of"], tuple(shown), newest["number"])


def releases_state(lake: Lake) -> tuple[int | None, ...]:
    """Something that changes when another release is the newest one: the versions of both lists, without a Spark job."""
    return tuple(lake.version(table) if lake.exists(table) else None for table in (HISTORY, WITHDRAWN))


def standing_of(context: Context) -> Standing:
    """What stands in the lake; there whenever the engine runs a job."""
    if context.standing is None:
        raise BullseyeError("a release needs to know what stands in the lake; run it through the engine")
    return context.standing
