"""The job `publish_release`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from pyspark import inheritable_thread_target

from bullseye.core.job import Context, Inputs, Job, Texts
from bullseye.publish.figures import figures
from bullseye.publish.figures.earlier import history
from bullseye.publish.lists import customer_lists, list_rows
from bullseye.publish.release import NAME, PUBLISHED, Released, publish_release, release_of, standing_of
from bullseye.publish.views import views


def release_files(inputs: Inputs, context: Context) -> Texts:
    """Views, report and lists of the release that has just been committed.

    They follow the newest day: releasing an older one again leaves the views alone, and gets a report of its own name.
    """
    # Altair takes a second to import, which only this job should pay for
    from bullseye.publish.report import report  # noqa: PLC0415

    standing = standing_of(context)
    release = release_of(context, tuple(table for table in inputs if table in PUBLISHED))
    known = history(inputs["ops.release"], release.release_id, context.day)
    is_older = known.newest_day is not None and known.newest_day > context.day
    with ThreadPoolExecutor(max_workers=1) as pool:
        listed = pool.submit(inheritable_thread_target(context.spark)(list_rows), inputs, context)
        found = figures(inputs, context, known.before)
    folder = f"lists/{context.day}" if is_older else "lists"
    recommended = release.rows("gold.recommendation")
    lists = customer_lists(listed.result(), found.scores, found.answers, recommended, folder=folder)
    page = report(release, found, context.settings, context.tables, lists)
    files, folders = {f"report/{made.path}": made.text for made in lists}, (f"report/{folder}",)
    if is_older:
        return Texts({f"report/{context.day}.html": page, **files}, folders)
    itself = Released("ops.release", standing.path("ops.release"), standing.version("ops.release"), 0)
    shown = replace(release, tables=(*release.tables, itself))
    return Texts({**views(shown, context.tables), "report/index.html": page, **files}, folders)


JOB = Job(
    name=NAME,
    run=publish_release,
    files=release_files,
    reads=(*PUBLISHED, "features.party_day", "features.identity_map", "ops.identity_quality"),
    previous=("ops.release",),
    writes=("ops.release",),
    settings=("deployment", "measures", "models", "segments", "insights"),
    doc="Publish the tables together: one release, SQL views of its versions, the report and its lists of customers.",
)
