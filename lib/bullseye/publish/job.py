"""The job `publish_release`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pyspark.sql import functions as F

from bullseye.core.job import Context, Inputs, Job
from bullseye.publish.figures import figures
from bullseye.publish.release import NAME, PUBLISHED, Released, publish_release, release_of, standing_of
from bullseye.publish.views import views


def release_files(inputs: Inputs, context: Context) -> Mapping[str, str]:
    """Views and report of the release that has just been committed.

    They follow the newest day: releasing an older one again leaves the views alone, and gets a report of its own name.
    """
    # Altair takes a second to import, which only this job should pay for
    from bullseye.publish.report import report  # noqa: PLC0415

    standing = standing_of(context)
    release = release_of(context, tuple(table for table in inputs if table in PUBLISHED))
    page = report(release, figures(inputs, context), context.settings, context.tables)
    newest = inputs["ops.release"].agg(F.max("as_of").alias("as_of")).first()
    if newest and newest["as_of"] and newest["as_of"] > context.day:
        return {f"report/{context.day}.html": page}
    history = Released("ops.release", standing.path("ops.release"), standing.version("ops.release"), 0)
    shown = replace(release, tables=(*release.tables, history))
    return {**views(shown, context.tables), "report/index.html": page}


JOB = Job(
    name=NAME,
    run=publish_release,
    files=release_files,
    reads=PUBLISHED,
    previous=("ops.release",),
    writes=("ops.release",),
    settings=("deployment", "measures", "models"),
    doc="Publish the tables together: one release, SQL views of its versions, and the report.",
)
