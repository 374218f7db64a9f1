"""The job `publish_release`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.release.published import HISTORY, NAME, WITHDRAWN


def release_job(published: tuple[str, ...], sections: tuple[str, ...]) -> Job:
    """The job that publishes these tables, and makes the report of the sections at these places (`package.module:NAME`)."""
    return Job(
        name=NAME,
        run=lazy("bullseye.release.release:publish_release"),
        files=lazy("bullseye.publish.files:release_files", sections),
        modules=tuple(section.partition(":")[0] for section in sections),
        reads=(*published, "features.party_day", "features.identity_map", "ops.identity_quality"),
        previous=(HISTORY, WITHDRAWN),
        writes=(HISTORY,),
        settings=("deployment", "measures", "models", "segments", "insights"),
        doc="Publish the tables together: one release, SQL views of its versions, the report and its lists of customers.",
    )
