"""The job `publish_release`."""

from __future__ import annotations

from bullseye.core.job import Job, lazy
from bullseye.release.published import HISTORY, NAME, WITHDRAWN
from bullseye.settings import Deployment
from bullseye.settings.documents import SettingsFile


def release_job(published: tuple[str, ...], sections: tuple[str, ...], shown: tuple[type[SettingsFile], ...]) -> Job:
    """The job that publishes these tables, and makes the report of the sections at these places (`package.module:NAME`),
    which read the settings in `shown`.
    """
    return Job(
        name=NAME,
        run=lazy("bullseye.release.release:publish_release"),
        files=lazy("bullseye.publish.release_files:release_files", sections),
        modules=tuple(section.partition(":")[0] for section in sections),
        reads=(*published, "features.party_day", "features.identity_map", "ops.identity_quality"),
        previous=(HISTORY, WITHDRAWN),
        writes=(HISTORY,),
        settings=(Deployment, *shown),
        texts=shown,
        doc="Publish the tables together: one release, SQL views of its versions, the report and its lists of customers.",
    )
