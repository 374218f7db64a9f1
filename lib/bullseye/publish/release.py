"""A release: which version of every published table belongs together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.job import Context, Inputs, Standing
from bullseye.core.lake import Lake
from bullseye.core.quality import gate_remedies, gate_text
from bullseye.core.rows import local_frame
from bullseye.errors import BullseyeError, LakeError, QualityGateError
from bullseye.tables import insights

NAME = "publish_release"
HISTORY = "ops.release"
"""The list of all releases."""
ANSWERS = tuple(table.name for table in insights.ALL)
"""Tables of questions, of which a deployment asks those that it likes."""
PUBLISHED = (
    "gold.customer",
    "gold.customer_tag",
    "gold.tag_catalog",
    "gold.tag_coverage",
    "gold.segment_assignment",
    "gold.segment_profile",
    "gold.cluster_choice",
    "gold.association_rule",
    "gold.rule_backtest",
    "gold.recommendation",
    "gold.score",
    *ANSWERS,
    "ops.model",
    "ops.model_metric",
    "ops.model_curve",
    "ops.quality",
)


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

    def rows(self, table: str) -> int:
        """Rows that the release shows of a table; 0 where it has none of it."""
        return next((found.rows for found in self.tables if found.table == table), 0)


def publish_release(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """The rows of `ops.release` for the tables as they stand.

    Raises QualityGateError when a gate of the newest ingest failed, and BullseyeError when a table has nothing for
    as_of: a release is whole or it is not made.
    """
    check_gates(inputs["ops.quality"])
    release = release_of(context, tuple(table for table in inputs if table in PUBLISHED))
    schema = context.tables["ops.release"].schema()
    rows = [
        (release.release_id, release.released_at, release.as_of, found.table, found.version, found.rows)
        for found in release.tables
    ]
    return {"ops.release": local_frame(context.spark, rows, schema)}


def check_gates(quality: DataFrame) -> None:
    """Stop when the newest ingest did not pass a gate: the tables are older than the sources then.

    Raises QualityGateError that lists every gate that failed.
    """
    # one row a source and ingest
    gates = quality.where(F.col("action") == "gate").collect()
    # run_id begins with the time of the run
    newest = max((row["run_id"] for row in gates), default=None)
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
    """The release that publishes the tables as they stand: newest version, and rows of as_of; answers only where they were
    asked for.

    Raises BullseyeError that lists every other table that no job has made for as_of.
    """
    standing = standing_of(context)
    found = {table: standing.rows(table) for table in tables}
    rows = {table: count for table, count in found.items() if count is not None}
    if missing := [table for table in tables if table not in rows and table not in ANSWERS]:
        raise BullseyeError(
            f"there is no release for {context.day} yet: nothing has been made for it in {', '.join(missing)};"
            " run_suite makes what is missing, in order"
        )
    return Release(
        context.run_id,
        standing.started_at,
        context.day,
        tuple(Released(table, standing.path(table), standing.version(table), count) for table, count in rows.items()),
    )


def newest_release(lake: Lake, tables: Mapping[str, Table]) -> Release:
    """The newest release of the newest day, with the list of all releases as one more table.

    Raises LakeError when there is none.
    """
    releases = lake.read(tables[HISTORY])
    newest = releases.orderBy(F.col("as_of").desc(), F.col("released_at").desc()).first()
    if newest is None:
        raise LakeError(
            f"{lake.root} has no release yet; run the suite first: bullseye run, or name another lake: --lake"
        )
    # one row a published table
    rows = releases.where(F.col("release_id") == newest["release_id"]).orderBy("table").collect()
    shown = [Released(row["table"], lake.path(row["table"]), row["version"], row["rows"]) for row in rows]
    shown.append(Released(HISTORY, lake.path(HISTORY), lake.version(HISTORY), 0))
    return Release(newest["release_id"], newest["released_at"], newest["as_of"], tuple(shown))


def standing_of(context: Context) -> Standing:
    """What stands in the lake; there whenever the engine runs a job."""
    if context.standing is None:
        raise BullseyeError("a release needs to know what stands in the lake; run it through the engine")
    return context.standing
