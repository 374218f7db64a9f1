"""The run: which jobs made the release, and what it publishes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.runlog import commit_order
from bullseye.release.published import NAME
from bullseye.release.release import Release
from bullseye.report.blocks import Block, Mark, Prose, code, nothing
from bullseye.report.listing import Field, listing
from bullseye.report.section import Query, Section, SectionData, Source

_RUNS = (
    Field("job", "job", "code"),
    Field("rows", "rows", "whole"),
    Field("time", "seconds", "seconds", bar=True),
    Field("Spark jobs", "spark_jobs", "whole"),
    Field("commits", "commits", "whole"),
    Field("run", "run_id", "code"),
)
_RELEASED = (
    Field("table", "table", "code"),
    Field("version", "version", "whole"),
    Field("rows", "rows", "whole"),
    Field("what it holds", "doc", "prose"),
)


def _newest_runs(source: Source) -> DataFrame:
    """For every job the run that made what is released: one row a job."""
    of_release = F.col("as_of").isNull() | (F.col("as_of") == F.lit(source.as_of))
    # publishing itself has not ended, and an earlier release has nothing to do with this one
    done = of_release & (F.col("status") == "done") & (F.col("job") != NAME)
    values = F.struct("started_at", "run_id", "seconds", "spark_jobs", "commits", "outputs")
    newest = source.tables["ops.run"].where(done).groupBy("job").agg(F.max_by(values, commit_order()).alias("made"))
    rows = F.aggregate("made.outputs", F.lit(0).cast("bigint"), lambda total, output: total + output["rows"])
    columns = [f"made.{name}" for name in ("started_at", "run_id", "seconds", "spark_jobs", "commits")]
    return newest.select("job", *columns, rows.alias("rows"))


def run_section(release: Release, tables: Mapping[str, Table], deployment: str) -> Section:
    """The section of this release: jobs, and version and rows of every table."""

    def blocks(data: SectionData) -> Iterator[Block]:
        yield Prose(
            ("Deployment ", Mark(deployment, "strong"), ", published by the run ", code(release.release_id), ".")
        )
        if data.rows["runs"]:
            note = "Each with its newest run that had something to do; publishing itself is not in the list."
            yield listing("runs", "Jobs that made this release", _RUNS, data.rows["runs"], data.wording, note=note)
        else:
            yield nothing("No runs are recorded.")
        rows = [
            {
                "table": row.table,
                "version": row.version,
                "rows": row.rows,
                "doc": tables[row.table].doc.partition(". Readers")[0],
            }
            for row in release.tables
        ]
        note = "The views in views/spark.sql, duckdb.sql and trino.sql show exactly these versions."
        yield listing("released", "Tables of the release", _RELEASED, rows, data.wording, note=note)

    return Section(
        "run",
        "run",
        blocks,
        # one row a job
        queries={"runs": Query(("ops.run",), 1_000, _newest_runs, order=("started_at", "job"))},
        health=partial(_health, release),
    )


def _health(release: Release, data: SectionData) -> Prose:
    """When the release was published, and how long its jobs took."""
    says, runs = data.wording, data.rows["runs"]
    at = release.released_at
    jobs = (
        f", from {len(runs)} jobs that took {says.seconds(sum(row['seconds'] for row in runs))} together"
        if runs
        else ""
    )
    return Prose((f"Published {says.day(at)}, {at:%H:%M} UTC{jobs}.",))
